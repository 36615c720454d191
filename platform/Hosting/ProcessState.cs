namespace Charterhouse.Platform.Hosting;

/// <summary>How far a process has come, for its health endpoints.</summary>
public sealed class ProcessState
{
    private volatile string? waiting;
    private volatile bool started;
    private volatile bool draining;

    /// <summary>What the start waits for, one sentence; null when for nothing.</summary>
    public string? Waiting
    {
        get => waiting;
        internal set => waiting = value;
    }

    /// <summary>Everything runs.</summary>
    public bool Started
    {
        get => started;
        internal set => started = value;
    }

    /// <summary>How long running steps may go on when the process is told to end; then they go back and whoever comes next starts them again.</summary>
    public TimeSpan Drain { get; internal set; }

    /// <summary>Told to end: running steps may finish, nothing new begins.</summary>
    public bool Draining
    {
        get => draining;
        internal set => draining = value;
    }
}

using Charterhouse.Contracts.Steps;

namespace Charterhouse.Platform.Work;

/// <summary>Why a handler was told to stop.</summary>
internal enum StopReason
{
    None,
    /// <summary>Its time is up.</summary>
    Timeout,
    /// <summary>It gave no sign of life for its idle timeout.</summary>
    Idle,
    /// <summary>Somebody cancelled the attempt.</summary>
    Cancelled,
    /// <summary>The claim is no longer ours.</summary>
    Lost,
    /// <summary>The host is stopping.</summary>
    Shutdown,
}

/// <summary>A step that this process executes, or is about to.</summary>
internal sealed class RunningStep(ExecuteStep command, string? trace) : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private int reason;
    private string? progress;
    private bool disposed;

    public ExecuteStep Command { get; } = command;
    public StepKey Key { get; } = new(command.TaskId, command.Attempt);
    /// <summary>The trace that the step belongs to, or null.</summary>
    public string? Trace { get; } = trace;
    public int Claim { get; set; } = 1;
    public Task Execution { get; set; } = Task.CompletedTask;
    /// <summary>When the claim was taken or last renewed; null while it is not claimed yet.</summary>
    public DateTimeOffset? RenewedAt { get; set; }
    /// <summary>Ends when the step is no longer known here.</summary>
    public Task Gone => gone.Task;
    public CancellationToken Token => stop.Token;
    public StopReason Reason => (StopReason)Volatile.Read(ref reason);

    /// <summary>The first reason stands.</summary>
    public void Stop(StopReason why)
    {
        if (Interlocked.CompareExchange(ref reason, (int)why, (int)StopReason.None) != (int)StopReason.None) return;
        lock (gate)
        {
            // off this thread: a handler's callbacks run inside Cancel
            if (!disposed) _ = stop.CancelAsync();
        }
    }

    /// <summary>The latest line, shown at the next tick.</summary>
    public void Report(string text) => Volatile.Write(ref progress, text);

    /// <summary>The line to show, once.</summary>
    public string? TakeProgress() => Interlocked.Exchange(ref progress, null);

    public void Dispose()
    {
        lock (gate) disposed = true;
        stop.Dispose();
        gone.TrySetResult();
    }
}

namespace Charterhouse.Platform.Work;

/// <summary>
/// Signs of life of the step that the calling code belongs to, wherever it is called from: progress, output of a child process, an object read.
/// A step that has an idle timeout and gives none for that long is ended. Outside a step nothing happens.
/// </summary>
public static class StepActivity
{
    private static readonly AsyncLocal<IdleWatch?> Current = new();

    /// <summary>The step is at work. Cheap: call it as often as there is a reason.</summary>
    public static void Sign() => Current.Value?.Sign();

    /// <summary>Signs of the calling flow are this watch's from here on.</summary>
    internal static void Follow(IdleWatch watch) => Current.Value = watch;
}

/// <summary>Ends a step when its last sign of life is too long ago.</summary>
internal sealed class IdleWatch : IDisposable
{
    private readonly RunningStep step;
    private readonly TimeSpan idle;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private long last;

    public IdleWatch(RunningStep step, TimeSpan idle, TimeProvider time)
    {
        (this.step, this.idle, this.time) = (step, idle, time);
        last = time.GetTimestamp();
        timer = time.CreateTimer(static state => ((IdleWatch)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(idle, Timeout.InfiniteTimeSpan);
    }

    public void Sign() => Volatile.Write(ref last, time.GetTimestamp());

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var left = idle - time.GetElapsedTime(Volatile.Read(ref last));
        if (left <= TimeSpan.Zero) step.Stop(StopReason.Idle);
        else timer.Change(left, Timeout.InfiniteTimeSpan);
    }
}

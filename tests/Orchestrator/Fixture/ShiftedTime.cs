namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>The real clock, moved forward by a test; timers run as usual, so that a host under it lives.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref shift));

    public void Shift(TimeSpan time) => Interlocked.Add(ref shift, time.Ticks);
}

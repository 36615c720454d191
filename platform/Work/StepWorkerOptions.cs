namespace Charterhouse.Platform.Work;

/// <summary>How a service executes steps.</summary>
public sealed class StepWorkerOptions
{
    /// <summary>Steps executed at the same time by this process.</summary>
    public int Concurrency { get; set; } = 4;
    /// <summary>How long a claim holds without renewal.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);
    /// <summary>How often a claim is renewed and a heartbeat sent.</summary>
    public TimeSpan Renew { get; set; } = TimeSpan.FromSeconds(10);
    /// <summary>Claims of one attempt before it fails as <c>worker_lost</c>.</summary>
    public int MaxClaims { get; set; } = 3;
    /// <summary>A step that is not finished by then is reported as accepted; a quicker one is reported by its result.</summary>
    public TimeSpan AcceptAfter { get; set; } = TimeSpan.FromSeconds(1);
    /// <summary>How often the pool looks for expired claims, overdue acceptances and progress.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);
    /// <summary>The step kinds that need a handler here; those of <see cref="Contracts.Steps.StepKinds.All"/> unless a test says otherwise.</summary>
    internal IReadOnlyList<Contracts.Steps.StepKind> Kinds { get; set; } = Contracts.Steps.StepKinds.All;
}

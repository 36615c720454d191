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
}

using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Orchestrator;

/// <summary>Settings of the Orchestrator.</summary>
public sealed record OrchestratorOptions
{
    /// <summary>Runs that may be running at the same time; further ones are queued.</summary>
    public int MaxConcurrentRuns { get; init; } = 5;
    /// <summary>How long a run may wait for its place before it expires.</summary>
    public TimeSpan QueueTtl { get; init; } = TimeSpan.FromDays(1);
    /// <summary>Super-steps per start or resume, for workflows that set no limit.</summary>
    public int RecursionLimit { get; init; } = 25;
    /// <summary>Total time of a run, for workflows that set no limit.</summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromHours(1);
    /// <summary>Attempts of a step including the first, for steps that set none.</summary>
    public int RetryAttempts { get; init; } = 3;
    /// <summary>Total time of an attempt of a step, for workflows that set none.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromMinutes(10);
    /// <summary>Longest time of an attempt without a sign of life, for workflows that set none; null for any.</summary>
    public TimeSpan? IdleTimeout { get; init; }
    /// <summary>Where artifacts are written as files for people; the content itself is in the database.</summary>
    public required string ArtifactsFolder { get; init; }
    /// <summary>Days that the history of an ended run is kept; 0 for ever.</summary>
    public int RetentionDays { get; init; } = 90;
    /// <summary>When old history is removed, as <c>CronText</c> reads it.</summary>
    public string RetentionSchedule { get; init; } = CronText.Off;
    /// <summary>Repositories whose charters are kept, beside those that somebody registered.</summary>
    public IReadOnlyList<RepositorySetting> Repositories { get; init; } = [];
    /// <summary>How old a charter of a registered repository may be before the audit makes a new one.</summary>
    public TimeSpan AuditAfter { get; init; } = TimeSpan.FromDays(7);
    /// <summary>When the audit looks, as <c>CronText</c> reads it.</summary>
    public string AuditSchedule { get; init; } = CronText.Off;
    /// <summary>When repositories are looked for that may be gone, as <c>CronText</c> reads it.</summary>
    public string PruneSchedule { get; init; } = CronText.Off;
    /// <summary>When the forge is asked which deliveries never arrived, as <c>CronText</c> reads it; <c>off</c> for never.</summary>
    public string DeliveriesSchedule { get; init; } = CronText.Off;
    /// <summary>When is looked which repositories are due at times of their own, as <c>CronText</c> reads it.</summary>
    public string RepositoriesSchedule { get; init; } = CronText.Off;
    /// <summary>Which events call for a run, for repositories that have no other rules.</summary>
    public TriggerRules Triggers { get; init; } = new();
    /// <summary>Those of these rules that somebody set, by name of <see cref="RuleSettings"/>.</summary>
    public IReadOnlySet<string> TriggersSet { get; init; } = new HashSet<string>(StringComparer.Ordinal);
    /// <summary>What a caller of the API must send; null lets only this machine in.</summary>
    public string? ApiToken { get; init; }
}

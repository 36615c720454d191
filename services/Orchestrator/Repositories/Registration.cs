using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Configuration;
using Quartz;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>A repository whose charter is kept.</summary>
/// <param name="Target">Where it is now.</param>
/// <param name="Row">What somebody added, or what was learned; null for one of the configuration of which nothing is known yet.</param>
/// <param name="Setting">Its item in the configuration; null for one that was added.</param>
/// <param name="Defaults">The rules of all repositories.</param>
internal sealed record Registration(string Target, RegisteredRepositoryRow? Row, RepositorySetting? Setting, TriggerRules Defaults)
{
    public string Lane => Row?.Lane ?? RunQueue.LaneOf(Target);

    /// <summary>The address that charters and findings are kept under; null for <see cref="Target"/>.</summary>
    public string? KnownAs => Row?.KnownAs;

    /// <summary>The lane that its runs have.</summary>
    public string RunLane => RunQueue.LaneOf(KnownAs ?? Target);

    /// <summary>Why nothing is started for it; null when it is looked after.</summary>
    public string? Paused => Row?.Paused;

    /// <summary>One of <see cref="RepositoryOrigins"/>.</summary>
    public string Origin => Setting is not null ? RepositoryOrigins.Configuration
        : Row?.AddedBy == RepositoryOrigins.Installation ? RepositoryOrigins.Installation : RepositoryOrigins.Added;

    /// <summary>What deviates from the rules of the configuration.</summary>
    public TriggerRuleOverrides? Own => Row?.Rules is { } text ? JsonSerializer.Deserialize<TriggerRuleOverrides>(text, CanonicalJson.Options) : null;

    /// <summary>The rules that hold.</summary>
    public TriggerRules Rules => Defaults.With(Setting is null ? null : RuleTexts.Read(Setting.Rules)).With(Own);

    /// <summary>When it is analysed beside the audit; null for never.</summary>
    public string? Schedule => (Row?.Schedule ?? Setting?.Schedule) is { } when && when != CronText.Off ? when : null;

    /// <summary>The times of <see cref="Schedule"/>.</summary>
    public CronExpression? Cron => Schedule is { } when ? CronText.Parse(when) : null;
}

/// <summary>Why nothing is started for a repository.</summary>
internal static class PauseReasons
{
    public const string Deleted = "deleted at the forge";
    public const string Archived = "archived at the forge";
    public const string Uninstalled = "taken from the installation";
    public const string Displaced = "another repository has its address now";

    /// <summary>Two syncs, a day apart, were told that it does not exist.</summary>
    public static string NotFound(DateTimeOffset since) => $"not found twice, first on {since.UtcDateTime:yyyy-MM-dd}";
}

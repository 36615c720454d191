using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Http;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>The repositories whose charters the house keeps: in this process on its database, or of another process through its HTTP API.</summary>
public interface IRepositoryService
{
    /// <summary>All of them, by target.</summary>
    /// <param name="target">Only this one, in whatever spelling, and under the address that it had before it moved; null for all.</param>
    Task<IReadOnlyList<RepositoryView>> ListAsync(string? target, CancellationToken cancellationToken);

    /// <summary>
    /// Registers a repository; one that is there already, in whatever spelling, stays as it is, save for what is wished. One that is paused is looked
    /// after again.
    /// </summary>
    /// <param name="target">An https URL.</param>
    /// <param name="wishes">Rules and times of its own; null for none.</param>
    /// <param name="actor">Who asks for it, for people; null for nobody in particular.</param>
    /// <exception cref="RequestException">The target is no https URL, or a wish cannot be met.</exception>
    Task<RepositoryView> AddAsync(string target, RepositoryWishes? wishes, string? actor, CancellationToken cancellationToken);

    /// <summary>Gives a registered repository rules and times of its own; null when it is not registered.</summary>
    /// <exception cref="RequestException">A wish cannot be met.</exception>
    Task<RepositoryView?> SetAsync(string target, RepositoryWishes wishes, CancellationToken cancellationToken);

    /// <summary>Forgets a repository; its charters, runs and findings stay. False when it was not registered.</summary>
    /// <exception cref="RequestException">It stands in the configuration.</exception>
    Task<bool> RemoveAsync(string target, CancellationToken cancellationToken);
}

/// <summary>What is to be so for one repository. What is null stays as it is.</summary>
public sealed record RepositoryWishes
{
    /// <summary>Rules that deviate from those of the configuration.</summary>
    public TriggerRuleOverrides? Rules { get; init; }
    /// <summary>When it is analysed beside the audit, as <see cref="CronText"/> reads it; <c>off</c> for never.</summary>
    public string? Schedule { get; init; }
    /// <summary>First forgets everything that was wished before.</summary>
    public bool Reset { get; init; }

    /// <summary>True when nothing would change.</summary>
    internal bool IsEmpty => Rules is null && Schedule is null && !Reset;
}

/// <summary>A registered repository and what is known of it.</summary>
/// <param name="Target">Where it is now; as it was given, until it moves.</param>
/// <param name="Origin">One of <see cref="RepositoryOrigins"/>.</param>
/// <param name="AddedAt">Null for one of the configuration.</param>
/// <param name="AddedBy">Null for nobody in particular.</param>
/// <param name="Charter">The newest; null when it has none.</param>
/// <param name="LastRun">The newest of any kind; null when it has had none.</param>
public sealed record RepositoryView(string Target, string Origin, DateTimeOffset? AddedAt, string? AddedBy, RepositoryCharter? Charter, RepositoryRun? LastRun)
{
    /// <summary><c>owner/name</c>; null until an event has told.</summary>
    public string? Name { get; init; }
    /// <summary>The forge's host and its number for the repository; null until an event has told.</summary>
    public string? ForgeId { get; init; }
    /// <summary>The address that its charters and findings are kept under, where it has moved since; null for <see cref="Target"/>.</summary>
    public string? KnownAs { get; init; }
    /// <summary>Null until an event has told.</summary>
    public string? DefaultBranch { get; init; }
    /// <summary>Why nothing is started for it; null when it is looked after.</summary>
    public string? Paused { get; init; }
    /// <summary>When a sync was first told that it does not exist; null after any sync that found it.</summary>
    public DateTimeOffset? MissingSince { get; init; }
    /// <summary>When it is analysed beside the audit; null for never.</summary>
    public string? Schedule { get; init; }
    /// <summary>Which of its events call for a run.</summary>
    public IReadOnlyList<RepositoryRule> Rules { get; init; } = [];
}

/// <summary>A rule of triggers that holds for a repository.</summary>
/// <param name="Name">One of <c>RuleSettings.Names</c>.</param>
/// <param name="Value">Parts of a list with commas between.</param>
/// <param name="From">One of <see cref="RuleOrigins"/>.</param>
public sealed record RepositoryRule(string Name, string Value, string From);

/// <summary>The newest charter of a repository.</summary>
public sealed record RepositoryCharter(int Version, string RunId, string HeadSha, DateTimeOffset CreatedAt);

/// <summary>The newest run of a repository.</summary>
/// <param name="Status">One of <c>RunStatus</c>.</param>
public sealed record RepositoryRun(string RunId, string Status, DateTimeOffset CreatedAt);

/// <summary>Where a registration comes from.</summary>
public static class RepositoryOrigins
{
    /// <summary>The setting <c>repositories</c> of the process that answers.</summary>
    public const string Configuration = "configuration";
    /// <summary>Somebody registered it.</summary>
    public const string Added = "added";
    /// <summary>A forge's installation was given it.</summary>
    public const string Installation = "installation";
}

/// <summary>Where a rule comes from, the weakest first.</summary>
public static class RuleOrigins
{
    /// <summary>Nobody set it.</summary>
    public const string Default = "default";
    /// <summary>The setting <c>triggers.NAME</c>, for all repositories.</summary>
    public const string Triggers = "triggers";
    /// <summary>The repository's item in the setting <c>repositories</c>.</summary>
    public const string Repositories = "repositories";
    /// <summary><c>charter repos add</c> or <c>set</c>, or the API.</summary>
    public const string Registry = "registry";
}

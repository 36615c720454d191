using Charterhouse.Contracts.Triggers;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>Which events of a repository call for a run, and when it begins.</summary>
public sealed record TriggerRules
{
    /// <summary>The longest window: who waits longer wants a schedule.</summary>
    public static TimeSpan LongestWindow { get; } = TimeSpan.FromHours(1);

    /// <summary>Values of <see cref="TriggerKinds"/>.</summary>
    public IReadOnlyList<string> Events { get; init; } = [TriggerKinds.Push, TriggerKinds.PullRequest];
    /// <summary>
    /// Globs (see <see cref="Glob"/>) of which one must match the pushed branch, or the branch that a pull request is to be merged into. Empty: pushes
    /// to the default branch, and every pull request.
    /// </summary>
    public IReadOnlyList<string> Branches { get; init; } = [];
    /// <summary>Globs of which one must match a changed file; empty for any change. An event that does not say what has changed counts as matching.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
    /// <summary>Whether pull requests that are drafts count.</summary>
    public bool Drafts { get; init; }
    /// <summary>Whether pull requests from other repositories count. Not by itself: anybody may open any number of them, with any content.</summary>
    public bool Forks { get; init; }
    /// <summary>Whether what programs do counts.</summary>
    public bool Bots { get; init; } = true;
    /// <summary>How long events are collected, from the first on, before one run is begun for the newest; zero for a run at once for each.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>One of <see cref="WindowEdges"/>.</summary>
    public string Edge { get; init; } = WindowEdges.Trailing;
    /// <summary>One of <see cref="SupersedePolicies"/>.</summary>
    public string Supersede { get; init; } = SupersedePolicies.Queued;

    /// <summary>What runs write outside of the house when they have ended: values of <see cref="EffectNames"/>. Nothing by itself.</summary>
    public IReadOnlyList<string> Effects { get; init; } = [];
    /// <summary>Whether it is only to be shown.</summary>
    public bool DryRun { get; init; }
    /// <summary>The least severity of a new finding that fails checks and statuses, or <c>never</c>.</summary>
    public string FailOn { get; init; } = NeverFail;

    /// <summary>The value of <see cref="FailOn"/> by which they never fail.</summary>
    public const string NeverFail = "never";

    /// <summary>These rules, save where somebody wants it otherwise.</summary>
    public TriggerRules With(TriggerRuleOverrides? overrides) => overrides is null ? this : this with
    {
        Events = overrides.Events ?? Events,
        Branches = overrides.Branches ?? Branches,
        Paths = overrides.Paths ?? Paths,
        Drafts = overrides.Drafts ?? Drafts,
        Forks = overrides.Forks ?? Forks,
        Bots = overrides.Bots ?? Bots,
        Window = overrides.WindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Window,
        Edge = overrides.Edge ?? Edge,
        Supersede = overrides.Supersede ?? Supersede,
        Effects = overrides.Effects ?? Effects,
        DryRun = overrides.DryRun ?? DryRun,
        FailOn = overrides.FailOn ?? FailOn,
    };
}

/// <summary>What deviates from the rules of the configuration for one repository; null where nothing does. Stored as JSON in <c>registered_repositories.rules</c>.</summary>
public sealed record TriggerRuleOverrides
{
    /// <inheritdoc cref="TriggerRules.Events"/>
    public IReadOnlyList<string>? Events { get; init; }
    /// <inheritdoc cref="TriggerRules.Branches"/>
    public IReadOnlyList<string>? Branches { get; init; }
    /// <inheritdoc cref="TriggerRules.Paths"/>
    public IReadOnlyList<string>? Paths { get; init; }
    /// <inheritdoc cref="TriggerRules.Drafts"/>
    public bool? Drafts { get; init; }
    /// <inheritdoc cref="TriggerRules.Forks"/>
    public bool? Forks { get; init; }
    /// <inheritdoc cref="TriggerRules.Bots"/>
    public bool? Bots { get; init; }
    /// <summary><see cref="TriggerRules.Window"/> in seconds.</summary>
    public int? WindowSeconds { get; init; }
    /// <inheritdoc cref="TriggerRules.Edge"/>
    public string? Edge { get; init; }
    /// <inheritdoc cref="TriggerRules.Supersede"/>
    public string? Supersede { get; init; }
    /// <inheritdoc cref="TriggerRules.Effects"/>
    public IReadOnlyList<string>? Effects { get; init; }
    /// <inheritdoc cref="TriggerRules.DryRun"/>
    public bool? DryRun { get; init; }
    /// <inheritdoc cref="TriggerRules.FailOn"/>
    public string? FailOn { get; init; }
}

/// <summary>When the run of a window begins.</summary>
public static class WindowEdges
{
    /// <summary>When the window closes, for the newest.</summary>
    public const string Trailing = "trailing";
    /// <summary>At once for the first event, and when the window closes for the newest of those that came after it.</summary>
    public const string Leading = "leading";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Trailing, Leading];
}

/// <summary>Which run of an older head is cancelled when that of a newer one is asked for.</summary>
public static class SupersedePolicies
{
    /// <summary>None.</summary>
    public const string None = "none";
    /// <summary>One that has not begun.</summary>
    public const string Queued = "queued";
    /// <summary>One that has not ended.</summary>
    public const string Running = "running";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [None, Queued, Running];
}

using Charterhouse.Contracts.Triggers;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>What an event is refused for, whatever else has happened. Pure.</summary>
internal static class TriggerFilter
{
    /// <summary>What came longer ago than this is not worth a run any more.</summary>
    public static TimeSpan Oldest { get; } = TimeSpan.FromDays(7);

    /// <summary>What an event becomes that is not about a repository of the house, or too old; null when it may count.</summary>
    public static Outcome? Refuse(TriggerReceived e, TriggerSubject? subject, DateTimeOffset now) =>
        now - e.ReceivedAt > Oldest ? new Outcome(Dispositions.Expired, $"it came {(now - e.ReceivedAt).TotalDays:0} days ago")
        : subject is null ? new Outcome(Dispositions.Ignored, $"{e.Repository.Url} is not registered: charter repos add {e.Repository.Url}")
        : subject.Paused is { } why ? new Outcome(Dispositions.Ignored, $"nothing is started for {subject.Target}: {why}")
        : null;

    /// <summary>What an event becomes by the repository's rules; null when it calls for a run.</summary>
    public static Outcome? Rule(TriggerReceived e, TriggerSubject subject)
    {
        var ignored = Ignored(e, subject.Rules, subject.DefaultBranch);
        if (ignored is not null) return new Outcome(Dispositions.Ignored, ignored);
        return e is { Kind: TriggerKinds.PullRequest, BaseBranch: null } && subject.DefaultBranch is null
            ? new Outcome(Dispositions.Failed, "the event does not say what the pull request is to be merged into, and the default branch is not known")
            : null;
    }

    /// <summary>The pushed branch; null for what is none.</summary>
    public static string? BranchOf(TriggerReceived e) => e.Ref is { } name && name.StartsWith(Heads, StringComparison.Ordinal) ? name[Heads.Length..] : null;

    private const string Heads = "refs/heads/";

    private static string? Ignored(TriggerReceived e, TriggerRules rules, string? defaultBranch)
    {
        if (!rules.Events.Contains(e.Kind, StringComparer.Ordinal)) return $"the rule 'events' does not name {e.Kind}";
        if (e.Bot && !rules.Bots) return "a program did it, and the rule 'bots' is off";
        if (e.Kind == TriggerKinds.PullRequest && e.Draft && !rules.Drafts) return "the pull request is a draft, and the rule 'drafts' is off";
        if (e.Kind == TriggerKinds.PullRequest && e.Fork && !rules.Forks) return "the pull request comes from another repository, and the rule 'forks' is off";
        if (Branch(e, rules, defaultBranch) is { } wrong) return wrong;
        return rules.Paths.Count > 0 && e.Paths is { } paths && !paths.Any(path => rules.Paths.Any(glob => Glob.Matches(glob, path)))
            ? "no changed file matches the rule 'paths'"
            : null;
    }

    private static string? Branch(TriggerReceived e, TriggerRules rules, string? defaultBranch)
    {
        if (e.Kind == TriggerKinds.Push && e.Ref is not null && BranchOf(e) is null) return $"{e.Ref} is no branch";
        var branch = e.Kind switch { TriggerKinds.Push => BranchOf(e), TriggerKinds.PullRequest => e.BaseBranch, _ => null };
        if (branch is null) return null;
        if (rules.Branches.Count > 0) return rules.Branches.Any(glob => Glob.Matches(glob, branch)) ? null : $"the rule 'branches' does not name {branch}";
        return e.Kind == TriggerKinds.Push && defaultBranch is not null && branch != defaultBranch ? $"{branch} is not the default branch, and the rule 'branches' names no other" : null;
    }
}

/// <summary>What became of an event.</summary>
/// <param name="Disposition">One of <c>Dispositions</c>.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="RunId">In its written form; null for none.</param>
internal sealed record Outcome(string Disposition, string Reason, string? RunId = null);

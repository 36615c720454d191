using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>Actions of others that run at whatever their tag or branch is today.</summary>
internal static class ActionPins
{
    private const int Listed = 3;
    private const int Folded = 5;

    public static IEnumerable<Finding> Of(IReadOnlyList<Workflow> workflows, TrustedOwners trusted)
    {
        var uses = Uses(workflows).Where(use => !IsTrusted(use.Action, trusted) && !IsPinned(use.Reference) && !use.IsAccepted).ToArray();
        var actions = uses.GroupBy(use => use.Action, StringComparer.OrdinalIgnoreCase).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        // "@v1" is a tag for some and a branch for others; the repository that uses it cannot tell.
        var byName = actions.Where(action => !action.Any(use => IsBranch(use.Reference))).ToArray();
        // A project that pins nothing has one decision to make, not twenty.
        if (byName.Length > Folded)
            yield return Findings.Make(SentinelAgent.Name, "workflows/unpinned-action", byName.All(action => action.All(use => use.IsPowerless)) ? Severities.Info : Severities.Low, "Actions are used by names that can move", null,
                $"{byName.Length} actions of others are used by tag or branch: {string.Join(", ", byName.OrderByDescending(action => action.Count()).ThenBy(action => action.Key, StringComparer.Ordinal).Take(Folded).Select(action => action.Key))} and {byName.Length - Folded} more; whoever can move those runs code there.",
                Advice, what: "tags");
        foreach (var action in byName.Length > Folded ? actions.Except(byName) : actions)
        {
            var references = action.Select(use => use.Reference).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
            var paths = action.Select(use => use.Path).Distinct(StringComparer.Ordinal).ToArray();
            var branch = references.Any(IsBranch);
            var powerless = action.All(use => use.IsPowerless);
            yield return Findings.Make(SentinelAgent.Name, "workflows/unpinned-action", branch ? powerless ? Severities.Low : Severities.Medium : powerless ? Severities.Info : Severities.Low, branch ? "An action is used by branch" : "An action is used by a name that can move", action.First().Path,
                $"{action.Key} is used as {string.Join(", ", references.Select(reference => "@" + reference))} in {(paths.Length == 1 ? paths[0] : $"{paths.Length} workflows ({string.Join(", ", paths.Take(Listed).Select(path => path[(path.LastIndexOf('/') + 1)..]))}{(paths.Length > Listed ? ", …" : "")})")}; whoever can move {(branch ? "that branch" : "that tag or branch")} runs code there{(powerless ? ", though with a token that cannot write and without secrets" : "")}.",
                Advice, action.First().Line, action.Key);
        }
    }

    private const string Advice = "Name the full commit, with the version as a comment; Dependabot and Renovate keep both up to date.";

    /// <summary>How many uses of others' actions there are, and how many of them are pinned.</summary>
    public static (int Uses, int Pinned) Count(IReadOnlyList<Workflow> workflows, TrustedOwners trusted)
    {
        var uses = Uses(workflows).Where(use => !IsTrusted(use.Action, trusted)).ToArray();
        return (uses.Length, uses.Count(use => IsPinned(use.Reference)));
    }

    private static IEnumerable<(string Path, string Action, string Reference, int Line, bool IsAccepted, bool IsPowerless)> Uses(IReadOnlyList<Workflow> workflows)
    {
        foreach (var workflow in workflows)
            foreach (var (named, lines, job) in workflow.Jobs.SelectMany(job => job.Steps.Select(step => (step.Uses, step.Lines, job)).Prepend((job.Uses, new Lines(job.Uses?.Line ?? 0, job.Uses?.Line ?? 0), job))))
            {
                if (named is null) continue;
                var uses = named.Value.Trim();
                // Of this repository, or an image (the librarian's).
                if (uses.StartsWith("./", StringComparison.Ordinal) || uses.StartsWith("docker://", StringComparison.Ordinal) || uses.Contains("${{", StringComparison.Ordinal)) continue;
                if (uses.Split('@') is [var action, var reference] && action.Contains('/', StringComparison.Ordinal)) yield return (workflow.Path, action, reference, named.Line, workflow.Waivers.Accept("unpinned-uses", lines), workflow.IsPowerless(job));
            }
    }

    /// <summary>The forge's own, whose code runs the workflow anyway, and the project's.</summary>
    private static bool IsTrusted(string action, TrustedOwners trusted) =>
        action[..action.IndexOf('/', StringComparison.Ordinal)] is "actions" or "github"
        // Verifies that it runs at a tag: its README forbids commits.
        || action.StartsWith("slsa-framework/slsa-github-generator/", StringComparison.OrdinalIgnoreCase) || trusted.Contains(action[..action.IndexOf('/', StringComparison.Ordinal)]);

    // The last three are how toolchains name the branches that follow their channels.
    private static bool IsBranch(string reference) => reference is "main" or "master" or "develop" or "trunk" or "stable" or "beta" or "nightly";

    private static bool IsPinned(string reference) => reference.Length is 40 or 64 && reference.AsSpan().IndexOfAnyExcept("0123456789abcdefABCDEF") < 0;
}

using System.Text.RegularExpressions;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;

namespace Charterhouse.RepoSync.Sync;

/// <summary>Finds the commit that a change begins at: the merge base of head and what a person named, as a pull request has it.</summary>
internal sealed partial class BaseResolver(GitProcess git)
{
    /// <summary>The merge base.</summary>
    /// <param name="name">A branch, a remote-tracking branch, a tag, HEAD or a commit, with any number of <c>~N</c> and <c>^N</c> after it.</param>
    /// <exception cref="StepFailedException">It names no commit, or one with another history.</exception>
    public async Task<string> ResolveAsync(string gitDir, string name, string head, CancellationToken cancellationToken)
    {
        var match = Name().Match(name);
        if (!match.Success || name.Contains("..", StringComparison.Ordinal) || name.Contains("@{", StringComparison.Ordinal) || name.Contains("//", StringComparison.Ordinal))
            throw NotFound(name, "is no name of a branch, a tag or a commit");
        var (stem, steps) = (match.Groups["stem"].Value, match.Groups["steps"].Value);
        foreach (var candidate in Candidates(stem, head))
        {
            var found = await git.RunAsync(["--git-dir=" + gitDir, "rev-parse", "--verify", "--quiet", "--end-of-options", $"{candidate}{steps}^{{commit}}"], CacheGit.Reading, cancellationToken);
            if (found.Succeeded) return await MergeBaseAsync(gitDir, name, found.Output.Trim(), head, cancellationToken);
        }
        throw NotFound(name, "names no commit of this repository");
    }

    private static IEnumerable<string> Candidates(string stem, string head)
    {
        if (stem is "HEAD" or "@") return [head];
        string[] refs = stem.StartsWith("refs/heads/", StringComparison.Ordinal) ? [stem.Replace("refs/heads/", "refs/charter/heads/", StringComparison.Ordinal)]
            : stem.StartsWith("refs/remotes/", StringComparison.Ordinal) ? [stem.Replace("refs/remotes/", "refs/charter/remotes/", StringComparison.Ordinal)]
            : stem.StartsWith("refs/tags/", StringComparison.Ordinal) ? [stem]
            // The order in which git looks, with the names that the cache has for them.
            : ["refs/tags/" + stem, "refs/charter/heads/" + stem, "refs/charter/remotes/" + stem, "refs/charter/remotes/" + stem + "/HEAD"];
        return Hex().IsMatch(stem) ? [.. refs, stem] : refs;
    }

    private async Task<string> MergeBaseAsync(string gitDir, string name, string commit, string head, CancellationToken cancellationToken)
    {
        var found = await git.RunAsync(["--git-dir=" + gitDir, "merge-base", "--end-of-options", commit, head], CacheGit.Reading, cancellationToken);
        if (found.Succeeded) return found.Output.Split('\n', 2)[0].Trim();
        throw found.ExitCode == 1
            ? StepFailedException.Permanent("base_unrelated", $"'{name}' ({commit[..7]}) and the head ({head[..7]}) have no commit in common", "Name a base of the same history; in a shallow clone fetch more of it (git fetch --unshallow).")
            : GitFailures.OfCache(found, $"looking for what {commit[..7]} and {head[..7]} have in common");
    }

    private static StepFailedException NotFound(string name, string why) =>
        StepFailedException.Permanent("base_not_found", $"the base '{name}' {why}", "Name a branch, a tag or a commit that the repository has: git branch -a, git tag, git log.");

    [GeneratedRegex(@"^(?<stem>[A-Za-z0-9_@][A-Za-z0-9_./+@#=-]{0,199})(?<steps>([~^][0-9]{0,5}){0,10})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex("^[0-9a-f]{7,64}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hex();
}

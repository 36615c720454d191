using System.Globalization;
using System.Text;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Cache;

namespace Charterhouse.RepoSync.Context;

/// <summary>What lies between two commits.</summary>
/// <param name="Total">All commits, listed or not.</param>
internal sealed record CommitRange(IReadOnlyList<CommitInfo> Commits, int Total, IReadOnlyList<ChangedFile> Files);

/// <summary>Reads base..head. Everything comes NUL-separated: names and subjects may hold anything else.</summary>
internal sealed class RangeReader(GitProcess git)
{
    // The largest Unix time that DateTimeOffset holds (9999-12-31).
    private const long MaxUnixTime = 253402300799;

    /// <summary>The full id of a commit that is in the cache, or null.</summary>
    public async Task<string?> FindCommitAsync(string gitDir, string? sha, CancellationToken cancellationToken)
    {
        if (sha is null || !Targets.HeadState.ShaPattern().IsMatch(sha)) return null;
        var result = await git.RunAsync(["--git-dir=" + gitDir, "rev-parse", "--verify", "--quiet", "--end-of-options", sha + "^{commit}"], CacheGit.Reading, cancellationToken);
        // A tag's id would be peeled to another commit: not what was asked for.
        return result.Succeeded && result.Output.Trim() == sha ? sha : null;
    }

    public async Task<CommitRange> ReadAsync(string gitDir, string baseSha, string headSha, CancellationToken cancellationToken)
    {
        if (baseSha == headSha) return new CommitRange([], 0, []);
        var range = $"{baseSha}..{headSha}";
        var count = await RunAsync(gitDir, ["rev-list", "--count", range, "--"], cancellationToken);
        var log = await RunAsync(gitDir, ["log", "-z", "--date-order", "--no-show-signature", "--encoding=UTF-8", "--max-count=" + RepoContext.CommitLimit.ToString(CultureInfo.InvariantCulture), "--format=%H%n%ct%n%an%n%s", range, "--"], cancellationToken);
        return new CommitRange(ParseLog(log.Output), int.Parse(count.Output, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture), await FilesAsync(gitDir, baseSha, headSha, cancellationToken));
    }

    private async Task<IReadOnlyList<ChangedFile>> FilesAsync(string gitDir, string baseSha, string headSha, CancellationToken cancellationToken)
    {
        string[] common = ["--git-dir=" + gitDir, "-c", "diff.renameLimit=1000", "diff-tree", "-r", "-z", "-M", "--no-ext-diff", "--no-textconv", "--raw"];
        var full = await git.RunAsync([.. common, "--numstat", "--end-of-options", baseSha, headSha], CacheGit.Reading, cancellationToken);
        if (full.Succeeded) return ParseDiff(full.RawOutput);
        // Absent blobs: names and states are still known where no content is compared.
        string[] names = ["--git-dir=" + gitDir, "diff-tree", "-r", "-z", "--no-renames", "--raw", "--end-of-options", baseSha, headSha];
        var raw = await git.RunAsync(names, CacheGit.Reading, cancellationToken);
        return raw.Succeeded ? ParseDiff(raw.RawOutput) : throw GitFailures.OfCache(raw, $"comparing {baseSha[..7]} with {headSha[..7]}");
    }

    internal static IReadOnlyList<CommitInfo> ParseLog(string output)
    {
        var commits = new List<CommitInfo>();
        foreach (var record in output.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = record.Split('\n', 4);
            if (lines.Length < 4) continue;
            var seconds = long.TryParse(lines[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? Math.Clamp(parsed, 0, MaxUnixTime) : 0;
            commits.Add(new CommitInfo(lines[0], lines[2], DateTimeOffset.FromUnixTimeSeconds(seconds), lines[3].TrimEnd('\n')));
        }
        return commits;
    }

    /// <summary>Raw records come first, then the counts, in the same order of files.</summary>
    internal static IReadOnlyList<ChangedFile> ParseDiff(byte[] output)
    {
        var fields = new Queue<string>(Encoding.UTF8.GetString(output).Split('\0'));
        var files = new List<ChangedFile>();
        while (fields.TryPeek(out var header) && header.StartsWith(':'))
        {
            var letter = fields.Dequeue().Split(' ')[^1][0];
            var path = fields.Dequeue();
            var renamed = letter is 'R' or 'C';
            var target = renamed ? fields.Dequeue() : path;
            files.Add(new ChangedFile(target, Status(letter), letter == 'R' ? path : null, null, null));
        }
        for (var i = 0; i < files.Count && fields.TryDequeue(out var counts) && counts.Length > 0; i++)
        {
            var parts = counts.Split('\t', 3);
            if (parts.Length != 3) throw new InvalidDataException("git diff-tree printed a count that is no count");
            if (parts[2].Length == 0)
            {
                fields.Dequeue();
                fields.Dequeue();
            }
            files[i] = files[i] with { Additions = Number(parts[0]), Deletions = Number(parts[1]) };
        }
        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal).ThenBy(file => file.Status, StringComparer.Ordinal)];
    }

    private static string Status(char letter) => letter switch
    {
        'A' or 'C' => "added",
        'D' => "deleted",
        'R' => "renamed",
        'T' => "type_changed",
        _ => "modified",
    };

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private async Task<GitResult> RunAsync(string gitDir, string[] arguments, CancellationToken cancellationToken)
    {
        var result = await git.RunAsync(["--git-dir=" + gitDir, .. arguments], CacheGit.Reading, cancellationToken);
        return result.Succeeded ? result : throw GitFailures.OfCache(result, "reading the commits since the last charter");
    }
}

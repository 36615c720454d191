using System.Text;
using System.Text.RegularExpressions;

namespace Charterhouse.RepoSync.Targets;

/// <summary>Where a repository's HEAD stands.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="Branch">The branch that HEAD names; null when detached.</param>
public sealed partial record HeadState(string Sha, string? Branch)
{
    private const int MaxDepth = 5;

    /// <summary>Reads HEAD, loose refs and packed refs as data.</summary>
    public static Outcome<HeadState> Read(LocalRepository repository)
    {
        try
        {
            return Follow(repository);
        }
        catch (UnauthorizedAccessException)
        {
            return LocalRepository.Unreadable(repository.GitDir);
        }
        catch (IOException problem)
        {
            return Corrupt(repository, $"HEAD cannot be read ({problem.Message})");
        }
    }

    private static Outcome<HeadState> Follow(LocalRepository repository)
    {
        var text = ReadFirstLine(Path.Combine(repository.GitDir, "HEAD"));
        string? first = null;
        for (var depth = 0; depth < MaxDepth; depth++)
        {
            if (ShaPattern().IsMatch(text)) return new HeadState(text, BranchOf(first));
            if (!text.StartsWith("ref:", StringComparison.Ordinal)) return Corrupt(repository, first is null ? "HEAD holds neither a branch nor a commit" : $"{first} does not hold a commit");
            var name = text["ref:".Length..].Trim();
            if (name == "refs/heads/.invalid")
                return new TargetProblem("unsupported_target", $"the repository at '{repository.CommonDir}' keeps its refs in the reftable format, which is not supported in this version", "Convert it with 'git refs migrate --ref-format=files'.");
            if (!IsSafe(name)) return Corrupt(repository, "HEAD names something that is not a ref");
            first ??= name;
            var loose = Path.Combine(repository.CommonDir, name);
            if (File.Exists(loose)) text = ReadFirstLine(loose);
            else if (FindPacked(repository.CommonDir, name) is { } packed) text = packed;
            else if (name.Contains('\uFFFD', StringComparison.Ordinal))
                return new TargetProblem("unsupported_target", $"the name of the branch checked out in '{repository.WorkTree ?? repository.GitDir}' is not valid UTF-8, which is not supported in this version", "Rename the branch, or check out its commit (git checkout --detach).");
            else return new TargetProblem("no_commits", $"the branch {BranchOf(first) ?? first} of '{repository.WorkTree ?? repository.GitDir}' has no commit yet", "Commit something first, or check out a branch that has commits.");
        }
        return Corrupt(repository, "HEAD is a ref that names itself");
    }

    private static string? BranchOf(string? name) => name?.StartsWith("refs/heads/", StringComparison.Ordinal) == true ? name["refs/heads/".Length..] : null;

    private static string ReadFirstLine(string file)
    {
        using var stream = File.OpenRead(file);
        var buffer = new byte[4096];
        var line = buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        var end = line.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? line : line[..end]).TrimEnd();
    }

    private static string? FindPacked(string commonDir, string name)
    {
        var file = Path.Combine(commonDir, "packed-refs");
        if (!File.Exists(file)) return null;
        foreach (var line in File.ReadLines(file))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && line.AsSpan(space + 1).SequenceEqual(name)) return line[..space];
        }
        return null;
    }

    private static bool IsSafe(string name) =>
        name.StartsWith("refs/", StringComparison.Ordinal) && !name.Any(char.IsControl)
        && name.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.Contains("..", StringComparison.Ordinal));

    private static TargetProblem Corrupt(LocalRepository repository, string why) =>
        new("corrupt_repository", $"the repository at '{repository.WorkTree ?? repository.GitDir}' is damaged: {why}", "Run 'git fsck' there, check out a branch again, or clone it again.");

    [GeneratedRegex("^(?:[0-9a-f]{40}|[0-9a-f]{64})$", RegexOptions.CultureInvariant, 1000)]
    internal static partial Regex ShaPattern();
}

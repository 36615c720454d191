namespace Charterhouse.RepoSync.Targets;

/// <summary>A ref's full name as somebody outside gave it: whatever passes may stand in a command line of git, and in a message.</summary>
internal static class RefName
{
    private const string Heads = "refs/heads/";
    // File systems of forges end a name at 255 bytes a part; nobody types half of this.
    private const int MaxLength = 1000;

    /// <summary>True for <c>refs/…</c> by the rules of git-check-ref-format(1).</summary>
    public static bool IsFull(string name) =>
        name.Length <= MaxLength && name.StartsWith("refs/", StringComparison.Ordinal) && name[^1] != '.'
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal)
        && !name.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter) || letter is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\' or '\uFFFD')
        && name.Split('/') is { Length: > 2 } parts && parts.All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));

    /// <summary>The branch that a full name stands for; null for any other ref.</summary>
    public static string? BranchOf(string name) => name.StartsWith(Heads, StringComparison.Ordinal) ? name[Heads.Length..] : null;
}

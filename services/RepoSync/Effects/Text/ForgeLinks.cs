using System.Globalization;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>Pages of a repository at its forge, each part percent-encoded. What cannot be a page of it has no link.</summary>
/// <param name="kind"><c>github</c> or <c>gitlab</c>.</param>
/// <param name="web">Where people go, without a path: <c>https://github.com</c>.</param>
/// <param name="path">The repository's path: <c>owner/name</c>.</param>
internal sealed class ForgeLinks(string kind, Uri web, string path)
{
    private const string GitLab = "gitlab";
    /// <summary>What some browsers and mail programs still open.</summary>
    private const int LongestUrl = 2000;

    private readonly string _root = web.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + (Escaped(path) ?? throw new ArgumentException("no repository's path", nameof(path))) + (kind == GitLab ? "/-" : "");

    /// <summary>A file at a commit; null where the commit or the path is none.</summary>
    /// <param name="line">1-based; null for the whole file.</param>
    public string? Blob(string? sha, string? file, int? line)
    {
        if (!IsSha(sha) || Escaped(file) is not { } escaped) return null;
        // rendered documents have no lines
        var plain = line is not null && (file!.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase)) ? "?plain=1" : "";
        var url = $"{_root}/blob/{sha}/{escaped}{plain}{(line is > 0 ? string.Create(CultureInfo.InvariantCulture, $"#L{line}") : "")}";
        return url.Length <= LongestUrl ? url : null;
    }

    /// <summary>A commit's page; null where that is no commit.</summary>
    public string? Commit(string? sha) => IsSha(sha) ? $"{_root}/commit/{sha}" : null;

    /// <summary>40 or 64 lower-case hex digits.</summary>
    public static bool IsSha(string? text) => text is { Length: 40 or 64 } && text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;

    /// <summary>A relative path in a URL; null where it would leave what it is under, or is none.</summary>
    private static string? Escaped(string? path)
    {
        if (string.IsNullOrEmpty(path)) return null;
        var parts = path.Split('/');
        if (parts.Any(part => part is "" or "." or ".." || part.Any(char.IsControl) || !IsWhole(part))) return null;
        return string.Join('/', parts.Select(Uri.EscapeDataString));
    }

    private static bool IsWhole(string part) => part.EnumerateRunes().All(rune => rune.Value != 0xfffd);
}

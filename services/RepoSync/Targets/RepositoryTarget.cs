using System.Text.RegularExpressions;

namespace Charterhouse.RepoSync.Targets;

/// <summary>What a person or a trigger named: a folder of this machine or an https URL. Everything else is refused, with a reason.</summary>
public abstract partial record RepositoryTarget
{
    private const int MaxLength = 2048;

    private RepositoryTarget() { }

    /// <summary>The normal form, as it belongs into <c>RunTrigger.Target</c>.</summary>
    public abstract string Text { get; }

    /// <summary>A folder (or file) of this machine.</summary>
    /// <param name="Path">Absolute; exists at the time of parsing.</param>
    public sealed record Local(string Path) : RepositoryTarget
    {
        /// <inheritdoc/>
        public override string Text => Path;

        /// <summary>Looks whether there is a repository with a commit; null when there is. Reads files only, starts nothing.</summary>
        public TargetProblem? Examine()
        {
            var found = LocalRepository.Find(Path);
            return found.Succeeded ? HeadState.Read(found.Value).Problem : found.Problem;
        }
    }

    /// <summary>An https URL without credentials, query and fragment.</summary>
    /// <param name="Url">Host in lower case.</param>
    /// <param name="Host">Name or address, without a port.</param>
    /// <param name="Port">443 unless the URL names another.</param>
    /// <param name="RepositoryPath">Without slashes at the ends and without <c>.git</c>.</param>
    public sealed record Https(string Url, string Host, int Port, string RepositoryPath) : RepositoryTarget
    {
        /// <inheritdoc/>
        public override string Text => Url;
    }

    /// <summary>Reads a target. A relative path is taken from the current directory and must exist.</summary>
    /// <param name="gitHub">Where <c>owner/repository</c> is, when there is no such folder; null for nowhere.</param>
    public static Outcome<RepositoryTarget> Parse(string? text, Uri? gitHub = null)
    {
        if (string.IsNullOrWhiteSpace(text)) return Refuse("the target is empty", "Name a folder, for example '.', or an https URL.");
        if (text.Length > MaxLength) return Refuse($"the target has {text.Length} characters; at most {MaxLength} are read", "Name a folder or an https URL.");
        if (text.Any(char.IsControl)) return Refuse("the target holds control characters (a newline, a NUL or the like)", "Remove them; a folder with such a name must be renamed or reached by a link.");
        if (text[0] == '-') return Refuse($"'{Shown(text)}' begins with '-', which git would take for an option", $"Write ./{Shown(text)} if it is a folder.");
        if (TransportHelper().IsMatch(text)) return Refuse("transport helpers (name::address) run commands and are not supported", "Use a folder, a file:// URL or an https:// URL.");
        if (text.StartsWith("file://", StringComparison.OrdinalIgnoreCase)) return ParseFileUrl(text["file://".Length..]);
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) return HttpsUrl.Parse(text);
        if (Scheme().Match(text) is { Success: true } scheme)
            return Refuse($"the transport '{scheme.Groups["scheme"].Value.ToLowerInvariant()}' is not supported: only local folders, file:// and https:// are", "Use the https:// URL of the repository, or clone it yourself and name the folder.");
        return ParsePath(text, gitHub);
    }

    private static Outcome<RepositoryTarget> ParseFileUrl(string rest)
    {
        if (rest.StartsWith("localhost/", StringComparison.OrdinalIgnoreCase)) rest = rest["localhost".Length..];
        if (!rest.StartsWith('/')) return Refuse("a file:// URL must name a folder of this machine: file:///path", "Write three slashes, or give the path itself.");
        if (rest.AsSpan().IndexOfAny('?', '#') >= 0) return Refuse("a file:// URL must not have a query or a fragment", "Write '?' as %3F and '#' as %23, or give the path itself.");
        var path = Uri.UnescapeDataString(rest);
        if (path.Any(char.IsControl)) return Refuse("the target holds control characters (a newline, a NUL or the like)", "Remove them; a folder with such a name must be renamed or reached by a link.");
        return Path.Exists(path) ? new Local(Path.GetFullPath(path)) : NoSuchPath(path);
    }

    private static Outcome<RepositoryTarget> ParsePath(string text, Uri? gitHub)
    {
        if (Path.Exists(text)) return new Local(Path.GetFullPath(text));
        if (ScpLike().IsMatch(text))
            return Refuse("scp-like addresses (host:path) use ssh, which is not supported", "Use the https:// URL of the repository, or clone it yourself and name the folder.");
        if (Shorthand().IsMatch(text))
        {
            return gitHub is not null
                ? Parse($"{gitHub.GetLeftPart(UriPartial.Authority)}/{text}")
                : Refuse($"there is no folder '{Shown(text)}', and only the command line reads owner/repository", $"Give the whole URL, for example https://github.com/{Shown(text)}.");
        }
        return NoSuchPath(text);
    }

    private static TargetProblem NoSuchPath(string path) =>
        new("not_found", $"there is no folder '{Shown(path)}' (or it may not be seen by this user)", "Check the spelling; a relative path counts from the current directory.");

    internal static TargetProblem Refuse(string message, string remedy) => new("unsupported_target", message, remedy);

    /// <summary>Text of a target for a message: short, and never with what stands before an '@'.</summary>
    internal static string Shown(string text)
    {
        var at = text.LastIndexOf('@');
        if (at >= 0) text = "…" + text[at..];
        return text.Length <= 120 ? text : text[..120] + "…";
    }

    [GeneratedRegex("^[A-Za-z0-9+.-]+::", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TransportHelper();
    [GeneratedRegex("^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Scheme();
    [GeneratedRegex("^[^/\\\\]+:", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ScpLike();
    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shorthand();
}

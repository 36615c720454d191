using System.Globalization;

namespace Charterhouse.Platform.Git;

/// <summary>The credentials of a process: at most one for each host and port.</summary>
public sealed class GitCredentials
{
    private readonly List<GitCredential> all = [];

    private GitCredentials() { }

    /// <summary>None at all.</summary>
    public static GitCredentials None { get; } = new();

    /// <summary>The one for a host and port, or null.</summary>
    public GitCredential? For(string host, int port) => all.Find(one => one.IsFor(host, port));

    /// <summary>Reads lines of <c>https://user:secret@host[:port]</c>, as <c>git credential-store</c> has them; a semicolon separates as well. Lines that begin with '#' are comments.</summary>
    /// <returns>The credentials, or what is wrong with which entry. The text is a secret: no message repeats any of it.</returns>
    public static (GitCredentials? Credentials, string? Problem) Parse(string text)
    {
        var read = new GitCredentials();
        var entries = text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'))
            .SelectMany(line => line.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        for (var number = 1; number <= entries.Count; number++)
        {
            var problem = read.Add(entries[number - 1]);
            if (problem is not null) return (null, string.Create(CultureInfo.InvariantCulture, $"has an entry (number {number}) that {problem}"));
        }
        return (entries.Count == 0 ? None : read, null);
    }

    private string? Add(string entry)
    {
        if (!entry.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) return "does not begin with https://";
        if (!Uri.TryCreate(entry, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return "is no URL";
        if (uri.PathAndQuery != "/" || uri.Fragment.Length > 0) return "has more than user, secret, host and port (is a '/', '?' or '#' of the secret not percent-encoded?)";
        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == uri.UserInfo.Length - 1) return "has no user or no secret";
        var (user, password) = (Uri.UnescapeDataString(uri.UserInfo[..colon]), Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]));
        if (user.Any(char.IsControl) || password.Any(char.IsControl) || user.Contains(':', StringComparison.Ordinal)) return "has a control character, or a user with a ':'";
        if (For(uri.IdnHost, uri.Port) is not null) return "is the second one for its host and port";
        all.Add(new GitCredential(uri, user, password));
        return null;
    }
}

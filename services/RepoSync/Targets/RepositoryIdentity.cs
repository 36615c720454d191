using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Charterhouse.RepoSync.Targets;

/// <summary>
/// What makes two targets the same repository: the address without scheme, user, port of ssh and <c>.git</c>, else the real path.
/// </summary>
/// <param name="Key">The text that the id is a hash of.</param>
/// <param name="Name"><c>owner/name</c>, or the folder's name.</param>
/// <param name="Url">As https, without credentials; null for a path.</param>
public sealed partial record RepositoryIdentity(string Key, string Name, string? Url)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdDigits = 26;

    /// <summary><c>repo_</c> and the first 26 lower-case base32 digits (RFC 4648) of the key's SHA-256.</summary>
    public string Id { get; } = "repo_" + Digits(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));

    /// <summary>Of an https target.</summary>
    public static RepositoryIdentity OfUrl(RepositoryTarget.Https target) => OfAddress(target.Url["https://".Length..]);

    /// <summary>Of a local repository, by its <c>origin</c> when that has a form that we know, else by its real path.</summary>
    public static RepositoryIdentity OfLocal(LocalRepository repository, string? origin)
    {
        if (string.IsNullOrWhiteSpace(origin) || origin.Any(char.IsControl)) return OfPath(repository.CommonDir);
        if (UrlForm().Match(origin) is { Success: true } url)
        {
            var scheme = url.Groups["scheme"].Value.ToLowerInvariant();
            if (scheme == "file") return OfPath(Uri.UnescapeDataString(url.Groups["path"].Value));
            var port = url.Groups["port"].Value;
            var keep = scheme is "https" or "http" && port.Length > 0 && port is not ("443" or "80");
            return OfAddress($"{url.Groups["host"].Value.ToLowerInvariant()}{(keep ? ":" + port : "")}/{Trim(url.Groups["path"].Value)}");
        }
        if (ScpForm().Match(origin) is { Success: true } scp)
            return OfAddress($"{scp.Groups["host"].Value.ToLowerInvariant()}/{Trim(scp.Groups["path"].Value)}");
        return origin.Contains("::", StringComparison.Ordinal) ? OfPath(repository.CommonDir) : OfPath(Path.Combine(MainFolder(repository), origin));
    }

    // A relative origin counts from the main working tree, whichever linked worktree is analysed.
    private static string MainFolder(LocalRepository repository) =>
        Path.GetFileName(repository.CommonDir) == ".git" ? Path.GetDirectoryName(repository.CommonDir)! : repository.CommonDir;

    private static RepositoryIdentity OfAddress(string address)
    {
        var parts = address.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return new RepositoryIdentity(address, string.Join('/', parts.Skip(1).TakeLast(2)), "https://" + address);
    }

    private static RepositoryIdentity OfPath(string path)
    {
        var real = RealPath.Of(path).TrimEnd('/');
        // A working tree and its .git folder are one repository; so are a bare repository and its clones.
        if (Directory.Exists(Path.Combine(real, ".git"))) real = Path.Combine(real, ".git");
        else if (!Directory.Exists(real) && Directory.Exists(real + ".git")) real += ".git";
        var folder = Path.GetFileName(real) == ".git" ? Path.GetDirectoryName(real)! : real;
        var name = Path.GetFileName(folder);
        if (name.EndsWith(".git", StringComparison.Ordinal) && name.Length > 4) name = name[..^4];
        // An escaped origin or a link may lead to a name that would write its own line.
        name = string.Concat(name.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
        return new RepositoryIdentity(real, name.Length == 0 ? "repository" : name, null);
    }

    private static string Trim(string path)
    {
        path = path.Trim('/');
        return path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4].TrimEnd('/') : path;
    }

    private static string Digits(ReadOnlySpan<byte> hash)
    {
        Span<char> text = stackalloc char[IdDigits];
        for (var i = 0; i < IdDigits; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            text[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }
        return new string(text);
    }

    [GeneratedRegex(@"^(?<scheme>https?|ssh|git|git\+ssh|file)://(?:[^/@]*@)?(?<host>\[[^\]/]*\]|[^/:@]*)(?::(?<port>[0-9]*))?(?<path>/[^?#]*)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex UrlForm();
    [GeneratedRegex("^(?:[^/@:]*@)?(?<host>[^/@:]+):(?!:)(?<path>[^:].*)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ScpForm();
}

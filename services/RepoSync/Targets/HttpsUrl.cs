using System.Text.RegularExpressions;

namespace Charterhouse.RepoSync.Targets;

/// <summary>Reads https URLs from their raw text: <see cref="Uri"/> alone would quietly mend what must be refused.</summary>
internal static partial class HttpsUrl
{
    public static Outcome<RepositoryTarget> Parse(string text)
    {
        var rest = text["https://".Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        // Whatever stands here may be a secret, so neither message shows the URL.
        if (rest.Contains('@', StringComparison.Ordinal))
            return RepositoryTarget.Refuse("the URL holds credentials (or an '@'); they would end up in logs and process lists", "Remove everything before the '@'. Revoke the secret if it was one.");
        if (rest.AsSpan().IndexOfAny('?', '#') >= 0)
            return RepositoryTarget.Refuse("the URL has a query or a fragment, which no repository address needs (and which may hold a secret)", "Remove everything from the '?' or '#' on.");
        if (slash < 0 || authority.Length == 0 || !Authority().IsMatch(authority) || !Uri.TryCreate("https://" + authority + "/", UriKind.Absolute, out var uri))
            return RepositoryTarget.Refuse($"'{RepositoryTarget.Shown(text)}' is not a repository's address", "Give it as https://host/owner/repository.");
        var path = rest[slash..].Trim('/');
        if (path.EndsWith(".git", StringComparison.Ordinal)) path = path[..^4];
        var parts = path.Split('/');
        if (parts.Any(part => !PathPart().IsMatch(part) || part is "." or ".."))
            return RepositoryTarget.Refuse($"the path of '{RepositoryTarget.Shown(text)}' has parts that no repository name has ('..', '%', an empty part, a leading '-' or unusual characters)", "Give it as https://host/owner/repository.");
        var host = uri.IdnHost.ToLowerInvariant();
        var shownHost = uri.HostNameType == UriHostNameType.IPv6 ? $"[{host}]" : host;
        var address = uri.IsDefaultPort ? shownHost : $"{shownHost}:{uri.Port}";
        return new RepositoryTarget.Https($"https://{address}/{path}", host, uri.Port, path);
    }

    // A name or an address with an optional port; brackets for IPv6.
    [GeneratedRegex(@"^(?:[\p{L}\p{N}.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Authority();
    [GeneratedRegex("^[A-Za-z0-9._~+][A-Za-z0-9._~+-]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PathPart();
}

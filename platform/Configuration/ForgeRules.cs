using System.Security.Cryptography;

namespace Charterhouse.Platform.Configuration;

/// <summary>Where a forge is. What goes there holds a secret, so it goes encrypted, or stays on this machine.</summary>
/// <param name="PathAllowed">True for an API, which may be a part of a site.</param>
internal sealed record ForgeAddressRule(bool PathAllowed) : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)) && uri.UserInfo.Length == 0
            && uri.Query.Length == 0 && uri.Fragment.Length == 0 && (PathAllowed || uri.AbsolutePath == "/")
            ? null
            : ($"is '{(text.Contains('@', StringComparison.Ordinal) ? "***" : shown)}'", PathAllowed ? "give https://HOST[:PORT][/PATH]; http only for this machine" : "give https://HOST[:PORT] without a path; http only for this machine");
}

/// <summary>A forge's token; goes into a header as it is.</summary>
internal sealed record ForgeTokenRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text.Any(c => c is <= ' ' or > '~') ? ("has a blank, a line break or others than printable ASCII", "give the token alone") : null;
}

/// <summary>How a GitHub App is called in what it signs.</summary>
internal sealed record AppIdRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text.Length <= 100 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') ? null : ($"is '{shown}'", "give the App's id or client id, as its settings page shows it");
}

/// <summary>An RSA key in PEM; never repeated.</summary>
internal sealed record PrivateKeyRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(text);
            key.ExportParameters(includePrivateParameters: true);
            return null;
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            return ("is no private RSA key in PEM", "give the file that GitHub made under 'Private keys' of the App, best by GITHUB_APP_PRIVATE_KEY_FILE");
        }
    }
}

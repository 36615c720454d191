using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>
/// Certificates in PEM, and whether they are only for names that nobody reaches over a network: what a private key beside one of them is worth.
/// </summary>
internal static partial class Certificates
{
    /// <summary>The row's kind: <see cref="Local"/>, or empty for any other.</summary>
    public const string Kind = "certificate";
    public const string Local = "local";
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";
    private const int BodyLimit = 20_000;
    private const int Most = 4;

    /// <summary>A <see cref="DetailReader"/>.</summary>
    public static void Read(string role, string? language, string text, DetailWriter writer)
    {
        var at = text.IndexOf(Begin, StringComparison.Ordinal);
        for (var count = 0; at >= 0 && count < Most; count++)
        {
            var body = at + Begin.Length;
            var end = text.IndexOf(End, body, Math.Min(BodyLimit, text.Length - body), StringComparison.Ordinal);
            if (end < 0) return;
            if (Parse(text.AsSpan(body, end - body)) is { } certificate)
                using (certificate) writer.Add(Kind, 1 + text.AsSpan(0, at).Count('\n'), IsLocal(certificate) ? Local : "");
            at = text.IndexOf(Begin, end, StringComparison.Ordinal);
        }
    }

    private static X509Certificate2? Parse(ReadOnlySpan<char> body)
    {
        var bytes = new byte[body.Length];
        if (!Convert.TryFromBase64Chars(body, bytes, out var length)) return null;
        try
        {
            return X509CertificateLoader.LoadCertificate(bytes.AsSpan(0, length));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool IsLocal(X509Certificate2 certificate)
    {
        try
        {
            var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
                .Where(name => name.Length > 0).Take(50).ToArray();
            // Whoever checks a certificate asks for its subject only where it has no such names (RFC 6125).
            if (names.Length == 0) names = [.. new[] { certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) }.Where(name => name.Length > 0)];
            return names.Length > 0 && Array.TrueForAll(names, name => LocalName().IsMatch(name));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>This machine, and what RFC 2606 keeps for tests and examples.</summary>
    [GeneratedRegex(@"^((.*\.)?(localhost|localdomain|example|test|invalid)(\.(com|net|org|localdomain))?|127\.[\d.]+|::1|0\.0\.0\.0)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex LocalName();
}

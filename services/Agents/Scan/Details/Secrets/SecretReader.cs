using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Charterhouse.Agents.Paths;

namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>
/// Writes a row for each credential and takes them out of the text. It runs before everything else that keeps or quotes text: no row,
/// excerpt, finding or cached fact ever holds a credential whole.
/// </summary>
internal static class SecretReader
{
    /// <summary>The row's kind: what, public prefix, length, confidence, fingerprint.</summary>
    public const string Kind = "secret";
    /// <summary>What stands where a secret part was. Plain in every format, so that what follows still parses.</summary>
    public const string Redacted = "REDACTED";
    private const int RowLimit = 200;
    private static readonly byte[] FingerprintKey = "charterhouse: fingerprints of credentials"u8.ToArray();

    /// <summary>The rows of a text, and the text without its credentials.</summary>
    /// <param name="role">See <see cref="DetailRoles"/>; what a tool wrote (a lock file) gives no rows.</param>
    public static string ReadAndRedact(string role, string text, DetailWriter writer)
    {
        var name = role.StartsWith(DetailRoles.File, StringComparison.Ordinal) ? role[DetailRoles.File.Length..] : "";
        var environment = EnvironmentValues.Names.Contains(name, StringComparer.Ordinal);
        var found = SecretScan.Find(text, environment);
        if (found.Count == 0) return text;
        if (!PathKinds.IsLockFile(name))
        {
            var (line, at) = (1, 0);
            foreach (var match in found.Take(RowLimit))
            {
                line += text.AsSpan(at, match.Start - at).Count('\n');
                at = match.Start;
                writer.Add(Kind, line, match.Kind, match.Public, match.Total.ToString(CultureInfo.InvariantCulture), match.Confidence.ToString(), Fingerprint(text.AsSpan(match.Start, match.Length), match.Confidence));
            }
        }
        return Redact(text, found);
    }

    /// <summary>The text without its credentials; as many lines as before.</summary>
    public static string Redact(string text) => SecretScan.Find(text) is { Count: > 0 } found ? Redact(text, found) : text;

    private static string Redact(string text, IReadOnlyList<SecretMatch> found)
    {
        var clean = new StringBuilder(text.Length);
        var at = 0;
        foreach (var match in found)
        {
            clean.Append(text, at, match.Start - at).Append(Redacted).Append('\n', text.AsSpan(match.Start, match.Length).Count('\n'));
            at = match.End;
        }
        return clean.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>
    /// Tells two credentials of a file apart from run to run, and no more: so few bits that a person's password cannot be guessed from them.
    /// </summary>
    private static string Fingerprint(ReadOnlySpan<char> value, SecretConfidence confidence) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(FingerprintKey, Encoding.UTF8.GetBytes(value.ToString())))[..(confidence == SecretConfidence.Likely ? 3 : 8)];
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Charterhouse.Contracts.Triggers;

/// <summary>What a burst of events is about, and the window that collects it: one for each repository and branch or pull request.</summary>
public static class TriggerLine
{
    /// <summary>The line of a branch or a tag.</summary>
    /// <param name="reference">The full name: <c>refs/heads/main</c>.</param>
    public static string OfRef(string reference) => reference;

    /// <summary>The line of a pull or merge request.</summary>
    public static string OfPullRequest(long number) => "pull/" + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The window's id: a UUID (version 8, RFC 9562) of the SHA-256 of repository and line. The forge's number, where there is one, outlives names.</summary>
    public static Guid WindowOf(TriggerRepository repository, string line)
    {
        var key = (repository.ForgeId ?? repository.Url.ToLowerInvariant()) + "\n" + line;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}

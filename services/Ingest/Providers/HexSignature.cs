using System.Security.Cryptography;

namespace Charterhouse.Ingest.Providers;

/// <summary>Reads a signature's header.</summary>
internal static class HexSignature
{
    /// <summary>The bytes of a SHA-256 in hex after a prefix; null for anything else.</summary>
    public static byte[]? Read(string header, string prefix)
    {
        if (!header.StartsWith(prefix, StringComparison.Ordinal) || header.Length != prefix.Length + (2 * HMACSHA256.HashSizeInBytes)) return null;
        var signature = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.FromHexString(header.AsSpan(prefix.Length), signature, out _, out _) == System.Buffers.OperationStatus.Done ? signature : null;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Charterhouse.Ingest.Providers;

/// <summary>
/// A secret that can be exchanged while nothing stops: several values hold at the same time, and one that comes from a file is read again when the file
/// has changed.
/// </summary>
/// <param name="text">The values, with commas.</param>
/// <param name="file">Where they came from; null for the environment, which cannot change.</param>
public sealed class RotatingSecret(string text, string? file)
{
    private readonly Lock gate = new();
    private DateTime stamp = file is null ? default : File.GetLastWriteTimeUtc(file);
    private byte[][] values = Split(text);

    /// <summary>The values that hold now, the newest first. A file that cannot be read at the moment leaves the last ones in force.</summary>
    internal IReadOnlyList<byte[]> Current
    {
        get
        {
            if (file is null) return values;
            lock (gate)
            {
                try
                {
                    // a time stamp is cheaper than the file, and a signature is checked only once in a while
                    var now = File.GetLastWriteTimeUtc(file);
                    if (now != stamp && Split(File.ReadAllText(file)) is { Length: > 0 } changed) (values, stamp) = (changed, now);
                }
                catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
                {
                    // being exchanged just now
                }
                return values;
            }
        }
    }

    /// <summary>The value that a sender uses: the newest.</summary>
    public string Newest => Encoding.UTF8.GetString(Current[0]);

    /// <summary>True when the text is one of the values. Takes as long for a wrong one as for a right one.</summary>
    internal bool Is(string candidate)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(candidate));
        var found = false;
        foreach (var value in Current) found |= CryptographicOperations.FixedTimeEquals(SHA256.HashData(value), digest);
        return found;
    }

    /// <summary>True when the signature is the body's under one of the values.</summary>
    internal bool Signs(ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var found = false;
        foreach (var value in Current)
        {
            HMACSHA256.HashData(value, body, expected);
            found |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }
        return found;
    }

    private static byte[][] Split(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Encoding.UTF8.GetBytes)];
}

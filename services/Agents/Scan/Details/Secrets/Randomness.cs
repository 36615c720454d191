using System.Text;

namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>Tells what a generator made from what a person typed as an example.</summary>
internal static class Randomness
{
    private static readonly string[] Words =
    [
        "example", "sample", "xxxx", "your", "changeme", "change_me", "change-me", "dummy", "fake", "placeholder", "redacted", "replace", "abcdef", "123456", "234567", "345678", "456789",
        "qwerty", "foobar", "secret", "password", "passwd", "token", "apikey", "api_key", "api-key", "invalid", "deadbeef", "....", "****", "testing", "notreal", "not-real", "mysql", "postgres", "insert", "lorem",
    ];

    private static readonly uint[] CrcTable = Enumerable.Range(0, 256).Select(i =>
    {
        var value = (uint)i;
        for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    }).ToArray();

    /// <summary>Bits per character, by Shannon, of ASCII text.</summary>
    public static double Entropy(ReadOnlySpan<char> value)
    {
        Span<int> counts = stackalloc int[128];
        foreach (var c in value) counts[c & 127]++;
        var bits = 0.0;
        foreach (var count in counts)
        {
            if (count == 0) continue;
            var share = (double)count / value.Length;
            bits -= share * Math.Log2(share);
        }
        return bits;
    }

    /// <summary>True for what stands in the place of a secret: words, repetitions, sequences.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<char> value)
    {
        foreach (var word in Words)
            if (value.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        int same = 1, rising = 1;
        for (var i = 1; i < value.Length; i++)
        {
            same = value[i] == value[i - 1] ? same + 1 : 1;
            rising = value[i] == value[i - 1] + 1 ? rising + 1 : 1;
            if (same >= 5 || rising >= 6) return true;
        }
        // The first part over again, as in 0a1b2c3d0a1b2c3d.
        return value.Length >= 16 && value.Length % 2 == 0 && value[..(value.Length / 2)].SequenceEqual(value[(value.Length / 2)..]);
    }

    /// <summary>
    /// The checksum of GitHub's and npm's tokens: the last six characters are the CRC-32 of those between prefix and checksum, in base 62
    /// (digits, upper case, lower case), padded with zeros. See https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/.
    /// </summary>
    public static bool HasChecksum(ReadOnlySpan<char> value)
    {
        const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        if (value.Length <= 6) return false;
        var crc = 0xFFFFFFFF;
        foreach (var c in value[..^6]) crc = CrcTable[(crc ^ c) & 0xFF] ^ (crc >> 8);
        crc ^= 0xFFFFFFFF;
        for (var i = value.Length - 1; i >= value.Length - 6; i--, crc /= 62)
            if (value[i] != Digits[(int)(crc % 62)]) return false;
        return true;
    }

    /// <summary>True when the value has a digit and a letter.</summary>
    public static bool IsMixed(ReadOnlySpan<char> value) => value.ContainsAnyInRange('0', '9') && (value.ContainsAnyInRange('a', 'z') || value.ContainsAnyInRange('A', 'Z'));
}

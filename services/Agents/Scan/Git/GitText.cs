using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Charterhouse.Agents.Scan.Git;

/// <summary>git's bytes as text that every JSON and database takes.</summary>
internal static class GitText
{
    /// <summary>A path. Bytes that are no UTF-8 become <c>\xNN</c>, so that two paths stay two paths.</summary>
    public static string Path(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done) text.Append(rune.ToString());
            else
                foreach (var one in bytes[..length]) text.Append(CultureInfo.InvariantCulture, $"\\x{one:x2}");
            bytes = bytes[length..];
        }
        return text.ToString();
    }

    /// <summary>A number in decimal digits, or null.</summary>
    public static long? Number(ReadOnlySpan<byte> bytes) =>
        long.TryParse(bytes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A commit's time; a nonsensical one is brought into the range of dates.</summary>
    public static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, 253402300799));
}

using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>Makes records of what stands in a document.</summary>
internal static partial class Quotation
{
    private const int Limit = 240;

    /// <summary>The record of these words.</summary>
    public static IntentRecord Make(string kind, string text, string path, int line, string? status = null, string? date = null, LayerRule? layers = null)
    {
        var quoted = Bound(text);
        return new IntentRecord(Id(kind, path, quoted), kind, quoted, path, line, status, date, layers);
    }

    /// <summary>True for words that say something by themselves: no lone link, label, path or picture.</summary>
    public static bool Speaks(Block block)
    {
        var text = block.Text;
        if (text.Length < 12 || text.EndsWith(':') || Words().Count(text) < 3) return false;
        return text.Count(char.IsLetter) > text.Length / 2 && !text.StartsWith("http", StringComparison.Ordinal) && !text.StartsWith("Note", StringComparison.Ordinal);
    }

    /// <summary>The words in one line, cut between words when they are too many.</summary>
    public static string Bound(string text)
    {
        text = Spaces().Replace(text, " ").Trim();
        if (text.Length <= Limit) return text;
        var cut = text.LastIndexOf(' ', Limit);
        return text[..(cut > Limit / 2 ? cut : Limit - (char.IsHighSurrogate(text[Limit - 1]) ? 1 : 0))].TrimEnd(',', ';', ' ') + " …";
    }

    /// <summary>For comparison: letters and digits in lower case.</summary>
    public static string Normalise(string text) => string.Concat(text.ToLowerInvariant().Where(char.IsLetterOrDigit));

    private static string Id(string kind, string path, string text) =>
        "int_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{path}\n{Normalise(text)}")))[..20];

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\p{L}+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();
}

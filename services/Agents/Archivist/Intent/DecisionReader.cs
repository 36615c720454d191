using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>Reads architecture decision records as Nygard's template, MADR and their like write them: title, status, date.</summary>
internal static partial class DecisionReader
{
    /// <summary>The decision; null for what lies in the folder and decides nothing (index, template).</summary>
    public static IntentRecord? Read(DeclaredDocument document)
    {
        var name = document.Path[(document.Path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        if (NoDecision().IsMatch(name)) return null;
        var heading = document.Blocks.FirstOrDefault(block => block.Kind == BlockKind.Heading);
        var (title, line) = heading is not null && heading.Level == 1 ? (heading.Text, heading.Line) : document.FrontMatter.TryGetValue("title", out var front) ? front : ("", 0);
        title = Number().Replace(title, "");
        if (title.Length < 4 || title.StartsWith('[') || title.Contains('{', StringComparison.Ordinal)) return null;
        var (status, date) = (Field(document, "status"), Field(document, "date"));
        // A title without a number, a status and a date belongs to a page about decisions, not to one.
        if (status is null && date is null && !char.IsAsciiDigit(name[0]) && !Numbered().IsMatch(name)) return null;
        return Quotation.Make(IntentKinds.Decision, title, document.Path, line, Short(status), date is not null && Year().IsMatch(date) ? Short(date) : null);
    }

    /// <summary>The number, or the date as a number, that the file's name begins with; 0 without one.</summary>
    public static long NumberOf(string path)
    {
        var digits = FileNumber().Match(path[(path.LastIndexOf('/') + 1)..]).Groups[1].Value.Replace("-", "", StringComparison.Ordinal);
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>Front matter, a line "Status: accepted", or the first words below a heading of that name.</summary>
    private static string? Field(DeclaredDocument document, string field)
    {
        if (document.FrontMatter.TryGetValue(field, out var front) && front.Value.Length > 0) return front.Value;
        for (var i = 0; i < document.Blocks.Count; i++)
        {
            var block = document.Blocks[i];
            if (block.Kind == BlockKind.Heading && string.Equals(block.Text, field, StringComparison.OrdinalIgnoreCase))
                return i + 1 < document.Blocks.Count && document.Blocks[i + 1].Kind is BlockKind.Paragraph or BlockKind.Item ? document.Blocks[i + 1].Text : null;
            if (block.Kind is not (BlockKind.Paragraph or BlockKind.Item)) continue;
            var match = Labelled().Matches(block.Text).FirstOrDefault(match => string.Equals(match.Groups[1].Value, field, StringComparison.OrdinalIgnoreCase));
            if (match is not null) return match.Groups[2].Value.Trim();
        }
        return null;
    }

    /// <summary>A status is a word or two; what follows its first sentence explains it.</summary>
    private static string? Short(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.StartsWith('{') || text.Contains('|', StringComparison.Ordinal)) return null;
        var end = text.IndexOfAny(['.', '\n', ';', ',']);
        // "Superceded by 5. Use X": the full stop is the number's.
        if (end > 0 && text[end] == '.' && char.IsAsciiDigit(text[end - 1])) end = -1;
        var first = (end > 0 ? text[..end] : text).Trim();
        return first.Length is 0 or > 60 ? null : first;
    }

    [GeneratedRegex(@"^(readme|index|_?template|adr[-_]?template|.*[-_]template|(0+[-_])?template.*|.*-template\..*|glossary|overview|about)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NoDecision();

    [GeneratedRegex(@"^((adr|rfc|decision|architecture decision record)\s*[-#:]?\s*)?\d+\s*[.:)\-–—]*\s+|^(adr|rfc|decision)\s*[-#]?\s*\d+\s*[:.\-–—]\s*|^adr\s*[:\-–—]\s*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(adr|rfc)?[-_]?\d{1,6}[-_.]|^\d{8}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^(?:adr|rfc)?[-_]?(?<g1>\d{4}-\d\d-\d\d|\d{1,12})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex FileNumber();

    [GeneratedRegex(@"(?:^|\s)(?<g1>Status|Date)\s*:\s*(?<g2>.+?)(?=\s+(?:Status|Date|Deciders|Authors?|Context)\s*:|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Labelled();

    [GeneratedRegex(@"\b(19|20)\d\d\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Year();
}

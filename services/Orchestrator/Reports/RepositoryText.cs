using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>
/// Makes text that came out of a repository harmless: it is data, whatever it looks like. <see cref="Clean(string)"/> for every output,
/// <see cref="Prose"/> and <see cref="Code"/> for markdown on top.
/// </summary>
public static partial class RepositoryText
{
    /// <summary>One line without control characters, terminal sequences, or hidden and direction-changing Unicode.</summary>
    /// <param name="hidden">True when something invisible was taken out, which is worth a note.</param>
    public static string Clean(string text, out bool hidden)
    {
        hidden = false;
        text = TerminalSequence().Replace(text, "");
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\r' or '\t') Append(clean, ' ');
            else if (IsHidden(rune)) hidden = true;
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)) clean.Append(rune.ToString());
        }
        return clean.ToString();
    }

    /// <inheritdoc cref="Clean(string, out bool)"/>
    public static string Clean(string text) => Clean(text, out _);

    /// <summary>Cleans every string of a JSON value, member names included.</summary>
    /// <param name="hidden">Set when something invisible was taken out; never unset.</param>
    public static JsonElement Clean(JsonElement element, ref bool hidden)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory)) Write(writer, element, ref hidden);
        using var document = JsonDocument.Parse(memory.ToArray());
        return document.RootElement.Clone();
    }

    /// <summary>Words within markdown: no HTML, links, pictures, mentions or marks survive.</summary>
    public static string Prose(string text)
    {
        text = HtmlComment().Replace(Clean(text), " ");
        text = HtmlTag().Replace(text, " ");
        text = Picture().Replace(text, "$1");
        text = Link().Replace(text, "$1");
        var safe = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '\\' or '`' or '*' or '[' or ']' or '|' or '~': safe.Append('\\').Append(c); break;
                // Between letters it marks nothing: snake_case stays readable.
                case '_' when !(i > 0 && i + 1 < text.Length && char.IsLetterOrDigit(text[i - 1]) && char.IsLetterOrDigit(text[i + 1])): safe.Append("\\_"); break;
                case '<': safe.Append("&lt;"); break;
                case '>': safe.Append("&gt;"); break;
                case '&': safe.Append("&amp;"); break;
                // A forge links mentions, issues and addresses after it has resolved entities: a zero-width space keeps them apart.
                case '@': safe.Append("@&#8203;"); break;
                case '#' when i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]): safe.Append("#&#8203;"); break;
                case ':' when text.AsSpan(i).StartsWith("://"): safe.Append(":&#8203;"); break;
                case 'w' or 'W' when text.AsSpan(i).StartsWith("www.", StringComparison.OrdinalIgnoreCase): safe.Append(c).Append("&#8203;"); break;
                default: safe.Append(c); break;
            }
        }
        return Spaces().Replace(safe.ToString(), " ").Trim();
    }

    /// <summary>A code span that nothing in the text can end, fit for a table cell.</summary>
    public static string Code(string text)
    {
        text = Clean(text).Replace("|", "\\|", StringComparison.Ordinal);
        if (text.Length == 0) return "";
        var longest = Backticks().Matches(text).Select(match => match.Length).DefaultIfEmpty(0).Max();
        var fence = new string('`', longest + 1);
        return longest == 0 ? fence + text + fence : $"{fence} {text} {fence}";
    }

    private static void Append(StringBuilder text, char c)
    {
        if (text.Length > 0 && text[^1] != ' ') text.Append(c);
    }

    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        // Tags (a hidden alphabet), variation selectors beyond those of emoji, and the fillers that show as nothing.
        || rune.Value is >= 0xE0000 and <= 0xE0FFF or 0x115F or 0x1160 or 0x3164 or 0xFFA0;

    private static void Write(Utf8JsonWriter writer, JsonElement element, ref bool hidden)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(Cleaned(member.Name, ref hidden));
                    Write(writer, member.Value, ref hidden);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(writer, item, ref hidden);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String: writer.WriteStringValue(Cleaned(element.GetString()!, ref hidden)); break;
            case JsonValueKind.Undefined: writer.WriteNullValue(); break;
            default: element.WriteTo(writer); break;
        }
    }

    private static string Cleaned(string text, ref bool hidden)
    {
        var clean = Clean(text, out var found);
        hidden |= found;
        return clean;
    }

    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)?|\x1b[@-_]|\x9b[0-?]*[ -/]*[@-~]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TerminalSequence();

    [GeneratedRegex(@"<!--.*?(-->|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HtmlComment();

    [GeneratedRegex(@"</?[a-zA-Z][^>]*>", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HtmlTag();

    [GeneratedRegex(@"!\[(?<text>[^\]]*)\](\([^)]*\)|\[[^\]]*\])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Picture();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\](\([^)]*\)|\[[^\]]*\])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("`+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Backticks();

    [GeneratedRegex(" {2,}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();
}

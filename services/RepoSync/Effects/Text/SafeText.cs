using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>
/// Makes text of a repository, a model or an event harmless at a forge. It is data, whatever it looks like: no mention, reference, link, picture, HTML or
/// block of Markdown comes of it. One instance for each text that is written, because it remembers whether anything hidden was taken out.
/// <para>
/// Forges look for references in what they have rendered, after escapes and entities: a zero-width space that we write ourselves keeps the sign from what
/// follows it. Escapes are for the Markdown before that.
/// </para>
/// </summary>
internal sealed partial class SafeText
{
    /// <summary>Characters of a text that is not told otherwise.</summary>
    public const int Longest = 300;
    private const char ZeroWidth = '\u200b';
    private const string Break = "&#8203;";
    private const int MarksInARow = 3;
    private const int ShortestHash = 7;

    /// <summary>Something that does not show, or turns the direction, was taken out.</summary>
    public bool FoundHidden { get; private set; }

    /// <summary>Words within Markdown, also of a table's cell. Never the first on a line: what makes a block there is escaped at the text's beginning all the same.</summary>
    /// <param name="longest">In characters as people count them, roughly: Unicode scalars.</param>
    public string Prose(string? text, int longest = Longest)
    {
        var plain = Broken(Cut(Clean(text), longest));
        var safe = new StringBuilder(plain.Length + 16);
        var isNumber = true; // so far: "1." begins a list
        for (var i = 0; i < plain.Length; i++)
        {
            var c = plain[i];
            switch (c)
            {
                case ZeroWidth: safe.Append(Break); break;
                case '<': safe.Append("&lt;"); break;
                case '>': safe.Append("&gt;"); break;
                case '&': safe.Append("&amp;"); break;
                case '|': safe.Append("&#124;"); break;
                // GitHub and GitLab look for formulas before they look at escapes.
                case '$': safe.Append("&#36;"); break;
                case '\\' or '`' or '*' or '_' or '[' or ']' or '{' or '}' or '~' or '#' or '!' or '^' or '=' or '+': safe.Append('\\').Append(c); break;
                case '-' or '/' when i == 0: safe.Append('\\').Append(c); break;
                case '.' or ')' when isNumber: safe.Append('\\').Append(c); break;
                default: safe.Append(c); break;
            }
            isNumber &= char.IsAsciiDigit(c);
        }
        return safe.ToString();
    }

    /// <summary>A code span that nothing in the text can end, also in a table's cell. What could end one is shown as its next of kin.</summary>
    /// <param name="fromEnd">Where it is too long, keep the end: of a path that says more.</param>
    public string Code(string? text, int longest = Longest, bool fromEnd = false)
    {
        // Renderers disagree on long rows of backticks, and on backslashes before pipes in tables.
        var clean = (fromEnd ? CutFront(Clean(text), longest) : Cut(Clean(text), longest)).Replace('`', '\'').Replace('|', '¦');
        return clean.Length == 0 ? "" : $"`{clean}`";
    }

    /// <summary>Words where there is no Markdown, but where addresses and references may be linked all the same.</summary>
    public string Plain(string? text, int longest = Longest) => Broken(Cut(Clean(text), longest));

    /// <summary>One line of characters that all show: a name that can be said as it is.</summary>
    public static bool IsPlain(string text) => new SafeText().Clean(text) == text;

    /// <summary>One line without control characters and without what does not show.</summary>
    private string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var clean = new StringBuilder(text.Length);
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (rune.Value is '\n' or '\r' or '\t' || category is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
            }
            else if (rune.Value is 0xfe0e or 0xfe0f) continue; // text or picture: the sign itself stays
            else if (IsHidden(rune, category) || marks > MarksInARow) FoundHidden = true;
            else clean.Append(rune.ToString());
        }
        return clean.ToString().TrimEnd();
    }

    private static bool IsHidden(Rune rune, UnicodeCategory category) =>
        category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        // Tags and variation selectors (hidden alphabets), joiners and fillers that show as nothing; U+FFFD is what was no Unicode.
        || rune.Value is (>= 0xe0000 and <= 0xe0fff) or (>= 0xfe00 and <= 0xfe0f) or (>= 0x180b and <= 0x180f) or 0x034f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x2800 or 0x3164 or 0xffa0 or 0xfffd;

    private static string Cut(string text, int longest)
    {
        var end = 0;
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++count > longest) return text[..end].TrimEnd() + "…";
            end += rune.Utf16SequenceLength;
        }
        return text;
    }

    private static string CutFront(string text, int longest)
    {
        var extra = text.EnumerateRunes().Count() - longest;
        return extra <= 0 ? text : "…" + string.Concat(text.EnumerateRunes().Skip(extra).Select(rune => rune.ToString()));
    }

    /// <summary>What forges link or expand is apart from its sign.</summary>
    private static string Broken(string text) =>
        Hash().Replace(Reference().Replace(text, "$0\u200b"), match => string.Join(ZeroWidth, match.Value.Chunk(ShortestHash - 1).Select(part => new string(part))));

    // Signs of GitHub and GitLab before a name or a number; the scheme of an address, "www", an emoji's or a directive's colon; GH-1, ABC-1 and GHSA-…; in this order.
    [GeneratedRegex(
        @"[@#!$%~&^*\[{](?=\S)|:(?=//|:|[\w+-]+:)|www(?=\.)|(?:mailto|xmpp|javascript)(?=:)|(?<=[A-Za-z]\w*)-(?=\d)|GHSA-",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Reference();

    // A commit's hash, as forges recognise it.
    [GeneratedRegex(@"(?<![0-9A-Za-z])[0-9a-f]{7,}(?![0-9A-Za-z])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Hash();
}

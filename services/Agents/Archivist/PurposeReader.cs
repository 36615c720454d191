using System.Text;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Archivist;

/// <summary>
/// Finds the README's own first sentences about what the repository is: the first paragraph of prose, with badges, pictures, headings,
/// link lists, notes, code and HTML passed over. Nothing is made up: without such a paragraph there is no purpose here.
/// </summary>
internal static partial class PurposeReader
{
    private const int MaxLength = 320;

    /// <summary>The quotation with its line, or null.</summary>
    public static PurposeSection? Read(Excerpt readme)
    {
        var lines = readme.Text.ReplaceLineEndings("\n").Split('\n');
        var paragraph = new StringBuilder();
        var begin = 0;
        string? fence = null;
        var comment = false;
        var tag = false;
        var directive = -1;
        var pointed = false;
        for (var i = 0; i <= lines.Length; i++)
        {
            var line = i < lines.Length ? lines[i] : "";
            var text = line.Trim();
            if (comment)
            {
                comment = !text.Contains("-->", StringComparison.Ordinal);
                continue;
            }
            if (fence is not null)
            {
                if (text.StartsWith(fence, StringComparison.Ordinal)) fence = null;
                continue;
            }
            // A tag that ends on a later line.
            if (tag)
            {
                tag = !text.Contains('>', StringComparison.Ordinal);
                continue;
            }
            if (text.StartsWith('<') && text.LastIndexOf('<') > text.LastIndexOf('>') && !text.StartsWith("<!--", StringComparison.Ordinal))
            {
                tag = true;
                continue;
            }
            // An indented block under a reStructuredText directive belongs to it.
            if (directive >= 0 && (text.Length == 0 || line.Length - line.TrimStart().Length > directive)) continue;
            directive = -1;
            var ends = text.Length == 0 || IsStructure(text) || (i + 1 < lines.Length && paragraph.Length == 0 && IsUnderline(lines[i + 1], text)) || IsUnderline(line, null);
            if (!ends && paragraph.Length == 0 && line.StartsWith("    ", StringComparison.Ordinal)) continue;
            if (!ends)
            {
                if (paragraph.Length == 0) begin = i + 1;
                paragraph.Append(paragraph.Length > 0 ? " " : "").Append(text);
                continue;
            }
            // "See our web site": what follows is often how to build it, not what it is.
            var plain = Plain(paragraph.ToString());
            if (Pointer().IsMatch(plain)) pointed = true;
            else if (pointed && Instruction().IsMatch(plain)) return null;
            else if (Sentences(paragraph.ToString()) is { } found) return new PurposeSection(found, readme.Path, begin);
            paragraph.Clear();
            if (text.StartsWith("<!--", StringComparison.Ordinal)) comment = !text.Contains("-->", StringComparison.Ordinal);
            else if (text.StartsWith("```", StringComparison.Ordinal) || text.StartsWith("~~~", StringComparison.Ordinal)) fence = text[..3];
            else if (text.StartsWith(".. ", StringComparison.Ordinal)) directive = line.Length - line.TrimStart().Length;
        }
        return null;
    }

    /// <summary>A line that is no prose: heading, list, quotation, table, badge, picture, HTML, fence, rule, directive.</summary>
    private static bool IsStructure(string text) =>
        text[0] is '#' or '|' or '>' or '=' or '~'
        || text.StartsWith("```", StringComparison.Ordinal) || text.StartsWith("<!--", StringComparison.Ordinal) || text.StartsWith(".. ", StringComparison.Ordinal)
        || text.StartsWith("---", StringComparison.Ordinal) || text.StartsWith("***", StringComparison.Ordinal)
        || text.StartsWith(":::", StringComparison.Ordinal) || text.StartsWith("[[_", StringComparison.Ordinal)
        || OnlyTags().IsMatch(text) || ListItem().IsMatch(text) || LinkDefinition().IsMatch(text);

    private static bool IsUnderline(string line, string? heading) =>
        line.Trim() is { Length: >= 3 } under && under.All(c => c == under[0]) && under[0] is '=' or '-' or '~' or '^' or '*' or '"' && (heading is null || heading.Length > 0);

    /// <summary>The first one or two sentences of a paragraph as plain text; null when it is no description.</summary>
    private static string? Sentences(string paragraph)
    {
        if (paragraph.Length == 0) return null;
        var plain = Plain(paragraph);
        if (plain.Length < 20 || plain.Count(char.IsLetter) < plain.Length / 2 || plain.Split(' ').Length < 4) return null;
        // "**Note**: moved", "Website | Docs | Discord", "English · 中文": not about what it is.
        if (Notice().IsMatch(plain) || plain.Count(c => c is '|' or '·' or '•') >= 2) return null;
        // Mostly links: a navigation bar.
        var linked = MarkdownLink().Matches(paragraph).Sum(match => match.Groups[1].Length);
        if (linked > plain.Length * 2 / 3 && plain.IndexOf('.', StringComparison.Ordinal) < 0) return null;
        var end = SentenceEnd(plain, 0);
        if (end < plain.Length && end < 90)
        {
            var next = SentenceEnd(plain, end);
            if (next <= MaxLength) end = next;
        }
        var text = plain[..end].Trim();
        if (text.Length <= MaxLength) return text;
        var cut = text.LastIndexOf(' ', MaxLength);
        return text[..(cut > 0 ? cut : MaxLength)].TrimEnd(',', ';', ' ') + " …";
    }

    private static int SentenceEnd(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] is not ('.' or '!' or '?')) continue;
            if (i + 1 < text.Length && text[i + 1] != ' ') continue;
            // "e.g. this", "etc. and": the sentence goes on.
            if (i + 2 < text.Length && char.IsLower(text[i + 2])) continue;
            if (Abbreviation().IsMatch(text[..(i + 1)])) continue;
            return i + 1;
        }
        return text.Length;
    }

    /// <summary>Markdown, reStructuredText and HTML marks removed; a link becomes its text, a picture nothing.</summary>
    private static string Plain(string text)
    {
        text = HtmlHeading().Replace(text, " ");
        text = HtmlTag().Replace(text, " ");
        text = Image().Replace(text, " ");
        text = MarkdownLink().Replace(text, "$1");
        text = ReferenceLink().Replace(text, "$1");
        text = RstLink().Replace(text, "$1$2");
        text = Substitution().Replace(text, " ");
        text = Marks().Replace(text, "");
        text = System.Net.WebUtility.HtmlDecode(text);
        return Spaces().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"^([-*+]|\d+[.)])\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ListItem();

    [GeneratedRegex(@"^\[[^\]]+\]:\s", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LinkDefinition();

    [GeneratedRegex(@"<(?<tag>h[1-6]|summary|sub|title)\b[^>]*>.*?</\k<tag>>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex HtmlHeading();

    [GeneratedRegex(@"^(</?[a-zA-Z][^>]*>\s*)+$|^<h[1-6]\b.*</h[1-6]>$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex OnlyTags();

    [GeneratedRegex(@"</?[a-zA-Z!][^>]*>", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HtmlTag();

    [GeneratedRegex(@"\[?!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])(\]\([^)]*\)|\]\[[^\]]*\])?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Image();

    [GeneratedRegex(@"\[(?<text>[^\]\[]*)\]\([^)]*\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"\[(?<text>[^\]\[]+)\](\[[^\]]*\])?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReferenceLink();

    [GeneratedRegex(@"`(?<text>[^`<]+?)\s*<[^>`]+>`__?|`(?<code>[^`]+)`__?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RstLink();

    [GeneratedRegex(@"\|[A-Za-z0-9 _-]+\|", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Substitution();

    [GeneratedRegex(@"\*\*|__(?=\S)|(?<=\S)__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^\W*(note|notice|important|warning|caution|tip|info|attention|update|news|announcement|disclaimer|deprecated|table of contents|looking for|this (repo|repository|readme|branch|documentation|is the (readme|documentation|branch))\b.*(moved|archived|deprecated)|this (readme|document|file|page|guide|section)\b|see also|you('re| are) (viewing|looking at|reading)|read (this )?in|translations?|languages?)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Notice();

    [GeneratedRegex(@"^(please )?(see|visit|refer to|go to|check out|head over to)\b[^.]{0,80}\b(web ?site|web ?page|home ?page|documentation|docs|wiki)\b[^.]*\.?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Pointer();

    [GeneratedRegex(@"^(you|we|to \w+|if you)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"\b(e\.g|i\.e|etc|vs|cf|approx|Inc|Ltd|Dr|Mr|Ms|St|No)\.$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Abbreviation();
}

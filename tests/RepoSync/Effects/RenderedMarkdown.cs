using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Charterhouse.RepoSync.Tests.Effects;

/// <summary>Markdown as a forge reads it, and what must not be in it.</summary>
internal static partial class RenderedMarkdown
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().UseTaskLists().UseEmphasisExtras().UseFootnotes().Build();

    /// <summary>Fails with what is wrong.</summary>
    /// <param name="isOurs">Whether an address is one that we built.</param>
    /// <param name="headings">Headings of our own.</param>
    public static void ShouldBeHarmless(string markdown, Func<string, bool> isOurs, int headings = 0)
    {
        var problems = new List<string>();
        foreach (var line in markdown.Split('\n'))
            if (QuickAction().IsMatch(line)) problems.Add("a line that begins with a slash: " + line);
        foreach (var rune in markdown.EnumerateRunes())
            if (rune.Value != '\n' && DoesNotShow(rune))
                problems.Add($"U+{rune.Value:X4} does not show");
        var document = Markdown.Parse(markdown, Pipeline);
        problems.AddRange(document.Descendants<LinkInline>().Where(link => link.IsImage || !isOurs(link.Url ?? "")).Select(link => $"a link to {link.Url}"));
        problems.AddRange(document.Descendants<AutolinkInline>().Select(link => $"an autolink to {link.Url}"));
        problems.AddRange(document.Descendants<HtmlInline>().Where(html => !OwnTag().IsMatch(html.Tag)).Select(html => $"HTML {html.Tag}"));
        problems.AddRange(document.Descendants<HtmlBlock>().Select(html => html.Lines.ToString()).Where(html => !OwnBlock().IsMatch(html)).Select(html => $"an HTML block {html}"));
        problems.AddRange(document.Descendants<Markdig.Extensions.Footnotes.FootnoteLink>().Select(_ => "a footnote"));
        problems.AddRange(document.Descendants<QuoteBlock>().Select(_ => "a quotation"));
        problems.AddRange(document.Descendants<CodeBlock>().Select(_ => "a block of code"));
        problems.AddRange(document.Descendants<ThematicBreakBlock>().Select(_ => "a rule"));
        if (document.Descendants<HeadingBlock>().Count() != headings) problems.Add("a heading that is not ours");
        var text = Text(document);
        problems.AddRange(Reference().Matches(text).Select(match => $"the reference {match.Value} in: {text}"));
        problems.ShouldBeEmpty(markdown.Length > 4_000 ? markdown[..4_000] : markdown);
    }

    /// <summary>What people read, code left out.</summary>
    public static string Text(MarkdownObject document)
    {
        var text = new StringBuilder();
        foreach (var part in document.Descendants())
        {
            switch (part)
            {
                case Block: text.Append('\n'); break;
                case LiteralInline literal: text.Append(literal.Content.AsSpan()); break;
                case HtmlEntityInline entity: text.Append(entity.Transcoded.AsSpan()); break;
                case CodeInline: text.Append('\ue000'); break; // keeps apart what it stands between
                case LineBreakInline: text.Append('\n'); break;
            }
        }
        return text.ToString();
    }

    /// <summary>What a forge may link in plain text, and what does not show apart from our own zero-width spaces.</summary>
    public static IEnumerable<string> ReferencesOf(string line) => Reference().Matches(line).Select(match => match.Value)
        .Concat(line.EnumerateRunes().Where(rune => rune.Value != 0x200b && DoesNotShow(rune)).Select(rune => $"U+{rune.Value:X4}"));

    /// <summary>How many cells each row has.</summary>
    public static IEnumerable<int> TableCells(string markdown) => Markdown.Parse(markdown, Pipeline).Descendants<Markdig.Extensions.Tables.TableRow>().Select(row => row.Count);

    private static bool DoesNotShow(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate;

    [GeneratedRegex(@"^[\s\p{Cf}]*/", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex QuickAction();

    [GeneratedRegex(@"^(?:</?sub>|<!-- charterhouse:[a-z0-9_:/-]+ -->)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OwnTag();

    [GeneratedRegex(@"^(?:<details><summary>[A-Za-z0-9 ,:+−]+</summary>|</details>|<!-- charterhouse:[a-z0-9_:/-]+ -->)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OwnBlock();

    [GeneratedRegex(
        """
        @[A-Za-z0-9_-]|\#\d|[!$%&~^][\w"]|(?<![a-z])GH-\d|[A-Z]\w*-\d|GHSA-\w|\*iteration|\[(?:vulnerability|feature_flag|contact|issue|work_item|\[|_?TOC)|://|www\.|mailto:|xmpp:|javascript:|:[a-z]+:|(?<![0-9A-Za-z])[0-9a-f]{7,40}(?![0-9A-Za-z])|\$`
        """, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, 1000)]
    private static partial Regex Reference();
}

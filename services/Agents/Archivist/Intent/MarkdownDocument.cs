using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>Reads markdown by Markdig.</summary>
internal static class MarkdownDocument
{
    private const int Depth = 32;
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().UsePreciseSourceLocation().Build();

    /// <summary>The document; null when it is nested so deep that no person wrote it.</summary>
    public static DeclaredDocument? Read(string path, string text)
    {
        Markdig.Syntax.MarkdownDocument parsed;
        try
        {
            parsed = Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException)
        {
            return null; // Markdig's own limit of nesting.
        }
        var blocks = new List<Block>();
        var front = new Dictionary<string, (string, int)>(StringComparer.Ordinal);
        Add(blocks, front, parsed, 0);
        return new DeclaredDocument(path, blocks, front);
    }

    private static void Add(List<Block> blocks, Dictionary<string, (string, int)> front, ContainerBlock container, int depth)
    {
        if (depth > Depth) return;
        foreach (var block in container)
        {
            switch (block)
            {
                case YamlFrontMatterBlock yaml: FrontMatter(front, yaml); break;
                case HeadingBlock heading: blocks.Add(Leaf(BlockKind.Heading, heading, heading.Level)); break;
                case ParagraphBlock paragraph: blocks.Add(Leaf(BlockKind.Paragraph, paragraph)); break;
                case CodeBlock code: blocks.Add(Code(code)); break;
                case Table table:
                    foreach (var cell in table.Descendants<ParagraphBlock>()) blocks.Add(Leaf(BlockKind.Cell, cell));
                    break;
                case ListItemBlock item:
                    Item(blocks, item);
                    Add(blocks, front, item, depth + 1);
                    break;
                case LinkReferenceDefinitionGroup: break;
                case ContainerBlock inner: Add(blocks, front, inner, depth + 1); break;
            }
        }
    }

    /// <summary>The first paragraph of an item is the item; what else it holds stands by itself.</summary>
    private static void Item(List<Block> blocks, ListItemBlock item)
    {
        if (item.Count == 0 || item[0] is not ParagraphBlock first) return;
        blocks.Add(Leaf(item.Parent is ListBlock { IsOrdered: true } ? BlockKind.Step : BlockKind.Item, first));
        item.RemoveAt(0);
    }

    private static Block Leaf(BlockKind kind, LeafBlock leaf, int level = 0)
    {
        var text = new StringBuilder();
        var mentions = new List<Mention>();
        if (leaf.Inline is not null) Inline(text, mentions, leaf.Inline, 0);
        return new Block(kind, leaf.Line + 1, text.ToString().Trim(), level, "", mentions);
    }

    private static Block Code(CodeBlock code)
    {
        var fenced = code as FencedCodeBlock;
        var info = fenced?.Info?.Split([' ', ',', '{'], 2)[0].ToLowerInvariant() ?? "";
        return new Block(BlockKind.Code, code.Line + (fenced is null ? 1 : 2), code.Lines.ToString(), 0, info, []);
    }

    private static void Inline(StringBuilder text, List<Mention> mentions, ContainerInline container, int depth)
    {
        if (depth > Depth) return;
        foreach (var inline in container)
        {
            switch (inline)
            {
                case LiteralInline literal: text.Append(literal.Content.AsSpan()); break;
                case CodeInline code:
                    text.Append('`').Append(code.Content).Append('`');
                    mentions.Add(new Mention(false, code.Content, code.Line + 1));
                    break;
                case LinkInline link:
                    if (link.Url is { } url) mentions.Add(new Mention(true, url, link.Line + 1));
                    if (!link.IsImage) Inline(text, mentions, link, depth + 1);
                    break;
                case AutolinkInline auto: text.Append(auto.Url); break;
                case HtmlEntityInline entity: text.Append(entity.Transcoded.AsSpan()); break;
                case LineBreakInline: text.Append(' '); break;
                case ContainerInline inner: Inline(text, mentions, inner, depth + 1); break;
            }
        }
    }

    private static void FrontMatter(Dictionary<string, (string, int)> front, YamlFrontMatterBlock yaml)
    {
        for (var i = 0; i < yaml.Lines.Count; i++)
        {
            var line = yaml.Lines.Lines[i].ToString();
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && char.IsLetter(line[0])) front.TryAdd(line[..colon].Trim().ToLowerInvariant(), (line[(colon + 1)..].Trim().Trim('"', '\''), yaml.Line + i + 2));
        }
    }
}

using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>Reads the part of reStructuredText that declarations are written in: headings, lists, paragraphs, code blocks, links.</summary>
internal static partial class RestructuredText
{
    public static DeclaredDocument Read(string path, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var blocks = new List<Block>();
        var levels = new List<(char, bool)>();
        for (var i = 0; i < lines.Length;)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) i++;
            else if (Title(lines, i, levels, blocks) is var titled and > 0) i += titled;
            else if (lines[i].TrimStart().StartsWith(".. ", StringComparison.Ordinal)) i = Directive(lines, i, blocks);
            else i = Words(lines, i, blocks);
        }
        return new DeclaredDocument(path, blocks, new Dictionary<string, (string, int)>(StringComparer.Ordinal));
    }

    /// <summary>The number of lines of a heading here, or 0. The level is the order in which its underline first came.</summary>
    private static int Title(string[] lines, int i, List<(char, bool)> levels, List<Block> blocks)
    {
        var over = IsRule(lines[i]) && i + 2 < lines.Length && IsRule(lines[i + 2]) && lines[i + 2][0] == lines[i][0] && lines[i + 1].Trim().Length > 0;
        var at = over ? i + 1 : i;
        if (!over && (IsRule(lines[i]) || i + 1 >= lines.Length || !IsRule(lines[i + 1]) || lines[i + 1].TrimEnd().Length < lines[i].TrimEnd().Length || lines[i][0] == ' ')) return 0;
        var style = (lines[at + 1][0], over);
        if (!levels.Contains(style)) levels.Add(style);
        blocks.Add(Block(BlockKind.Heading, at, [lines[at]], levels.IndexOf(style) + 1));
        return over ? 3 : 2;
    }

    private static int Directive(string[] lines, int i, List<Block> blocks)
    {
        var match = CodeDirective().Match(lines[i]);
        var end = Indented(lines, i);
        if (!match.Success) return end;
        var first = i + 1;
        while (first < end && (lines[first].Trim().Length == 0 || lines[first].TrimStart().StartsWith(':'))) first++;
        if (first < end) blocks.Add(Code(lines, first, end, match.Groups[1].Value.ToLowerInvariant()));
        return end;
    }

    /// <summary>A paragraph or a list item, and the literal block that it announces by <c>::</c>.</summary>
    private static int Words(string[] lines, int i, List<Block> blocks)
    {
        var marker = Marker().Match(lines[i]);
        var indent = lines[i].Length - lines[i].TrimStart().Length;
        var words = new List<string> { lines[i][marker.Length..] };
        var next = i + 1;
        while (next < lines.Length && lines[next].Trim().Length > 0 && !Marker().IsMatch(lines[next]) && !IsRule(lines[next])) words.Add(lines[next++]);
        var kind = !marker.Success ? BlockKind.Paragraph : char.IsAsciiDigit(marker.Value.Trim()[0]) || marker.Value.Trim()[0] == '#' ? BlockKind.Step : BlockKind.Item;
        blocks.Add(Block(kind, i, words, 0));
        if (!words[^1].TrimEnd().EndsWith("::", StringComparison.Ordinal)) return next;
        while (next < lines.Length && lines[next].Trim().Length == 0) next++;
        if (next >= lines.Length || lines[next].Length - lines[next].TrimStart().Length <= indent) return next;
        var end = next;
        while (end < lines.Length && (lines[end].Trim().Length == 0 || lines[end].Length - lines[end].TrimStart().Length > indent)) end++;
        blocks.Add(Code(lines, next, end, ""));
        return end;
    }

    private static int Indented(string[] lines, int i)
    {
        var indent = lines[i].Length - lines[i].TrimStart().Length;
        var end = i + 1;
        while (end < lines.Length && (lines[end].Trim().Length == 0 || lines[end].Length - lines[end].TrimStart().Length > indent)) end++;
        return end;
    }

    private static Block Code(string[] lines, int from, int to, string info) =>
        new(BlockKind.Code, from + 1, string.Join('\n', lines[from..to].Select(line => line.Trim())), 0, info, []);

    private static Block Block(BlockKind kind, int line, IReadOnlyList<string> lines, int level)
    {
        var mentions = new List<Mention>();
        for (var i = 0; i < lines.Count; i++)
        {
            foreach (Match code in Literal().Matches(lines[i])) mentions.Add(new Mention(false, code.Groups[1].Value, line + 1 + i));
            foreach (Match link in Link().Matches(lines[i])) mentions.Add(new Mention(true, link.Groups[2].Value, line + 1 + i));
        }
        var text = string.Join(' ', lines.Select(words => words.Trim()));
        text = Link().Replace(text, "$1");
        text = Role().Replace(text, "$1");
        text = Named().Replace(text, "$1");
        text = Literal().Replace(text, "`$1`");
        text = Strong().Replace(text, "$1");
        if (text.EndsWith("::", StringComparison.Ordinal)) text = text[..^1];
        return new Block(kind, line + 1, text.Trim(), level, "", mentions);
    }

    private static bool IsRule(string line) => line.TrimEnd() is { Length: >= 3 } rule && rule[0] is '=' or '-' or '~' or '^' or '*' or '"' or '#' or '+' or '\'' or '`' or ':' && line.TrimEnd().All(c => c == line[0]);

    [GeneratedRegex(@"^\s*([-*+]|\d{1,3}[.)]|#\.)\s+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Marker();

    [GeneratedRegex(@"^\s*\.\. (?:code-block|code|sourcecode|prompt)::\s*(?<g1>\S*)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CodeDirective();

    [GeneratedRegex("``(?<g1>[^`]+)``", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?<![:`])`(?<g1>[^`<>]+?)\s+<(?<g2>[^`<>]+)>`__?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@":[a-z:+]+:`(?<g1>[^`<]+?)(?<g2>\s+<[^`<>]+>)?`", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Role();

    [GeneratedRegex(@"(?<!`)`(?<g1>[^`]+)`_{0,2}(?!`)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"\*{1,2}(?=\S)(?<g1>[^*]+?)(?<=\S)\*{1,2}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Strong();
}

using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>A piece of YAML and where it stands (1-based).</summary>
internal abstract record YamlNode(int Line, int Column);

internal sealed record YamlScalar(string Value, int Line, int Column) : YamlNode(Line, Column);

internal sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line, int Column) : YamlNode(Line, Column);

internal sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, int Line, int Column) : YamlNode(Line, Column)
{
    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Value == key)?.Value;
}

internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>
/// Builds the tree from parser events and not from the library's own object model: so anchors, aliases and depth are refused as they
/// appear, before anything is expanded or recursed into.
/// </summary>
internal sealed class YamlTree
{
    public const int MaxDepth = 32;

    private readonly Parser _parser;
    private readonly Problems _problems;
    private readonly int _lines;

    private const string HowToCorrect = "Check indentation (spaces, no tabs), colons, quotes and brackets near this place.";

    private YamlTree(string text, Problems problems)
    {
        _parser = new Parser(new StringReader(text));
        _problems = problems;
        _lines = text.TrimEnd('\n').Count(c => c == '\n') + 1;
    }

    /// <summary>The only document's root, or null when that is a problem.</summary>
    public static YamlNode? Load(string text, Problems problems)
    {
        var tree = new YamlTree(text, problems);
        try
        {
            return tree.Document();
        }
        catch (YamlException e)
        {
            // A plain scalar's error stands where it ends (a tab on the next line); any other where its construct starts (an open quote).
            var place = e.Message.Contains("plain scalar", StringComparison.Ordinal) ? e.End : e.Start;
            tree.Refuse(tree.Line(place.Line), (int)place.Column, $"This is not valid YAML: {Show.Text(e.Message)}", HowToCorrect);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // Some malformed texts trip the parser itself instead of being reported by it.
            var near = tree._parser.Current?.End ?? Mark.Empty;
            tree.Refuse(tree.Line(near.Line), (int)near.Column, "This is not valid YAML.", HowToCorrect);
        }
        return null;
    }

    // The parser may report the end of the text as a line after the last one.
    private int Line(long reported) => (int)Math.Clamp(reported, 1, _lines);

    private YamlNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _problems.Add(1, 1, "The workflow is empty.", "Start with 'name: my-workflow' and add 'state' and 'steps'.");
            return null;
        }
        _parser.Consume<DocumentStart>();
        if (Node(1) is not { } root) return null;
        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<DocumentStart>(out var second)) return root;
        _problems.Add((int)second.Start.Line, (int)second.Start.Column, "There is a second document in this text.", "Keep one workflow per file.");
        return null;
    }

    private YamlNode? Node(int depth)
    {
        var node = _parser.Consume<ParsingEvent>();
        var (line, column) = ((int)node.Start.Line, (int)node.Start.Column);
        if (node is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            return Refuse(line, column, "Anchors and aliases are not allowed.", "Write the value out where it is used.");
        if (node is NodeEvent { Tag.IsEmpty: false })
            return Refuse(line, column, "Tags are not allowed.", "Remove the '!…' before the value.");
        if (depth > MaxDepth)
            return Refuse(line, column, $"The text is nested more than {MaxDepth} levels deep.", "Flatten it: no part of a workflow is that deep.");
        return node switch
        {
            Scalar scalar => new YamlScalar(scalar.Value, line, column),
            SequenceStart => List(depth, line, column),
            _ => Map(depth, line, column),
        };
    }

    private YamlList? List(int depth, int line, int column)
    {
        List<YamlNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (Node(depth + 1) is not { } item) return null;
            items.Add(item);
        }
        return new YamlList(items, line, column);
    }

    private YamlMap? Map(int depth, int line, int column)
    {
        List<YamlEntry> entries = [];
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (Node(depth + 1) is not { } key || Node(depth + 1) is not { } value) return null;
            if (key is not YamlScalar name)
                _problems.Add(key, "A key must be plain text.", "Write 'key: value'.");
            else if (!first.TryAdd(name.Value, name.Line))
                _problems.Add(name, $"{Show.Quoted(name.Value)} is given twice; the first one is on line {first[name.Value]}.", "Remove or rename one of them.");
            else
                entries.Add(new YamlEntry(name, value));
        }
        return new YamlMap(entries, line, column);
    }

    private YamlNode? Refuse(int line, int column, string message, string fix)
    {
        _problems.Add(line, Math.Max(1, column), message, fix);
        return null;
    }
}

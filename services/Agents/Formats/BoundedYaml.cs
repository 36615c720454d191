using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Charterhouse.Agents.Yaml;

/// <summary>A piece of YAML and the line that it begins on, 1-based.</summary>
internal abstract record YamlNode(int Line)
{
    /// <summary>The member of a mapping, its merged mappings (<c>&lt;&lt;</c>) last; null for anything else.</summary>
    public YamlNode? this[string key] => (this as YamlMapping)?.Find(key, 0);

    /// <summary>The members of a mapping; none for anything else.</summary>
    public IEnumerable<KeyValuePair<string, YamlNode>> Members => this is YamlMapping mapping ? mapping.Entries : [];

    /// <summary>The items of a sequence, or the scalar by itself.</summary>
    public IEnumerable<YamlNode> Items => this is YamlSequence sequence ? sequence.Nodes : this is YamlText ? [this] : [];

    /// <summary>A scalar's text, else null.</summary>
    public string? Text => (this as YamlText)?.Value;

    /// <summary>The texts of the items.</summary>
    public IEnumerable<string> Texts => Items.Select(item => item.Text).OfType<string>();
}

/// <summary>A scalar.</summary>
/// <param name="Block">A literal or folded block, whose text begins on the next line.</param>
internal sealed record YamlText(string Value, bool Block, int Line) : YamlNode(Line);

internal sealed record YamlSequence(IReadOnlyList<YamlNode> Nodes, int Line) : YamlNode(Line);

internal sealed record YamlMapping(IReadOnlyList<KeyValuePair<string, YamlNode>> Entries, int Line) : YamlNode(Line)
{
    internal YamlNode? Find(string key, int depth)
    {
        foreach (var (name, value) in Entries)
            if (name == key) return value;
        if (depth > 4) return null;
        foreach (var (name, value) in Entries)
        {
            if (name != "<<") continue;
            foreach (var merged in value is YamlSequence list ? list.Nodes : [value])
                if (merged is YamlMapping mapping && mapping.Find(key, depth + 1) is { } found) return found;
        }
        return null;
    }
}

/// <summary>
/// Reads YAML that others wrote. From parser events, not by the library's object model: depth and size, aliases counted as what they stand
/// for, are bounded before anything is expanded.
/// </summary>
internal sealed class BoundedYaml
{
    private const int MaxDepth = 40;
    private const int MaxNodes = 50_000;
    private readonly Parser _parser;
    private readonly Dictionary<string, (YamlNode Node, int Weight)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private BoundedYaml(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>The first document; null when it is empty, not YAML, or too deep or big to be meant for people.</summary>
    public static YamlNode? Read(string text)
    {
        try
        {
            var reader = new BoundedYaml(text);
            reader._parser.Consume<StreamStart>();
            return reader._parser.TryConsume<DocumentStart>(out _) ? reader.Node(0) : null;
        }
        // Some malformed texts trip the parser itself instead of being reported by it.
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    private YamlNode? Node(int depth)
    {
        var start = _nodes;
        if (depth > MaxDepth || ++_nodes > MaxNodes) return null;
        var parsed = _parser.Consume<ParsingEvent>();
        if (parsed is AnchorAlias alias)
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var known)) return null;
            _nodes += known.Weight;
            return _nodes > MaxNodes ? null : known.Node;
        }
        var line = (int)parsed.Start.Line;
        YamlNode? node = parsed switch
        {
            Scalar scalar => new YamlText(scalar.Value, scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded, line),
            SequenceStart => Sequence(depth, line),
            MappingStart => Mapping(depth, line),
            _ => null,
        };
        if (node is not null && parsed is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor.Value] = (node, _nodes - start);
        return node;
    }

    private YamlSequence? Sequence(int depth, int line)
    {
        var nodes = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (Node(depth + 1) is not { } node) return null;
            nodes.Add(node);
        }
        return new YamlSequence(nodes, line);
    }

    private YamlMapping? Mapping(int depth, int line)
    {
        var entries = new List<KeyValuePair<string, YamlNode>>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (Node(depth + 1) is not { } key || Node(depth + 1) is not { } value) return null;
            if (key.Text is { } name) entries.Add(new(name, value));
        }
        return new YamlMapping(entries, line);
    }
}

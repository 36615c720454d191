using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Charterhouse.Agents.Formats;

/// <summary>The tree of a YAML document. Depth and size, aliases counted as what they stand for, are bounded before anything is expanded or recursed into.</summary>
internal sealed class BoundedYaml
{
    private const int MaxDepth = 40;
    private const int MaxNodes = 50_000;

    private readonly YamlEvents _events;
    private readonly int _depth;
    private readonly int _limit;
    private readonly bool _plain;
    private readonly Dictionary<string, (YamlNode Node, int Weight)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private BoundedYaml(string text, int depth, int nodes, bool plain) => (_events, _depth, _limit, _plain) = (new YamlEvents(text), depth, nodes, plain);

    /// <summary>The first document; null when it is empty, not YAML, or too deep or big to be meant for people. A key that is no scalar is left out with its value.</summary>
    public static YamlNode? Read(string text)
    {
        try
        {
            return new BoundedYaml(text, MaxDepth, MaxNodes, plain: false).Document();
        }
        catch (MalformedException)
        {
            return null;
        }
    }

    /// <summary>The only document, for those who tell of mistakes: without anchors, aliases and tags, its keys scalars; null when it is empty.</summary>
    /// <param name="depth">Levels.</param>
    /// <param name="nodes">Keys and values.</param>
    /// <exception cref="MalformedException">It is anything else; the parser's own exception is the inner one.</exception>
    public static YamlNode? ReadPlain(string text, int depth, int nodes)
    {
        var yaml = new BoundedYaml(text, depth, nodes, plain: true);
        var root = yaml.Document();
        if (root is null) return null;
        yaml._events.Next();
        return yaml._events.Next() is DocumentStart second ? throw Malformed(second, "a second document begins here") : root;
    }

    private YamlNode? Document()
    {
        _events.Next();
        return _events.Next() is DocumentStart ? Node(Next(), 1) : null;
    }

    private ParsingEvent Next() => _events.Next() ?? throw new MalformedException(0, "it does not end");

    private YamlNode Node(ParsingEvent found, int depth)
    {
        if (_plain && found is AnchorAlias or NodeEvent { Anchor.IsEmpty: false }) throw Malformed(found, "anchors and aliases are not read");
        if (_plain && found is NodeEvent { Tag.IsEmpty: false }) throw Malformed(found, "tags are not read");
        var start = _nodes;
        if (depth > _depth || ++_nodes > _limit) throw Malformed(found, "it is nested too deep or too long");
        var line = YamlEvents.LineOf(found.Start);
        YamlNode node = found switch
        {
            AnchorAlias alias => Alias(alias),
            Scalar scalar => new YamlText(scalar.Value, scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded, line),
            SequenceStart => Sequence(depth, line),
            MappingStart => Mapping(depth, line),
            _ => throw Malformed(found, "it is not YAML"),
        };
        if (found is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor.Value] = (node, _nodes - start);
        return node;
    }

    private YamlNode Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var known)) throw Malformed(alias, "an alias stands for nothing");
        _nodes += known.Weight;
        return _nodes > _limit ? throw Malformed(alias, "it is nested too deep or too long") : known.Node;
    }

    private YamlSequence Sequence(int depth, int line)
    {
        var nodes = new List<YamlNode>();
        for (var found = Next(); found is not SequenceEnd; found = Next()) nodes.Add(Node(found, depth + 1));
        return new YamlSequence(nodes, line);
    }

    private YamlMapping Mapping(int depth, int line)
    {
        var entries = new List<(YamlText, YamlNode)>();
        for (var found = Next(); found is not MappingEnd; found = Next())
        {
            var key = Node(found, depth + 1);
            if (_plain && key is not YamlText) throw new MalformedException(line, "a key is not plain text");
            var value = Node(Next(), depth + 1);
            if (key is YamlText name) entries.Add((name, value));
        }
        return new YamlMapping(entries, line);
    }

    private static MalformedException Malformed(ParsingEvent at, string message) => new(YamlEvents.LineOf(at.Start), message);
}

using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>A piece of YAML and the line where it begins (1-based).</summary>
internal abstract record YamlPiece(int Line)
{
    /// <summary>The member of that name, when this is a mapping that has it.</summary>
    public YamlPiece? this[string key] => this is YamlMembers map ? map.Items.FirstOrDefault(item => string.Equals(item.Key, key, StringComparison.OrdinalIgnoreCase)).Value : null;

    /// <summary>The text, when this is a scalar.</summary>
    public string? Text => (this as YamlText)?.Value;
}

/// <summary>A scalar.</summary>
/// <param name="Block">Written below its key (<c>|</c> or <c>&gt;</c>).</param>
internal sealed record YamlText(string Value, bool Block, int Line) : YamlPiece(Line);

internal sealed record YamlItems(IReadOnlyList<YamlPiece> Items, int Line) : YamlPiece(Line);

internal sealed record YamlMembers(IReadOnlyList<KeyValuePair<string, YamlPiece>> Items, int Line) : YamlPiece(Line);

/// <summary>
/// Reads YAML that others wrote. From parser events and with bounds on depth and number, because the library's own model would recurse as
/// deep as the text wants. An alias is the piece that it names, not a copy.
/// </summary>
internal sealed class WorkflowYaml
{
    private const int MaxDepth = 24;
    private const int MaxPieces = 20_000;

    private readonly Parser _parser;
    private readonly Dictionary<string, YamlPiece> _anchors = new(StringComparer.Ordinal);
    private int _pieces;

    private WorkflowYaml(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>The first document's root; null when the text is not YAML or beyond the bounds.</summary>
    public static YamlPiece? Read(string text)
    {
        try
        {
            var yaml = new WorkflowYaml(text);
            yaml._parser.Consume<StreamStart>();
            if (!yaml._parser.TryConsume<DocumentStart>(out _)) return null;
            return yaml.Piece(1);
        }
        catch (Exception malformed) when (malformed is YamlException or InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // Some malformed texts trip the parser itself instead of being reported by it.
            return null;
        }
    }

    private YamlPiece? Piece(int depth)
    {
        if (depth > MaxDepth || ++_pieces > MaxPieces) return null;
        var node = _parser.Consume<ParsingEvent>();
        var line = (int)node.Start.Line;
        YamlPiece? piece = node switch
        {
            AnchorAlias alias => _anchors.GetValueOrDefault(alias.Value.Value) ?? new YamlText("", false, line),
            Scalar scalar => new YamlText(scalar.Value, scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded, line),
            SequenceStart => Items(depth, line),
            MappingStart => Members(depth, line),
            _ => null,
        };
        if (piece is not null && node is NodeEvent { Anchor.IsEmpty: false } named) _anchors[named.Anchor.Value] = piece;
        return piece;
    }

    private YamlItems? Items(int depth, int line)
    {
        var items = new List<YamlPiece>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (Piece(depth + 1) is not { } item) return null;
            items.Add(item);
        }
        return new YamlItems(items, line);
    }

    private YamlMembers? Members(int depth, int line)
    {
        var members = new List<KeyValuePair<string, YamlPiece>>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (Piece(depth + 1) is not { } key || Piece(depth + 1) is not { } value) return null;
            if (key.Text is { } name) members.Add(new(name, value));
        }
        return new YamlMembers(members, line);
    }
}

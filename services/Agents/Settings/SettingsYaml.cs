using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Charterhouse.Agents.Settings;

/// <summary>A piece of the settings and its line (1-based).</summary>
internal abstract record SettingsNode(int Line);

internal sealed record SettingsText(string Value, int Line) : SettingsNode(Line);

internal sealed record SettingsList(IReadOnlyList<SettingsNode> Items, int Line) : SettingsNode(Line);

internal sealed record SettingsMap(IReadOnlyList<(SettingsText Key, SettingsNode Value)> Entries, int Line) : SettingsNode(Line);

/// <summary>
/// Builds a small tree from YAML events: anchors, aliases and tags are refused as they appear, and depth and number of nodes are bounded, before
/// anything is expanded or recursed into.
/// </summary>
internal sealed class SettingsYaml
{
    /// <summary>Characters.</summary>
    public const int MaxLength = 32 * 1024;
    private const int MaxDepth = 8;
    private const int MaxNodes = 4_000;

    private readonly Parser _parser;
    private int _nodes;

    private SettingsYaml(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>The only document's root, null for an empty one.</summary>
    /// <exception cref="SettingsYamlException">It is not the YAML that is read here.</exception>
    public static SettingsNode? Read(string text)
    {
        if (text.Length > MaxLength) throw new SettingsYamlException(1, $"it is longer than {MaxLength / 1024} KB");
        var yaml = new SettingsYaml(text.TrimStart('\uFEFF'));
        try
        {
            return yaml.Document();
        }
        catch (YamlException problem)
        {
            throw new SettingsYamlException((int)Math.Max(1, problem.Start.Line), "it is not valid YAML here");
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // Some malformed texts trip the parser itself instead of being reported by it.
            throw new SettingsYamlException((int)Math.Max(1, yaml._parser.Current?.Start.Line ?? 1), "it is not valid YAML here");
        }
    }

    private SettingsNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) return null;
        _parser.Consume<DocumentStart>();
        var root = Node(1);
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<DocumentStart>(out var second) ? throw new SettingsYamlException((int)second.Start.Line, "a second document begins here") : root;
    }

    private SettingsNode Node(int depth)
    {
        var node = _parser.Consume<ParsingEvent>();
        var line = (int)node.Start.Line;
        if (node is AnchorAlias or NodeEvent { Anchor.IsEmpty: false }) throw new SettingsYamlException(line, "anchors and aliases are not read");
        if (node is NodeEvent { Tag.IsEmpty: false }) throw new SettingsYamlException(line, "tags are not read");
        if (depth > MaxDepth || ++_nodes > MaxNodes) throw new SettingsYamlException(line, "it is nested too deep or too long");
        switch (node)
        {
            case Scalar scalar: return new SettingsText(scalar.Value, line);
            case SequenceStart:
                var items = new List<SettingsNode>();
                while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
                return new SettingsList(items, line);
            default:
                var entries = new List<(SettingsText, SettingsNode)>();
                while (!_parser.TryConsume<MappingEnd>(out _))
                {
                    var key = Node(depth + 1) as SettingsText ?? throw new SettingsYamlException(line, "a key is not plain text");
                    entries.Add((key, Node(depth + 1)));
                }
                return new SettingsMap(entries, line);
        }
    }
}

/// <summary>The settings are not YAML that is read here.</summary>
/// <param name="line">1-based.</param>
/// <param name="message">The middle of a sentence; nothing of the text itself.</param>
internal sealed class SettingsYamlException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}

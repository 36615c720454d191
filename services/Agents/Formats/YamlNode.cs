namespace Charterhouse.Agents.Formats;

/// <summary>A piece of YAML and the line that it begins on, 1-based.</summary>
internal abstract record YamlNode(int Line)
{
    /// <summary>The member of a mapping, its merged mappings (<c>&lt;&lt;</c>) last; null for anything else.</summary>
    public YamlNode? this[string key] => Find(key, StringComparison.Ordinal);

    /// <summary>The members of a mapping; none for anything else.</summary>
    public IEnumerable<KeyValuePair<string, YamlNode>> Members => this is YamlMapping mapping ? mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, entry.Value)) : [];

    /// <summary>The items of a sequence, or the scalar by itself.</summary>
    public IEnumerable<YamlNode> Items => this is YamlSequence sequence ? sequence.Nodes : this is YamlText ? [this] : [];

    /// <summary>A scalar's text, else null.</summary>
    public string? Text => (this as YamlText)?.Value;

    /// <summary>The texts of the items.</summary>
    public IEnumerable<string> Texts => Items.Select(item => item.Text).OfType<string>();

    /// <summary>The member whose key compares equal, its merged mappings last.</summary>
    public YamlNode? Find(string key, StringComparison comparison) => (this as YamlMapping)?.Find(key, comparison, 0);
}

/// <summary>A scalar.</summary>
/// <param name="Block">A literal or folded block, whose text begins on the next line.</param>
internal sealed record YamlText(string Value, bool Block, int Line) : YamlNode(Line);

internal sealed record YamlSequence(IReadOnlyList<YamlNode> Nodes, int Line) : YamlNode(Line);

internal sealed record YamlMapping(IReadOnlyList<(YamlText Key, YamlNode Value)> Entries, int Line) : YamlNode(Line)
{
    private const int MergeDepth = 4;

    internal YamlNode? Find(string key, StringComparison comparison, int depth)
    {
        foreach (var (name, value) in Entries)
            if (string.Equals(name.Value, key, comparison)) return value;
        if (depth > MergeDepth) return null;
        foreach (var (name, value) in Entries)
        {
            if (name.Value != "<<") continue;
            foreach (var merged in value is YamlSequence list ? list.Nodes : [value])
                if (merged is YamlMapping mapping && mapping.Find(key, comparison, depth + 1) is { } found) return found;
        }
        return null;
    }
}

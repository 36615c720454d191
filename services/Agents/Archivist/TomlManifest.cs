using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Archivist;

/// <summary>A manifest in TOML, asked by name. What cannot be read of it is not there.</summary>
internal sealed class TomlManifest(string text)
{
    private readonly IReadOnlyList<TomlEntry> _entries = TomlReader.Manifest(text);

    /// <summary>A table, or anything in it.</summary>
    public bool Has(params string[] table) => _entries.Any(entry => entry.Path.Take(table.Length).SequenceEqual(table, StringComparer.Ordinal));

    /// <summary>A scalar on one line, or null.</summary>
    public string? Text(params string[] path) =>
        _entries.FirstOrDefault(entry => entry.Value is not null && entry.Path.SequenceEqual(path, StringComparer.Ordinal))?.Value is { } value
            ? string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : null;
}

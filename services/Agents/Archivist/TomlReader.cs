using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Archivist;

/// <summary>The tables of a TOML file and their plain string members: as much as manifests need. What it does not understand it leaves out.</summary>
internal sealed partial class TomlReader
{
    private readonly Dictionary<string, Dictionary<string, string>> _tables = new(StringComparer.Ordinal);

    private TomlReader() { }

    /// <summary>A string member of a table (<c>license = { text = "…" }</c> gives its text), or null.</summary>
    public string? this[string table, string member] => _tables.GetValueOrDefault(table)?.GetValueOrDefault(member);

    public bool HasTable(string table) => _tables.ContainsKey(table);

    public static TomlReader Read(string text)
    {
        var reader = new TomlReader();
        var table = reader._tables[""] = new Dictionary<string, string>(StringComparer.Ordinal);
        var inLongString = false;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            var marks = CountOf(line, "\"\"\"") + CountOf(line, "'''");
            if (inLongString || marks % 2 == 1)
            {
                if (marks % 2 == 1) inLongString = !inLongString;
                continue;
            }
            if (Table().Match(line) is { Success: true } header)
            {
                var name = header.Groups[1].Value.Trim();
                if (!reader._tables.TryGetValue(name, out table!)) table = reader._tables[name] = new Dictionary<string, string>(StringComparer.Ordinal);
            }
            else if (Member().Match(line) is { Success: true } member)
            {
                table[member.Groups[1].Value] = member.Groups[2].Success ? member.Groups[2].Value.Replace("\\\"", "\"", StringComparison.Ordinal) : member.Groups[3].Value;
            }
        }
        return reader;
    }

    private static int CountOf(string line, string mark) => line.Split(mark).Length - 1;

    [GeneratedRegex(@"^\[\[?(?<name>[^\[\]]+)\]\]?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Table();

    [GeneratedRegex("^(?<name>[A-Za-z0-9_-]+)\\s*=\\s*(?:\\{\\s*text\\s*=\\s*)?(?:\"(?<basic>(?:[^\"\\\\]|\\\\.)*)\"|'(?<literal>[^']*)')", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Member();
}

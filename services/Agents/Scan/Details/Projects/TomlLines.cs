namespace Charterhouse.Agents.Scan.Details.Projects;

/// <summary>A TOML file's tables and their plain string members with their lines, in order: what a list of programs needs.</summary>
internal static class TomlLines
{
    /// <summary>A row per table (no key) and per member whose value is a string.</summary>
    public static IEnumerable<(string Table, string? Key, string Value, int Line)> Of(string text)
    {
        var table = "";
        var inLongString = false;
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            var marks = Marks(line, "\"\"\"") + Marks(line, "'''");
            var wasIn = inLongString;
            if (marks % 2 == 1) inLongString = !inLongString;
            if (wasIn || marks > 0 || line.Length == 0 || line[0] == '#') continue;
            if (line[0] == '[')
            {
                if (line.IndexOf(']', StringComparison.Ordinal) is var close && close < 0) continue;
                table = line[..close].Trim('[', ' ');
                yield return (table, null, "", number);
                continue;
            }
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) continue;
            var value = line[(equals + 1)..].TrimStart();
            if (value.Length < 2 || value[0] is not ('"' or '\'')) continue;
            var end = value.IndexOf(value[0], 1);
            if (end > 0) yield return (table, line[..equals].Trim().Trim('"', '\''), value[1..end], number);
        }
    }

    private static int Marks(string line, string mark)
    {
        var count = 0;
        for (var at = line.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = line.IndexOf(mark, at + 3, StringComparison.Ordinal)) count++;
        return count;
    }
}

using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Settings;

namespace Charterhouse.Agents.Librarian;

/// <summary>What the .gitignore files keep out of the repository, as far as a name says it.</summary>
internal sealed class IgnoredFiles
{
    private readonly Dictionary<string, string[]> _lines;

    public IgnoredFiles(RepositoryFacts facts) =>
        _lines = facts.Excerpts.Where(file => ExcerptChoice.IsIgnoreFile(file.Path)).ToDictionary(file => file.Path[..(file.Path.LastIndexOf('/') + 1)], file => file.Text.Split('\n'), StringComparer.Ordinal);

    /// <summary>The file and line that ignore a file of that name in the folder; null for none.</summary>
    /// <param name="folder">With its slash at the end; empty at the top.</param>
    public string? PlaceOf(string folder, string name)
    {
        for (var above = folder; ; above = above[..(above.TrimEnd('/').LastIndexOf('/') + 1)])
        {
            // The innermost file that says anything decides, and in it the last line.
            if (_lines.TryGetValue(above, out var lines))
                for (var i = lines.Length - 1; i >= 0; i--)
                    if (Says(lines[i].Trim(), folder[above.Length..] + name, name) is { } ignored) return ignored ? $"{above}.gitignore:{i + 1}" : null;
            if (above.Length == 0) return null;
        }
    }

    /// <summary>True when the line ignores the file, false when it takes it back, null when it is about others.</summary>
    private static bool? Says(string line, string path, string name)
    {
        if (line.Length is 0 or > Glob.MaxLength || line[0] == '#') return null;
        var back = line[0] == '!';
        var pattern = back ? line[1..] : line;
        if (pattern.Length == 0 || pattern.EndsWith('/')) return null;
        // Without a slash it is a name, wherever the file lies.
        var isPath = pattern.Contains('/', StringComparison.Ordinal);
        return Glob.OfPaths(pattern).Matches(isPath ? path : name) ? !back : null;
    }
}

using Charterhouse.Agents.Modules;

namespace Charterhouse.Agents.Librarian;

/// <summary>What a pom gets from its parents, as far as these lie in the repository: managed versions and properties. The nearest decides.</summary>
internal sealed class MavenParents
{
    private const int Depth = 16;
    private const int Fills = 8;
    private const int LengthLimit = 300;

    private readonly Dictionary<string, PackageFile> _byPath;
    private readonly ILookup<string, PackageFile> _byName;

    public MavenParents(IEnumerable<PackageFile> poms)
    {
        var all = poms.ToArray();
        _byPath = all.ToDictionary(pom => pom.Path, StringComparer.Ordinal);
        _byName = all.ToLookup(pom => pom.Name, StringComparer.Ordinal);
    }

    /// <summary>The managed version under that name; null when no parent of this repository knows it.</summary>
    public string? Managed(PackageFile pom, string name)
    {
        var line = Line(pom);
        var key = Fill(name, line);
        foreach (var one in line)
            if (one.Central.FirstOrDefault(central => central.Name == name || Fill(central.Name, line) == key) is { } found) return Fill(found.Requirement, line);
        return null;
    }

    /// <summary>The text with the properties of the pom and its parents.</summary>
    public string Fill(PackageFile pom, string text) => text.Contains("${", StringComparison.Ordinal) ? Fill(text, Line(pom)) : text;

    private static string Fill(string text, IReadOnlyList<PackageFile> line)
    {
        for (var i = 0; i < Fills && text.IndexOf("${", StringComparison.Ordinal) is var from and >= 0; i++)
        {
            var to = text.IndexOf('}', from);
            if (to < 0 || line.Select(one => one.Properties.GetValueOrDefault(text[(from + 2)..to])).FirstOrDefault(value => value is not null) is not { } known) break;
            text = string.Concat(text.AsSpan(0, from), known, text.AsSpan(to + 1));
            if (text.Length > LengthLimit) break;
        }
        return text;
    }

    /// <summary>The pom and those above it.</summary>
    private List<PackageFile> Line(PackageFile pom)
    {
        var line = new List<PackageFile> { pom };
        while (line.Count < Depth && line[^1].Parent is var (name, place) && Parent(line[^1], name, place) is { } parent && !line.Contains(parent)) line.Add(parent);
        return line;
    }

    private PackageFile? Parent(PackageFile pom, string name, string place)
    {
        // A folder stands for the pom in it. Another pom that happens to lie there is not meant.
        var path = place.Length == 0 ? null : SourceTree.Resolve(SourceTree.FolderOf(pom.Path), place.EndsWith(".xml", StringComparison.Ordinal) ? place : place + "/pom.xml");
        if (path is not null && _byPath.TryGetValue(path, out var found) && (found.Name == name || found.Name.Contains('$', StringComparison.Ordinal))) return found;
        return _byName[name].Take(2).ToArray() is [var only] ? only : null;
    }
}

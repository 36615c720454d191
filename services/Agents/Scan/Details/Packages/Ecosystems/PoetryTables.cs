namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>Dependencies as members of a table, <c>name = "^1"</c> or <c>name = { version = "^1", git = … }</c>: Poetry and Pipenv.</summary>
internal sealed class PoetryTables
{
    private readonly List<Entry> _entries = [];

    /// <summary>Takes a scalar of a dependency.</summary>
    /// <param name="member">What follows the name: nothing, a member, or an index and a member.</param>
    public void Add(string name, ReadOnlySpan<string> member, string value, string scope, int line)
    {
        if (name == "python") return;
        var entry = _entries.Count > 0 && _entries[^1] is var last && last.Name == name && last.Scope == scope ? last : null;
        if (entry is null) _entries.Add(entry = new Entry(name, scope, line));
        if (member.Length == 2) entry.Members.TryAdd("markers", value);
        entry.Members.TryAdd(member.Length == 0 ? "version" : member[^1], value);
    }

    public void Write(DetailWriter writer)
    {
        foreach (var entry in _entries)
        {
            bool Has(string member) => entry.Members.ContainsKey(member);
            var source = Has("path") ? Source.Local : Has("git") ? Has("rev") || Has("tag") || Has("ref") ? Source.GitFixed : Source.GitBranch : Has("url") || Has("file") ? Source.Url : Source.Registry;
            var scope = entry.Scope == Scope.Runtime && entry.Members.GetValueOrDefault("optional") == "true" ? Scope.Optional : entry.Scope;
            writer.Add(PackageRows.Requires, entry.Line, PythonRequirement.Normalise(entry.Name), entry.Members.GetValueOrDefault("version", ""), scope, source,
                Has("markers") || Has("python") || Has("platform") || Has("sys_platform") ? "conditional" : "");
        }
    }

    private sealed record Entry(string Name, string Scope, int Line)
    {
        public Dictionary<string, string> Members { get; } = new(StringComparer.Ordinal);
    }
}

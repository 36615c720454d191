using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>Cargo.toml and Cargo.lock.</summary>
internal static class CargoFiles
{
    public static void Read(string text, DetailWriter writer)
    {
        var (name, traits) = ("", new SortedSet<string>(StringComparer.Ordinal));
        var found = new List<Entry>();
        TomlReader.Read(text, (path, value, line) =>
        {
            if (path is ["package", "name"]) name = value;
            else if (path is ["package", "publish"] && value == "false") traits.Add(Trait.Private);
            else if (path[0] == "lib") traits.Add(Trait.Library);
            else if (path[0] == "bin") traits.Add(Trait.Program);
            if (path[0] == "workspace") traits.Add(Trait.Workspace);
            if (Place(path) is not { } place) return;
            var entry = found.Count > 0 && found[^1] is var last && last.Name == path[place.At] && last.Place == place.Name ? last : null;
            if (entry is null) found.Add(entry = new Entry(path[place.At], place.Name, line));
            entry.Set(path.Length == place.At + 1 ? "version" : path[place.At + 1], value);
        });
        foreach (var entry in found) entry.Write(writer);
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.Cargo, name, string.Join(' ', traits));
    }

    public static void ReadLock(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.Cargo);
        LockTables.Read(text, (name, version, source, _, line) =>
        {
            // Without a source it is a package of this workspace.
            if (source.Length > 0) writer.Add(PackageRows.Locked, line, name, version);
        });
    }

    private static (string Name, int At)? Place(ReadOnlySpan<string> path) => path switch
    {
        ["dependencies" or "dev-dependencies" or "build-dependencies" or "dev_dependencies" or "build_dependencies", _, ..] => (path[0], 1),
        ["workspace", "dependencies", _, ..] => ("workspace", 2),
        ["target", _, "dependencies" or "dev-dependencies" or "build-dependencies", _, ..] => (path[2], 3),
        _ => null,
    };

    private sealed class Entry(string name, string place, int line)
    {
        private readonly Dictionary<string, string> _members = new(StringComparer.Ordinal);
        public string Name => name;
        public string Place => place;

        public void Set(string member, string value) => _members[member] = value;

        public void Write(DetailWriter writer)
        {
            string Member(string member) => _members.GetValueOrDefault(member, "");
            var package = Member("package") is { Length: > 0 } renamed ? renamed : name;
            var version = Member("version");
            if (place == "workspace")
            {
                writer.Add(PackageRows.Central, line, name, package, Member("path").Length > 0 ? "" : version, Member("path").Length > 0 ? Source.Local : "");
                return;
            }
            var source = Member("path").Length > 0 ? Source.Local
                : Member("git").Length > 0 ? Member("rev").Length > 0 || Member("tag").Length > 0 ? Source.GitFixed : Source.GitBranch
                : Member("workspace") == "true" ? Source.Central
                : Source.Registry;
            var scope = place.StartsWith("dev", StringComparison.Ordinal) ? Scope.Dev
                : place.StartsWith("build", StringComparison.Ordinal) ? Scope.Build
                : Member("optional") == "true" ? Scope.Optional : Scope.Runtime;
            writer.Add(PackageRows.Requires, line, source == Source.Central ? name : package, version, scope, source);
        }
    }
}

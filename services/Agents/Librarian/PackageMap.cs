using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details.Packages;

namespace Charterhouse.Agents.Librarian;

/// <summary>One ecosystem's manifests and lock files: which lock holds for which manifest, which version stands where.</summary>
internal sealed class PackageMap
{
    private readonly Dictionary<string, PackageFile[]> _locksByFolder;
    private readonly Dictionary<string, Dictionary<string, List<LockedPackage>>> _byName = new(StringComparer.Ordinal);
    private readonly (PackageFile File, Dictionary<string, CentralVersion> ByKey)[] _central;
    private readonly HashSet<string> _own;
    private readonly MavenParents? _parents;

    public PackageMap(string ecosystem, IEnumerable<PackageFile> files)
    {
        Ecosystem = ecosystem;
        var all = files.OrderBy(file => file.Path, StringComparer.Ordinal).ToArray();
        // A catalog alone is no manifest: it requires nothing.
        Manifests = all.Where(file => !file.IsLock && !IsCatalog(file)).ToArray();
        Locks = all.Where(file => file.IsLock).ToArray();
        _locksByFolder = Locks.GroupBy(file => file.Folder, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        if (ecosystem == PackageEcosystems.Maven) _parents = new MavenParents(Manifests);
        _own = Manifests.Select(file => file.Name).Where(name => name.Length > 0).Select(Normal).ToHashSet(StringComparer.Ordinal);
        if (ecosystem == PackageEcosystems.NuGet)
            // Without a name of its own, a project is a package by its file's name.
            foreach (var file in Manifests) _own.Add(Normal(Path.GetFileNameWithoutExtension(file.Path)));
        _central = all.Where(file => file.Central.Count > 0).OrderByDescending(file => file.Folder.Length).Select(file => (file, file.Central.GroupBy(one => Normal(one.Key), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal))).ToArray();
    }

    public string Ecosystem { get; }
    public IReadOnlyList<PackageFile> Manifests { get; }
    public IReadOnlyList<PackageFile> Locks { get; }
    /// <summary>Those that the repository is about.</summary>
    public IEnumerable<PackageFile> Own => Manifests.Where(file => !file.IsSide);

    /// <summary>Names are compared in this form.</summary>
    public string Normal(string name) => Ecosystem == PackageEcosystems.NuGet ? name.ToLowerInvariant() : Ecosystem == PackageEcosystems.Cargo ? name.Replace('_', '-') : name;

    /// <summary>The package is made in this repository.</summary>
    public bool IsOwn(Required required) => required.Source == Source.Local || _own.Contains(Normal(required.Name));

    /// <summary>The requirement with what stands centrally; the nearest folder above decides.</summary>
    public Required Resolve(PackageFile manifest, Required required)
    {
        if (_parents is not null)
        {
            required = required with { Name = _parents.Fill(manifest, required.Name), Requirement = _parents.Fill(manifest, required.Requirement) };
            if (required.Source == Source.Central && _parents.Managed(manifest, required.Name) is { } managed) return required with { Requirement = managed, Source = Source.Registry };
        }
        if (required.Source != Source.Central) return required;
        var key = Ecosystem == PackageEcosystems.Npm && required.Requirement.Length > "catalog:".Length && required.Requirement != "catalog:default" ? $"{required.Name}@{required.Requirement["catalog:".Length..]}" : required.Name;
        foreach (var (file, byKey) in _central)
        {
            // A Gradle catalog is in gradle/, below the builds that use it.
            var reach = Ecosystem == PackageEcosystems.Gradle && file.Folder.EndsWith("gradle/", StringComparison.Ordinal) ? file.Folder[..^"gradle/".Length] : file.Folder;
            if (!manifest.Path.StartsWith(reach, StringComparison.Ordinal)) continue;
            if (byKey.TryGetValue(Normal(key), out var central)) return required with { Name = central.Name, Requirement = central.Requirement, Source = central.Local ? Source.Local : Source.Registry };
        }
        return required with { Requirement = "" };
    }

    /// <summary>The lock files that hold for a manifest: those in its folder, else in the nearest folder above that has any.</summary>
    public IReadOnlyList<PackageFile> LocksOf(PackageFile manifest)
    {
        for (var folder = manifest.Folder; ; folder = folder[..(folder.TrimEnd('/').LastIndexOf('/') + 1)])
        {
            if (_locksByFolder.TryGetValue(folder, out var locks)) return locks;
            // NuGet locks every project by itself.
            if (folder.Length == 0 || Ecosystem is PackageEcosystems.NuGet or PackageEcosystems.Go) return [];
        }
    }

    /// <summary>Its version in that lock file, or null when it is not there or it cannot be told which.</summary>
    public string? LockedVersion(PackageFile file, Required required)
    {
        if (!Names(file).TryGetValue(Normal(required.Name), out var found)) return null;
        var versions = found.Where(one => one.Version.Length > 0).Select(one => one.Version).Distinct(StringComparer.Ordinal).ToArray();
        if (versions.Length == 1) return versions[0];
        var answering = found.Where(one => one.Asked.Split(", ").Any(asked => asked == $"{required.Name}@{required.Requirement}" || asked == $"{required.Name}@npm:{required.Requirement}")).ToArray();
        if (answering.Length == 0) answering = found.Where(one => one.Direct).ToArray();
        return answering.Select(one => one.Version).Distinct(StringComparer.Ordinal).ToArray() is [var only] ? only : null;
    }

    /// <summary>The lock file names the package, in any version or under another's name.</summary>
    public bool IsLocked(PackageFile file, string name) => Names(file).ContainsKey(Normal(name));

    private Dictionary<string, List<LockedPackage>> Names(PackageFile file)
    {
        if (_byName.TryGetValue(file.Path, out var names)) return names;
        names = new Dictionary<string, List<LockedPackage>>(StringComparer.Ordinal);
        foreach (var one in file.Locked)
        {
            if (!names.TryGetValue(Normal(one.Name), out var list)) names[Normal(one.Name)] = list = [];
            list.Add(one);
        }
        return _byName[file.Path] = names;
    }

    private static bool IsCatalog(PackageFile file) =>
        file.Requires.Count == 0 && (file.Central.Count > 0 || file.Ecosystem == PackageEcosystems.NuGet && file.Path.EndsWith("s", StringComparison.OrdinalIgnoreCase)) && !file.Path.EndsWith(".toml", StringComparison.OrdinalIgnoreCase) && !file.Path.EndsWith("pom.xml", StringComparison.OrdinalIgnoreCase)
        || file.Path.EndsWith("libs.versions.toml", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith("pnpm-workspace.yaml", StringComparison.OrdinalIgnoreCase);
}

using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Packages;

namespace Charterhouse.Agents.Librarian;

/// <summary>A requirement of a manifest.</summary>
/// <param name="Requirement">Empty for none.</param>
/// <param name="Source">One of <see cref="Scan.Details.Packages.Source"/>.</param>
internal sealed record Required(string Name, string Requirement, string Scope, string Source, bool Conditional, int Line)
{
    /// <summary>Needed where the program runs.</summary>
    public bool IsRuntime => Scope is Scan.Details.Packages.Scope.Runtime or Scan.Details.Packages.Scope.Optional;
}

/// <summary>A locked package.</summary>
/// <param name="Version">Empty when another package stands in for it.</param>
/// <param name="Asked">yarn: the requirements that it answers.</param>
internal sealed record LockedPackage(string Name, string Version, bool Direct, string Asked);

/// <summary>A version that stands apart from those who require it.</summary>
internal sealed record CentralVersion(string Key, string Name, string Requirement, bool Local);

/// <summary>A manifest or lock file as its rows tell it.</summary>
internal sealed record PackageFile
{
    public required string Path { get; init; }
    public required string Ecosystem { get; init; }
    public required bool IsLock { get; init; }
    /// <summary>It belongs to tests, samples, documentation or templates.</summary>
    public bool IsSide { get; init; }
    /// <summary>The package's own name, or empty.</summary>
    public string Name { get; private init; } = "";
    public IReadOnlySet<string> Traits { get; private init; } = new HashSet<string>(StringComparer.Ordinal);
    public IReadOnlyList<Required> Requires { get; private init; } = [];
    public IReadOnlyList<CentralVersion> Central { get; private init; } = [];
    public IReadOnlyList<LockedPackage> Locked { get; private init; } = [];
    /// <summary>Maven: the parent's name and where it is said to lie.</summary>
    public (string Name, string Place)? Parent { get; private init; }
    /// <summary>Maven: what <c>${name}</c> stands for here and below.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    /// <summary>Folders that a lock file also locks.</summary>
    public IReadOnlySet<string> Covers { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>With its slash at the end; empty at the top.</summary>
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];

    /// <summary>What the rows of a file say; null when they say nothing of packages.</summary>
    public static PackageFile? Read(string path, string rows)
    {
        // Most files have rows of other readers only.
        if (!rows.Contains("pkg.", StringComparison.Ordinal)) return null;
        string? ecosystem = null, name = null;
        var isLock = false;
        var traits = new HashSet<string>(StringComparer.Ordinal);
        var covers = new HashSet<string>(StringComparer.Ordinal);
        (string, string)? parent = null;
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        var (requires, central, locked) = (new List<Required>(), new List<CentralVersion>(), new List<LockedPackage>());
        foreach (var row in DetailRows.Parse(rows))
        {
            switch (row.Kind)
            {
                case PackageRows.Manifest:
                    (ecosystem, name) = (row[0], row[1]);
                    traits.UnionWith(row[2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
                    break;
                case PackageRows.Lock:
                    (ecosystem, isLock) = (row[0], true);
                    break;
                case PackageRows.Requires:
                    requires.Add(new Required(row[0], row[1], row[2], row[3], row[4] == "conditional", row.Line));
                    break;
                case PackageRows.Central:
                    central.Add(new CentralVersion(row[0], row[1], row[2], row[3] == Source.Local));
                    break;
                case PackageRows.Locked:
                    locked.Add(new LockedPackage(row[0], row[1], row[2].Split(' ').Contains("direct", StringComparer.Ordinal), row[3]));
                    break;
                case PackageRows.Parent:
                    parent = (row[0], row[1]);
                    break;
                case PackageRows.Property:
                    properties[row[0]] = row[1];
                    break;
                case PackageRows.Covers:
                    covers.Add(row[0]);
                    break;
            }
        }
        ecosystem ??= central.Count > 0 ? CatalogEcosystem(path) : null;
        return ecosystem is null ? null : new PackageFile
        {
            Path = path,
            Ecosystem = ecosystem,
            IsLock = isLock,
            Name = name ?? "",
            Traits = traits,
            Requires = requires,
            Central = central,
            Locked = locked,
            Covers = covers,
            Parent = parent,
            Properties = properties,
        };
    }

    private static string? CatalogEcosystem(string path) =>
        path.EndsWith("pnpm-workspace.yaml", StringComparison.OrdinalIgnoreCase) ? PackageEcosystems.Npm
        : path.EndsWith("libs.versions.toml", StringComparison.OrdinalIgnoreCase) || path.EndsWith("dependencies.gradle", StringComparison.OrdinalIgnoreCase) ? PackageEcosystems.Gradle : null;
}

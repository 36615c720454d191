using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Librarian;

/// <summary>What a manifest leaves open: no lock file, floating requirements, a lock file that lags behind.</summary>
internal static class ManifestFindings
{
    private const int Named = 5;

    /// <summary>A manifest or lock file that cannot be parsed.</summary>
    public static Finding Invalid(string path, DetailRow row) =>
        Findings.Make(LibrarianAgent.Name, "dependencies/manifest-invalid", Severities.Medium, "A manifest cannot be parsed", path,
            $"{path}{(row.Line > 0 ? $":{row.Line}" : "")}: {row[1]}.", "Correct it: tools that need it fail, and its dependencies are not known here.", row.Line > 0 ? row.Line : null);

    /// <summary>The findings on the manifests of an ecosystem, side paths left out.</summary>
    public static IEnumerable<Finding> Of(PackageMap map, RepositoryFacts facts)
    {
        var (applications, gitIgnored) = (new Applications(facts), new IgnoredFiles(facts));
        var ignored = new HashSet<string>(StringComparer.Ordinal);
        foreach (var manifest in map.Own)
        {
            var locks = map.LocksOf(manifest);
            // Lock files of side paths lock as well as others.
            var requires = manifest.Requires.Select(one => map.Resolve(manifest, one)).Where(one => one.Scope != Scope.Peer && !map.IsOwn(one)).ToArray();
            if (requires.Length == 0) continue;
            if (locks.Count > 0)
            {
                if (OutOfDate(map, manifest, requires, locks) is { } lagging) yield return lagging;
                continue;
            }
            var evidence = applications.Evidence(manifest);
            var missing = evidence is null || !ignored.Add(manifest.Folder) ? null : Missing(map, manifest, requires, evidence, gitIgnored);
            if (missing is not null) yield return missing;
            else if (Unpinned(map, manifest, requires, evidence) is { } floating) yield return floating;
        }
    }

    private static Finding? Missing(PackageMap map, PackageFile manifest, Required[] requires, string evidence, IgnoredFiles gitIgnored)
    {
        // requirements.txt is its own lock when it pins; whether it does is the other rule's matter.
        if (map.Ecosystem == PackageEcosystems.PyPi && !manifest.Path.EndsWith("pyproject.toml", StringComparison.Ordinal) && !manifest.Path.EndsWith("Pipfile", StringComparison.Ordinal)) return null;
        if (map.Ecosystem is not (PackageEcosystems.Npm or PackageEcosystems.PyPi or PackageEcosystems.Cargo or PackageEcosystems.RubyGems or PackageEcosystems.Composer)) return null;
        if (map.Ecosystem == PackageEcosystems.PyPi && requires.All(one => one.Scope == Scope.Build)) return null;
        // Exact requirements leave open only what they themselves require.
        var runtime = requires.Count(one => one.IsRuntime);
        var expected = map.Ecosystem switch
        {
            PackageEcosystems.Npm => "package-lock.json, yarn.lock or pnpm-lock.yaml",
            PackageEcosystems.Cargo => "Cargo.lock",
            PackageEcosystems.RubyGems => "Gemfile.lock",
            PackageEcosystems.Composer => "composer.lock",
            _ => manifest.Path.EndsWith("Pipfile", StringComparison.Ordinal) ? "Pipfile.lock" : "poetry.lock, uv.lock or pdm.lock",
        };
        if (expected.Split([", ", " or "], StringSplitOptions.None).Select(name => gitIgnored.PlaceOf(manifest.Folder, name)).FirstOrDefault(place => place is not null) is { } place)
            return Findings.Make(LibrarianAgent.Name, "dependencies/lock-missing", Severities.Info, "An application's lock file is ignored", manifest.Path,
                $"{manifest.Path} requires {Count(runtime, "package")} at run time and {Count(requires.Length - runtime, "other")}; there is no {expected} in its folder or above, and {place} ignores it. It is an application: {evidence}.",
                "If every build shall get the same versions, take that line out and commit the lock file.");
        return Findings.Make(LibrarianAgent.Name, "dependencies/lock-missing", runtime > 0 ? Severities.Medium : Severities.Low, "An application has no lock file", manifest.Path,
            $"{manifest.Path} requires {Count(runtime, "package")} at run time and {Count(requires.Length - runtime, "other")}, and there is no {expected} in its folder or above. It is an application: {evidence}.",
            "Commit the lock file, so that every build gets the same versions.");
    }

    private static Finding? Unpinned(PackageMap map, PackageFile manifest, Required[] requires, string? application)
    {
        var floating = requires.Where(one => one.IsRuntime || one.Scope == Scope.Dev && map.Ecosystem is PackageEcosystems.NuGet)
            .Select(one => (Required: one, Why: Requirements.Floating(map.Ecosystem, one)))
            .Where(one => one.Why is not null && (application is not null || IsFloatingInALibrary(map.Ecosystem, one.Required))).ToArray();
        if (floating.Length == 0) return null;
        var named = string.Join(", ", floating.Take(Named).Select(one => $"{one.Required.Name} (line {one.Required.Line}: {one.Why})"));
        return Findings.Make(LibrarianAgent.Name, "dependencies/unpinned", application is null ? Severities.Low : Severities.Medium, "Dependencies float", manifest.Path,
            $"{manifest.Path} takes whatever is newest of {named}{(floating.Length > Named ? $" and {floating.Length - Named} more" : "")}; no lock file holds a version.",
            "Require a version or a bounded range, or commit a lock file.", floating[0].Required.Line);
    }

    /// <summary>A library leaves the choice to its users, but not by a branch or a wildcard; Python's are usually without any bound.</summary>
    private static bool IsFloatingInALibrary(string ecosystem, Required required) =>
        ecosystem is PackageEcosystems.NuGet or PackageEcosystems.Gradle or PackageEcosystems.Maven
        || ecosystem == PackageEcosystems.Npm && required.Source == Source.Registry && required.Requirement.Trim() is "*" or "latest" or "x" && required.Scope == Scope.Runtime;

    private static Finding? OutOfDate(PackageMap map, PackageFile manifest, Required[] requires, IReadOnlyList<PackageFile> locks)
    {
        if (map.Ecosystem is PackageEcosystems.Go or PackageEcosystems.Gradle or PackageEcosystems.Maven) return null;
        // Two lock files side by side belong to two tools, and an empty one to none.
        if (locks is not [{ Locked.Count: > 0 } file]) return null;
        if (file.Folder != manifest.Folder && !file.Covers.Contains(manifest.Folder[file.Folder.Length..].TrimEnd('/'))) return null;
        // A lock file of requirements.txt says nothing of a pyproject.toml beside it, and poetry.lock nothing of a requirements.txt.
        if (map.Ecosystem == PackageEcosystems.PyPi && !(manifest.Path.EndsWith("pyproject.toml", StringComparison.Ordinal) && !file.Path.EndsWith(".txt", StringComparison.Ordinal) && !file.Path.EndsWith("Pipfile.lock", StringComparison.Ordinal)
            || manifest.Path.EndsWith("Pipfile", StringComparison.Ordinal) && file.Path.EndsWith("Pipfile.lock", StringComparison.Ordinal))) return null;
        if (map.Ecosystem == PackageEcosystems.NuGet && !(manifest.Path.EndsWith("proj", StringComparison.OrdinalIgnoreCase) && map.Manifests.Count(other => other.Folder == manifest.Folder && other.Path.EndsWith("proj", StringComparison.OrdinalIgnoreCase)) == 1)) return null;
        if (map.Ecosystem == PackageEcosystems.RubyGems && !manifest.Path.EndsWith("Gemfile", StringComparison.Ordinal)) return null;
        var absent = requires.Where(one => one.Source == Source.Registry && !one.Conditional && one.Scope is Scope.Runtime or Scope.Dev && one.Source == Source.Registry && !one.Conditional
            && !IsVirtual(map.Ecosystem, one.Name) && !map.IsLocked(file, one.Name)).ToArray();
        // When hardly anything is there, the lock file is of another kind than it seems.
        if (absent.Length == 0 || absent.Length * 2 > requires.Length && requires.Length > 3) return null;
        return Findings.Make(LibrarianAgent.Name, "dependencies/lock-out-of-date", Severities.Medium, "The lock file lags behind its manifest", manifest.Path,
            $"{manifest.Path} requires {string.Join(", ", absent.Take(Named).Select(one => $"{one.Name} (line {one.Line})"))}{(absent.Length > Named ? $" and {absent.Length - Named} more" : "")}; {file.Path} does not have {(absent.Length == 1 ? "it" : "them")}.",
            "Bring the lock file up to date with the package manager and commit it.", absent[0].Line);
    }

    /// <summary>Something that packages provide, or that is there without a package.</summary>
    private static bool IsVirtual(string ecosystem, string name) =>
        ecosystem == PackageEcosystems.Composer && (name.EndsWith("-implementation", StringComparison.Ordinal) || name.EndsWith("-abi", StringComparison.Ordinal))
        || ecosystem == PackageEcosystems.PyPi && name is "setuptools" or "pip" or "wheel";

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}

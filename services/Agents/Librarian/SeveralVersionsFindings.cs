using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Librarian;

/// <summary>Direct dependencies that two manifests which are resolved together require in major versions that exclude each other.</summary>
internal static class SeveralVersionsFindings
{
    private const int Limit = 10;
    private const int Examples = 3;

    public static IEnumerable<Finding> Of(PackageMap map, InstallationRoots roots)
    {
        // Projects of Go, and the several requirement files of a Python project, are each installed by themselves.
        if (map.Ecosystem is PackageEcosystems.Go or PackageEcosystems.PyPi) return [];
        return map.Own.SelectMany(file => file.Requires.Where(one => one.Scope is Scope.Runtime or Scope.Dev && !one.Conditional).Select(one => (File: file, Required: map.Resolve(file, one))))
            .Where(use => !map.IsOwn(use.Required))
            .Select(use => (use.File, use.Required, Major: Requirements.Major(map.Ecosystem, use.Required)))
            .Where(use => use.Major is not null)
            .GroupBy(use => (Root: roots.Of(map, use.File), Name: map.Normal(use.Required.Name)))
            .OrderBy(group => group.Key.Name, StringComparer.Ordinal).ThenBy(group => group.Key.Root, StringComparer.Ordinal)
            .Select(group => Conflict(group.Key.Name, group.Select(use => (use.File.Path, use.Required, use.Major!)).ToArray()))
            .OfType<Conflicting>()
            // react and react-dom in the same two manifests are one decision
            .GroupBy(conflict => conflict.Places, StringComparer.Ordinal).Select(Describe).Take(Limit);
    }

    /// <summary>A package in several majors.</summary>
    /// <param name="Places">The manifests, by major.</param>
    private sealed record Conflicting(string Name, string Normal, string Where, string Places, string Path, int Line);

    private static Finding Describe(IEnumerable<Conflicting> together)
    {
        var all = together.ToArray();
        var first = all[0];
        return Findings.Make(LibrarianAgent.Name, "dependencies/several-versions", Severities.Info,
            all.Length == 1 ? "A package is required in several major versions" : "Packages are required in several major versions", first.Path,
            $"{first.Name}: {first.Where}{(all.Length == 1 ? "" : $". The same holds for {string.Join(", ", all.Skip(1).Take(Examples).Select(one => one.Name))}{(all.Length > Examples + 1 ? $" and {all.Length - 1 - Examples} more" : "")}")}.",
            "Bring the manifests to one major version, or say why they differ.", first.Line, string.Join('\n', all.Select(one => one.Normal)));
    }

    private static Conflicting? Conflict(string name, (string Path, Required Required, string Major)[] uses)
    {
        // A manifest that itself allows two majors, by target or feature, conflicts with neither.
        var byFile = uses.GroupBy(use => use.Path, StringComparer.Ordinal).Where(file => file.Select(use => use.Major).Distinct(StringComparer.Ordinal).Count() == 1).Select(file => file.First()).ToArray();
        var majors = byFile.GroupBy(use => use.Major, StringComparer.Ordinal).OrderBy(group => group.Key, VersionOrder.Instance).ToArray();
        // What only tests have in another major, the product does not have.
        if (majors.Count(group => group.Any(use => use.Required.IsRuntime)) < 2 || NumberedModules.Explain([.. majors.Select(group => group.Select(use => use.Path).ToArray())])) return null;
        var where = string.Join("; ", majors.Take(Examples).Select(group =>
        {
            var first = group.OrderBy(use => use.Path, StringComparer.Ordinal).First();
            return $"{first.Required.Requirement} in {first.Path}:{first.Required.Line}{(group.Count() > 1 ? $" and {group.Count() - 1} more" : "")}";
        }));
        var place = majors[0].OrderBy(use => use.Path, StringComparer.Ordinal).First();
        var places = string.Join('\n', majors.Select(group => string.Join('|', group.Select(use => use.Path).Order(StringComparer.Ordinal))));
        return new Conflicting(place.Required.Name, name, where, places, place.Path, place.Required.Line);
    }
}

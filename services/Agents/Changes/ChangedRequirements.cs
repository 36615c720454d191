using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Librarian;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Changes;

/// <summary>Compares what the manifests of a change required before and require now.</summary>
internal static class ChangedRequirements
{
    /// <summary>Dependencies added, removed or required differently, by manifest.</summary>
    /// <param name="atBase">With files under the names that they have at the head.</param>
    public static DependencyChange[] Read(TouchedFiles touched, RepositoryFacts head, RepositoryFacts atBase)
    {
        var (after, before) = (Manifests(touched, head), Manifests(touched, atBase));
        return after.Keys.Union(before.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .SelectMany(path =>
            {
                var ecosystem = (after.GetValueOrDefault(path) ?? before[path]).Ecosystem;
                var (now, was) = (Required(after.GetValueOrDefault(path)), Required(before.GetValueOrDefault(path)));
                return now.Keys.Union(was.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                    .Where(name => now.GetValueOrDefault(name) != was.GetValueOrDefault(name))
                    .Select(name => new DependencyChange(ecosystem, name, path, was.GetValueOrDefault(name), now.GetValueOrDefault(name)));
            })
            .Take(ChangeSection.RowLimit).ToArray();
    }

    private static Dictionary<string, PackageFile> Manifests(TouchedFiles touched, RepositoryFacts facts) =>
        facts.Details.Where(details => touched.ByPath.ContainsKey(facts.Files[details.File].Path))
            .Select(details => PackageFile.Read(facts.Files[details.File].Path, details.Rows)).OfType<PackageFile>()
            .Where(file => !file.IsLock).ToDictionary(file => file.Path, StringComparer.Ordinal);

    /// <summary>Requirements by name, versions that stand apart among them; several of one name are one text.</summary>
    private static Dictionary<string, string> Required(PackageFile? file) =>
        (file is null ? [] : file.Requires.Select(one => (one.Name, one.Requirement)).Concat(file.Central.Select(one => (one.Name, one.Requirement))))
            .GroupBy(one => one.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.Select(one => one.Requirement).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)), StringComparer.Ordinal);
}

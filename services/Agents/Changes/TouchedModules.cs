using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Languages;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Changes;

/// <summary>The modules of a change, and whether tests changed beside their code.</summary>
internal sealed class TouchedModules(TouchedFiles touched, RepositoryFacts head)
{
    private readonly ModuleMap _map = SourceMap.Of(head).Modules;

    /// <summary>Modules by lines changed, with what the structure knows of them; a deleted file counts for the folder that it was in.</summary>
    public ChangedModule[] Modules(StructureSection? structure)
    {
        var rows = (structure?.Modules ?? []).GroupBy(row => row.Path, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return touched.Files.GroupBy(file => FolderOf(file.Path), StringComparer.Ordinal)
            .Select(group =>
            {
                var row = rows.GetValueOrDefault(group.Key == ModuleMap.Top ? "" : group.Key);
                return new ChangedModule(row?.Name ?? (group.Key == ModuleMap.Top ? "top folder" : group.Key), group.Key, group.Count(), group.Sum(file => file.Additions ?? 0), group.Sum(file => file.Deletions ?? 0), row?.FanIn ?? 0);
            })
            .OrderByDescending(module => module.Additions + module.Deletions).ThenBy(module => module.Path, StringComparer.Ordinal)
            .Take(ChangeSection.RowLimit).ToArray();
    }

    public ChangedTests Tests()
    {
        var source = touched.Files.Where(file => file.Status != "deleted" && file.Additions + file.Deletions > 0 && touched.AtHead(file.Path) is { } fact && IsSource(fact)).Select(file => file.Path).ToArray();
        var modules = source.Select(FolderOf).ToHashSet(StringComparer.Ordinal);
        var tested = touched.TestFiles.Select(FolderOf).ToHashSet(StringComparer.Ordinal);
        // Tests in a project of their own may be anybody's.
        var apart = tested.Any(module => !modules.Contains(module));
        return new ChangedTests(source.Length, touched.TestFiles.Count, tested.Count == 0 || apart ? [] : modules.Except(tested, StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(ChangeSection.RowLimit).ToArray());
    }

    private string FolderOf(string path) => _map.FolderOf(path);

    private bool IsSource(FileFact file) =>
        file.IsOwnSource && !file.Has(FileFlags.Test) && !file.Has(FileFlags.Documentation) && !PathKinds.IsForShow(file.Path) && LanguageTable.Find(head.Languages[file.Language])?.Kind == LanguageKind.Code;
}

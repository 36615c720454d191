using Charterhouse.Agents.Architect.Graphs;
using Charterhouse.Agents.Modules.Imports;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Archivist.Intent;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Architect;

/// <summary>Says how a repository is built: its modules, what they depend on, where programs begin. Pure.</summary>
internal static class ArchitectAgent
{
    /// <summary>The step's short name in findings.</summary>
    public const string Name = "architect";
    private const int EvidencePlaces = 4;
    private const int FolderCycleLimit = 6;

    /// <summary>The sections and findings; none for a repository without source.</summary>
    public static AgentResult Describe(RepoContext context, RepositoryFacts facts)
    {
        var source = SourceMap.Of(facts);
        var (tree, map) = (source.Tree, source.Modules);
        if (map.Modules.All(module => module.Files == 0)) return new AgentResult([], []);
        var (imports, graph) = (source.Imports, source.Graph);
        var structure = Structure(tree, graph, imports);
        var connections = ConnectionReader.Read(tree, imports);
        return new AgentResult(
            [
                AgentResult.Section(SectionNames.Structure, structure),
                .. connections is null ? [] : new[] { AgentResult.Section(SectionNames.Connections, connections.Section) },
                AgentResult.Section(SectionNames.EntryPoints, EntryPointReader.Read(tree, map, imports)),
            ],
            [.. CrossedLayers(facts, graph), .. ModuleCycles(tree, graph, structure), .. connections is null ? [] : FileFindings(connections)]);
    }

    private static StructureSection Structure(SourceTree tree, ModuleGraph graph, ImportGraph imports)
    {
        var modules = graph.Map.Modules.Where(module => module.Files > 0).ToArray();
        var fanIn = new int[graph.Map.Modules.Count];
        foreach (var dependency in graph.Dependencies) fanIn[dependency.To]++;
        var listed = modules.OrderByDescending(module => module.Lines).ThenBy(module => module.Id).Take(StructureSection.ModuleLimit).ToArray();
        var ids = listed.Select(module => module.Id).ToHashSet();
        var rows = listed.Select(module => new ModuleRow(
            module.Name, module.Folder, module.System, module.Language, module.Files, module.Lines, fanIn[module.Id], graph.Next[module.Id].Length,
            graph.Next[module.Id].Select(to => graph.Map.Modules[to].Name).Order(StringComparer.Ordinal).ToArray())).ToArray();
        var layers = Layers.Of(graph).Select(layer => (IReadOnlyList<string>)layer.Where(ids.Contains).Select(id => graph.Map.Modules[id].Name).Order(StringComparer.Ordinal).ToArray())
            .Where(layer => layer.Count > 0).ToArray();
        return new StructureSection(Method(modules), modules.Length, rows, layers, CycleReader.OfModules(tree, graph), imports.Internal, imports.External, DiagramDrawer.Draw(graph));
    }

    private static string Method(Module[] modules)
    {
        var systems = modules.Where(module => module.System != "folder").GroupBy(module => module.System, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).ToArray();
        var folders = modules.Any(module => module.System == "folder");
        var what = systems.Length == 0 ? "a folder" : string.Join(", ", systems) + (folders ? " or folder" : "");
        var dependencies = systems.Contains(".NET project", StringComparer.Ordinal) ? systems.Length == 1 && !folders ? "project references" : "imports of source files, in .NET the project references" : folders && systems.Length == 0 ? "imports of source files" : "imports of source files and what project files declare";
        return $"A module is {(systems.Length == 0 ? what : what.StartsWith("npm", StringComparison.Ordinal) ? "an " + what : "a " + what)}; dependencies are {dependencies}; tests, examples, benchmarks and scripts are left out.";
    }

    private static IReadOnlyList<Finding> CrossedLayers(RepositoryFacts facts, ModuleGraph graph)
    {
        var rules = IntentDocuments.Of(facts).Declarations.SelectMany(LayerRuleReader.Read).ToArray();
        if (rules.Length == 0) return [];
        // A document may name a module or its folder.
        var edges = graph.Dependencies.Where(dependency => dependency.File >= 0).SelectMany(dependency =>
        {
            var (from, to, path) = (graph.Map.Modules[dependency.From], graph.Map.Modules[dependency.To], facts.Files[dependency.File].Path);
            return new[] { new ModuleEdge(from.Name, to.Name, path, dependency.Line), new ModuleEdge(from.Folder, to.Folder, path, dependency.Line) };
        });
        return LayerCheck.Find(rules, edges.Where(edge => edge.From.Length > 0 && edge.To.Length > 0).Distinct().ToArray());
    }

    private static IEnumerable<Finding> ModuleCycles(SourceTree tree, ModuleGraph graph, StructureSection structure)
    {
        var bazel = tree.Facts.Files.Select(file => file.Path).Where(path => SourceTree.NameOf(path) is "BUILD" or "BUILD.bazel").Select(SourceTree.FolderOf).ToHashSet(StringComparer.Ordinal);
        foreach (var cycle in CycleReader.OfModules(tree, graph, dependency => !IsOfItsOwn(graph.Map.Modules[dependency.From], graph.Map.Modules[dependency.To])))
        {
            var members = graph.Map.Modules.Where(module => cycle.Members.Contains(module.Name, StringComparer.Ordinal)).ToArray();
            // A CMake project with some of its folders is one project too: what no folder's list takes is left to its top.
            bool IsFolder(Module module) => module.System is "folder" or ProjectFinder.CMakeFolder || module.System == ProjectFinder.CMake && members.Any(other => other.System is "folder" or ProjectFinder.CMakeFolder && SourceTree.IsIn(other.Folder, module.Folder));
            // Folders of a crate may name each other as they like, and in Go it is packages, deeper than these folders, that may not form a circle.
            if (members.All(module => module is { System: "folder", Language: "Rust" or "Go" })) continue;
            // So many folders are one thing by intent; nobody will take them apart for being told.
            var whole = structure.Cycles.FirstOrDefault(other => other.Members.Contains(cycle.Members[0], StringComparer.Ordinal)) ?? cycle;
            if (members.All(IsFolder) && whole.Members.Count > FolderCycleLimit) continue;
            // The modules are Bazel's targets, of which a folder has many, and Bazel itself allows no circle of them.
            if (members.All(module => IsFolder(module) && bazel.Contains(module.Folder))) continue;
            // Projects that need each other cannot be built or released apart; folders of one project are only harder to understand, and what rests on one
            // import, or on a manifest alone, is soon taken apart.
            var severity = !members.Any(IsFolder) && !cycle.Imports.Any(place => IsWeak(tree, graph, place)) ? Severities.Medium : Severities.Low;
            yield return Findings.Make(Name, "structure/module-cycle", severity, "Modules depend on each other in a circle", cycle.Imports[0].Path,
                $"{Names(cycle.Members)} depend on each other: {Places(cycle)}.",
                cycle.Breaks is { } edge ? $"Turn {edge} round or move what it needs to a module that both can use: without it there is no circle." : "Move what they share to a module that all of them can use.",
                cycle.Imports[0].Line, string.Join('\n', cycle.Members));
        }
    }

    // What lies in a folder itself and what lies in its subfolders is one package to its authors: only a circle among the subfolders is news.
    private static bool IsOfItsOwn(Module one, Module other) =>
        other.System is "folder" or ProjectFinder.CMakeFolder && SourceTree.IsIn(other.Folder, one.Folder) || one.System is "folder" or ProjectFinder.CMakeFolder && SourceTree.IsIn(one.Folder, other.Folder);

    /// <summary>Nothing but one import, or what a project file declares and no source uses, makes the one module depend on the other.</summary>
    private static bool IsWeak(SourceTree tree, ModuleGraph graph, ImportPlace place) =>
        graph.Dependencies.Any(dependency => (dependency.Imports == 0 || dependency.Loading == 1) && dependency.Line == place.Line && tree.PathOf(dependency.File) == place.Path);

    private static IEnumerable<Finding> FileFindings(Connections connections)
    {
        foreach (var (cycle, size) in connections.Section.Cycles.Zip(connections.Sizes))
            yield return Findings.Make(Name, "structure/file-cycle", Severities.Low, "Files import each other in a circle across folders", cycle.Imports[0].Path,
                $"{size} files can each be reached from every other by their imports; a shortest way round across folders: {Places(cycle)}.",
                "Move what both sides need to a file that imports neither.", cycle.Imports[0].Line, string.Join('\n', cycle.Members));
        foreach (var file in connections.Section.Large)
            yield return Findings.Make(Name, "structure/god-file", Severities.Low, "A large file that much depends on and that depends on much", file.Path,
                $"{file.Path} has {file.Lines} lines of code, at least {file.FanIn} other source files (tests and examples apart) import it and it imports at least {file.FanOut} of this repository (thresholds: {ConnectionReader.LargeLines}, {ConnectionReader.LargeFanIn}, {ConnectionReader.LargeFanOut}; imports of types only and a Rust module's own children are left out).",
                "Divide it by what its importers use.");
    }

    private static string Names(IReadOnlyList<string> members) =>
        members.Count <= 6 ? string.Join(", ", members.SkipLast(1)) + " and " + members[^1] : string.Join(", ", members.Take(5)) + $" and {members.Count - 5} more";

    private static string Places(DependencyCycle cycle) =>
        string.Join("; ", cycle.Imports.Take(EvidencePlaces).Select(place => $"{place.Path}:{place.Line} → {place.To}{(place.Count > 1 ? $" ({place.Count} imports)" : "")}"))
        + (cycle.Imports.Count > EvidencePlaces ? $"; and {cycle.Imports.Count - EvidencePlaces} more" : "");
}

using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Architect.Graphs;
using Charterhouse.Agents.Modules.Imports;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details.Imports;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Architect;

/// <summary>What <see cref="ConnectionReader"/> found.</summary>
/// <param name="Sizes">By circle of the section, which names only the first members: how many files form it.</param>
internal sealed record Connections(ConnectionsSection Section, IReadOnlyList<int> Sizes);

/// <summary>Files that stand out by what they import and what imports them.</summary>
internal static class ConnectionReader
{
    /// <summary>Lines of code, and files on each side: with all three a file is in everybody's way.</summary>
    public const int LargeLines = 1_500;
    public const int LargeFanIn = 15;
    public const int LargeFanOut = 15;
    private const int LeaderLimit = 10;
    private const int LeaderFanIn = 3;
    private const int OrphanLimit = 20;
    private const int CycleLimit = 10;

    /// <summary>The section; null when no language is there whose imports name files.</summary>
    public static Connections? Read(SourceTree tree, ImportGraph imports)
    {
        var files = Enumerable.Range(0, tree.Roles.Length)
            .Where(i => tree.Roles[i] == SourceRole.Source && tree.FamilyOf(i) is SourceFamily.Script or SourceFamily.Python or SourceFamily.C or SourceFamily.Jvm or SourceFamily.Rust).ToArray();
        if (files.Length == 0) return null;
        var isSource = new bool[tree.Roles.Length];
        foreach (var file in files) isSource[file] = true;
        var links = imports.Links.Where(link => link.To >= 0 && link.Kind != LinkKind.Child && isSource[link.From] && isSource[link.To]).ToLookup(link => link.From);
        var (fanIn, fanOut) = Count(tree, files, links, static _ => true);
        // As in circles: who needs a type only needs nothing of the file at run time. A module and those that it is divided into are one thing.
        var divided = imports.Links.Where(link => link.Kind == LinkKind.Child).Select(link => (link.From, link.To)).ToHashSet();
        var (needed, needs) = Count(tree, files, links, link => link.Kind is LinkKind.Plain or LinkKind.Lazy && !divided.Contains((link.From, link.To)) && !divided.Contains((link.To, link.From)));
        ConnectedFile Connected(int file) => new(tree.PathOf(file), tree.Facts.Files[file].Code, fanIn[file], fanOut[file]);
        var leaders = files.Where(file => fanIn[file] >= LeaderFanIn).OrderByDescending(file => fanIn[file]).ThenBy(tree.PathOf, StringComparer.Ordinal).Take(LeaderLimit).Select(Connected).ToArray();
        var large = files.Where(file => tree.Facts.Files[file].Code >= LargeLines && needed[file] >= LargeFanIn && needs[file] >= LargeFanOut)
            .OrderByDescending(file => (long)needed[file] * needs[file]).ThenBy(tree.PathOf, StringComparer.Ordinal).Take(LeaderLimit)
            .Select(file => Connected(file) with { FanIn = needed[file], FanOut = needs[file] }).ToArray();
        var orphans = OrphanReader.Read(tree, imports);
        // In Java and Rust files of one package or crate name each other as they like: only where loading has an order a circle is one.
        var ordered = files.Where(file => tree.FamilyOf(file) is SourceFamily.Script or SourceFamily.Python or SourceFamily.C).ToArray();
        var cycles = CycleReader.OfFiles(tree, ordered, links).OrderBy(cycle => cycle.Members.Length).Take(CycleLimit).ToArray();
        var languages = string.Join(", ", files.Select(file => tree.LanguageOf(file)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return new Connections(new ConnectionsSection(
            $"Imports between source files ({languages}), tests left out. Large: at least {LargeLines} lines of code, imported by {LargeFanIn} files and importing {LargeFanOut}, imports of types only and between a Rust module and its own children left out.",
            leaders, large, orphans.Take(OrphanLimit).ToArray(), orphans.Count, cycles.Select(cycle => cycle.Cycle).ToArray()), cycles.Select(cycle => cycle.Members.Length).ToArray());
    }

    private static (int[] FanIn, int[] FanOut) Count(SourceTree tree, int[] files, ILookup<int, Link> links, Func<Link, bool> counts)
    {
        var (fanIn, fanOut) = (new int[tree.Roles.Length], new int[tree.Roles.Length]);
        foreach (var file in files)
            foreach (var to in links[file].Where(counts).Select(link => link.To).Distinct())
            {
                fanOut[file]++;
                fanIn[to]++;
            }
        return (fanIn, fanOut);
    }
}

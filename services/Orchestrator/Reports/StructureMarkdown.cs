using System.Text;
using Charterhouse.Contracts.Charters;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>The charter's part on modules, dependencies and entry points.</summary>
internal static class StructureMarkdown
{
    private const int ModuleRows = 8;
    private const int EntryRows = 8;
    private const int FileRows = 5;

    public static void Append(StringBuilder text, StructureSection? structure, ConnectionsSection? connections, EntryPointsSection? entries)
    {
        if (structure is null) return;
        text.Append("## Structure\n\n").Append(Summary(structure)).Append(". ").Append(Prose(structure.Method)).Append("\n\n");
        if (structure.Diagram is { } diagram) ModuleDiagramText.Append(text, diagram);
        if (structure.ModuleCount > 1) Modules(text, structure);
        Entries(text, entries);
        if (connections is { Leaders.Count: > 0 })
            text.Append("Most imported: ").AppendJoin(", ", connections.Leaders.Take(FileRows).Select(file => $"{Code(file.Path)} (by {Count(file.FanIn, "file")})")).Append(".\n\n");
        if (connections is { OrphanCount: > 0 })
            text.Append("Nothing imports, and nothing of the repository is imported by: ").AppendJoin(", ", connections.Orphans.Take(FileRows).Select(Code))
                .Append(connections.OrphanCount > FileRows ? $" and {Number(connections.OrphanCount - FileRows)} more" : "").Append(".\n\n");
    }

    /// <summary>One sentence without its full stop.</summary>
    public static string Summary(StructureSection structure)
    {
        var cycles = structure.Cycles.Count == 0 ? "no cycle" : Count(structure.Cycles.Count, "cycle");
        return structure.ModuleCount == 1 ? "One module" : $"{Count(structure.ModuleCount, "module")} in {Count(structure.Layers.Count, "layer")}, {cycles} between them";
    }

    private static void Modules(StringBuilder text, StructureSection structure)
    {
        text.Append("| Module | Kind | Language | Lines | Used by | Uses |\n|---|---|---|--:|--:|---|\n");
        foreach (var module in structure.Modules.Take(ModuleRows))
            text.Append("| ").Append(Code(module.Name)).Append(" | ").Append(Prose(module.System)).Append(" | ").Append(Prose(module.Language ?? "")).Append(" | ").Append(Number(module.Lines)).Append(" | ")
                .Append(Number(module.FanIn)).Append(" | ").AppendJoin(", ", module.DependsOn.Take(5).Select(Code)).Append(module.DependsOn.Count > 5 ? $" and {module.DependsOn.Count - 5} more" : "").Append(" |\n");
        if (structure.ModuleCount > ModuleRows) text.Append('\n').Append(Number(structure.ModuleCount - ModuleRows)).Append(" smaller ones are in charter.json.\n");
        text.Append('\n');
    }

    private static void Entries(StringBuilder text, EntryPointsSection? entries)
    {
        if (entries is null || entries.Count == 0) return;
        text.Append("Entry points:\n\n");
        foreach (var entry in entries.Points.Take(EntryRows))
            text.Append("- ").Append(Prose(entry.Kind)).Append(' ').Append(Code(entry.Name)).Append(entry.Detail is { } detail ? $", {Code(detail)}" : "").Append(" (").Append(Code($"{entry.Path}:{entry.Line}")).Append(")\n");
        if (entries.Count > EntryRows) text.Append("- and ").Append(Number(entries.Count - EntryRows)).Append(" more in charter.json\n");
        text.Append('\n');
    }
}

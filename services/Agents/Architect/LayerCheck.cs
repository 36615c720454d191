using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Architect;

/// <summary>That one module imports another, with an import that shows it.</summary>
/// <param name="From">The importing module's name or folder.</param>
/// <param name="Path">The importing file.</param>
internal readonly record struct ModuleEdge(string From, string To, string Path, int? Line);

/// <summary>Compares declared layers with imports. Pure.</summary>
internal static class LayerCheck
{
    /// <summary>
    /// A finding for every forbidden import, and for every import against the direction that a document declares, unless the documents declare
    /// both directions.
    /// </summary>
    public static IReadOnlyList<Finding> Find(IReadOnlyList<IntentRecord> rules, IReadOnlyList<ModuleEdge> edges)
    {
        var findings = new Dictionary<string, Finding>(StringComparer.Ordinal);
        var declared = rules.Where(rule => rule.Layers is not null).ToArray();
        foreach (var rule in declared)
        {
            var (from, to, relation) = rule.Layers!;
            var forbidden = relation == LayerRule.MustNotDependOn;
            if (!forbidden) (from, to) = (to, from);
            if (!forbidden && declared.Any(other => other.Layers!.Relation == LayerRule.DependsOn && Same(other.Layers.From, from) && Same(other.Layers.To, to))) continue;
            foreach (var edge in edges.Where(edge => Names(from, edge.From) && Names(to, edge.To) && !Same(edge.From, edge.To)))
            {
                var said = forbidden ? "says that it must not" : $"declares {to} → {from} only";
                var finding = Findings.Make(ArchitectAgent.Name, "intent/layer-crossed", Severities.Medium, "A declared layer is crossed", edge.Path,
                    $"{edge.From} imports {edge.To} here, but {rule.Path}:{rule.Line} {said}: “{rule.Text}”.", "Remove the import, or change the declaration if it no longer holds.", edge.Line, $"{from}>{to}");
                findings.TryAdd(finding.Id, finding);
            }
        }
        return [.. findings.Values];
    }

    /// <summary>A document names a module by its name, its folder, or the last part of either.</summary>
    private static bool Names(string declared, string module) =>
        Same(declared, module) || module.Length > declared.Length && module.EndsWith(declared.TrimEnd('/'), StringComparison.OrdinalIgnoreCase) && module[^(declared.TrimEnd('/').Length + 1)] is '/' or '.' or '\\';

    private static bool Same(string one, string other) => string.Equals(one.Trim('/'), other.Trim('/'), StringComparison.OrdinalIgnoreCase);
}

using System.Runtime.CompilerServices;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules.Imports;

namespace Charterhouse.Agents.Modules;

/// <summary>
/// The source as every agent sees it: its modules, the imports of its files and what modules depend on. Made once for the facts, however many agents
/// ask at the same time, and gone with them.
/// </summary>
internal sealed class SourceMap
{
    private static readonly ConditionalWeakTable<RepositoryFacts, SourceMap> Known = [];

    private readonly Lazy<(SourceTree Tree, ModuleMap Modules)> _source;
    private readonly Lazy<ImportGraph> _imports;
    private readonly Lazy<ModuleGraph> _graph;

    private SourceMap(RepositoryFacts facts)
    {
        _source = new(() =>
        {
            var tree = new SourceTree(facts);
            return (tree, ModuleMap.Create(tree));
        });
        _imports = new(() => ImportGraph.Create(Tree, Modules));
        _graph = new(() => new ModuleGraph(Tree, Modules, Imports));
    }

    public SourceTree Tree => _source.Value.Tree;

    public ModuleMap Modules => _source.Value.Modules;

    public ImportGraph Imports => _imports.Value;

    public ModuleGraph Graph => _graph.Value;

    /// <summary>The map of these facts.</summary>
    public static SourceMap Of(RepositoryFacts facts) => Known.GetValue(facts, one => new SourceMap(one));
}

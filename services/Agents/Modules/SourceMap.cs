using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules.Imports;

namespace Charterhouse.Agents.Modules;

/// <summary>The source as every agent sees it: its modules, the imports of its files and what modules depend on. Made once for the facts.</summary>
internal sealed class SourceMap
{
    private static readonly PerFacts<SourceMap> Known = new(facts => new SourceMap(facts));

    private readonly Lazy<ImportGraph> _imports;
    private readonly Lazy<ModuleGraph> _graph;

    private SourceMap(RepositoryFacts facts)
    {
        Tree = new SourceTree(facts);
        Modules = ModuleMap.Create(Tree);
        _imports = new(() => ImportGraph.Create(Tree, Modules));
        _graph = new(() => new ModuleGraph(Tree, Modules, Imports));
    }

    /// <inheritdoc cref="ModuleMap.IsBeside"/>
    public bool IsBeside(string path) => Modules.IsBeside(path);

    public SourceTree Tree { get; }

    public ModuleMap Modules { get; }

    public ImportGraph Imports => _imports.Value;

    public ModuleGraph Graph => _graph.Value;

    /// <summary>The map of these facts.</summary>
    public static SourceMap Of(RepositoryFacts facts) => Known.Of(facts);
}

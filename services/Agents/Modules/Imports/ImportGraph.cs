using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>Where an import leads.</summary>
/// <param name="file">The importing file.</param>
/// <param name="add">Takes every target; called with none for what is not of this repository.</param>
internal delegate void ImportResolver(int file, DetailRow row, Action<Target> add);

/// <summary>All imports that lead to source of this repository, in the order of the files.</summary>
/// <param name="Internal">How many imports of source files do.</param>
/// <param name="External">How many lead elsewhere, or nobody knows where.</param>
internal sealed record ImportGraph(IReadOnlyList<Link> Links, int Internal, int External)
{
    /// <summary>More than anybody's source has; the rest of a hostile tree is left out.</summary>
    private const int Limit = 2_000_000;

    /// <summary>Follows the imports.</summary>
    public static ImportGraph Create(SourceTree tree, ModuleMap map)
    {
        var links = new List<Link>();
        var resolvers = new Dictionary<SourceFamily, ImportResolver>();
        var types = new TypeExports(tree);
        int inside = 0, outside = 0;
        for (var i = 0; i < tree.Roles.Length && links.Count < Limit; i++)
        {
            if (tree.FamilyOf(i) is not { } family) continue;
            foreach (var row in tree.Rows(i, ImportRows.Import))
            {
                if (!resolvers.TryGetValue(family, out var resolve)) resolvers[family] = resolve = Resolver(family, tree, map);
                var found = false;
                var kind = row[1] switch { ImportRows.TypeOnly => LinkKind.TypeOnly, ImportRows.Lazy => LinkKind.Lazy, ImportRows.Child => LinkKind.Child, _ => LinkKind.Plain };
                resolve(i, row, target =>
                {
                    if (target.IsNone || target.File == i) return;
                    found = true;
                    links.Add(new Link(i, target.File, target.Module, row.Line, target.IsUndeclared ? LinkKind.Undeclared : kind == LinkKind.Plain && family == SourceFamily.Script && target.File >= 0 && types.AreAll(target.File, row[2]) ? LinkKind.TypeOnly : kind));
                });
                if (tree.Roles[i] != SourceRole.Source || kind == LinkKind.Child) continue;
                if (found) inside++;
                else outside++;
            }
        }
        return new ImportGraph(links, inside, outside);
    }

    private static ImportResolver Resolver(SourceFamily family, SourceTree tree, ModuleMap map) => family switch
    {
        SourceFamily.CSharp => new CSharpResolver(tree, map).Resolve,
        SourceFamily.Script => new ScriptResolver(tree, map).Resolve,
        SourceFamily.Python => new PythonResolver(tree, map).Resolve,
        SourceFamily.Go => new GoResolver(tree, map).Resolve,
        SourceFamily.Jvm => new JvmResolver(tree, map).Resolve,
        SourceFamily.Rust => new RustResolver(tree, map).Resolve,
        _ => new CResolver(tree, map).Resolve,
    };
}

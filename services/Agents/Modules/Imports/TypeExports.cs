using Charterhouse.Agents.Scan.Details.Imports;

namespace Charterhouse.Agents.Modules.Imports;

/// <summary>Which names of a TypeScript file are types alone: TypeScript takes an import of nothing else away.</summary>
internal sealed class TypeExports(SourceTree tree)
{
    private readonly Dictionary<int, (bool Only, HashSet<string> Names)> _files = [];

    /// <summary>True when nothing but types is imported: the file exports nothing else, or the names are all known to be types.</summary>
    /// <param name="names">With commas; empty when others may be imported too.</param>
    public bool AreAll(int file, string names)
    {
        if (!_files.TryGetValue(file, out var exports)) _files[file] = exports = Read(file);
        return exports.Only || names.Length > 0 && exports.Names.Count > 0 && Array.TrueForAll(names.Split(','), exports.Names.Contains);
    }

    private (bool, HashSet<string>) Read(int file) =>
        // A component of Vue is more than what its script exports.
        Path.GetExtension(tree.PathOf(file)) is ".ts" or ".tsx" or ".mts" or ".cts" && tree.FamilyOf(file) == SourceFamily.Script
            ? (tree.Rows(file, ImportRows.Types).Any(), tree.Rows(file, ImportRows.TypeName).Select(row => row[0]).ToHashSet(StringComparer.Ordinal)) : (false, []);
}

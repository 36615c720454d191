using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>package.json, and the catalogs of pnpm-workspace.yaml.</summary>
internal static class NpmManifest
{
    public static void Read(string text, DetailWriter writer)
    {
        var (name, traits) = ("", new SortedSet<string>(StringComparer.Ordinal));
        var entry = false;
        JsonScalars.Read(text, (path, value, line) =>
        {
            switch (path[0])
            {
                case "name" when path.Length == 1: name = value; break;
                case "private" when path.Length == 1 && value == "true": traits.Add(Trait.Private); break;
                case "bin": traits.Add(Trait.Program); break;
                case "main" or "module" or "exports" or "types": entry = true; break;
                case "workspaces": traits.Add(Trait.Workspace); break;
                case "dependencies" or "devDependencies" or "peerDependencies" or "optionalDependencies" when path.Length == 2:
                    var (source, requirement) = SourceOf(value);
                    writer.Add(PackageRows.Requires, line, path[1], requirement, ScopeOf(path[0]), source);
                    break;
            }
        });
        if (entry && !traits.Contains(Trait.Private)) traits.Add(Trait.Library);
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.Npm, name, string.Join(' ', traits));
    }

    /// <summary>pnpm-workspace.yaml: <c>catalog</c> and <c>catalogs</c>.</summary>
    public static void ReadCatalogs(string text, DetailWriter writer) => YamlScalars.Read(text, (path, value, line) =>
    {
        if (path is ["catalog", var name]) writer.Add(PackageRows.Central, line, name, name, value);
        else if (path is ["catalogs", var catalog, var member]) writer.Add(PackageRows.Central, line, $"{member}@{catalog}", member, value);
    });

    private static string ScopeOf(string member) => member switch
    {
        "dependencies" => Scope.Runtime,
        "devDependencies" => Scope.Dev,
        "peerDependencies" => Scope.Peer,
        _ => Scope.Optional,
    };

    private static (string Source, string Requirement) SourceOf(string value)
    {
        if (value.StartsWith("npm:", StringComparison.Ordinal)) return (Source.Alias, value);
        if (value.StartsWith("workspace:", StringComparison.Ordinal) || value.StartsWith("link:", StringComparison.Ordinal) || value.StartsWith("file:", StringComparison.Ordinal)
            || value.StartsWith("portal:", StringComparison.Ordinal) || value.StartsWith("patch:", StringComparison.Ordinal)) return (Source.Local, value);
        if (value.StartsWith("catalog:", StringComparison.Ordinal)) return (Source.Central, value);
        if (value.StartsWith("git", StringComparison.Ordinal) && value.Contains(':', StringComparison.Ordinal) || value.Contains(".git", StringComparison.Ordinal) || IsShorthand(value))
            return (value.Contains('#', StringComparison.Ordinal) ? Source.GitFixed : Source.GitBranch, value);
        return value.Contains("://", StringComparison.Ordinal) || value.Contains(':', StringComparison.Ordinal) ? (Source.Url, value) : (Source.Registry, value);
    }

    /// <summary><c>owner/name</c> on GitHub.</summary>
    private static bool IsShorthand(string value) =>
        value.Count(c => c == '/') == 1 && !value.StartsWith('.') && !value.StartsWith('/') && !value.StartsWith('@') && !value.Contains(' ', StringComparison.Ordinal);
}

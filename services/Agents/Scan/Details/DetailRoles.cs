using System.Collections.Frozen;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Agents.Scan.Details.Secrets;

namespace Charterhouse.Agents.Scan.Details;

/// <summary>What is looked for in a file, as far as its path decides it.</summary>
internal static class DetailRoles
{
    /// <summary>Source that people write here: everything that its language's readers know.</summary>
    public const string Code = "code";
    /// <summary>Any other text that people keep here.</summary>
    public const string Text = "text";
    /// <summary>Followed by the lower-case name: a file whose format its name tells, such as <c>file:package-lock.json</c>.</summary>
    public const string File = "file:";

    private static readonly FrozenSet<string> KnownNames = PackageReader.Names.Concat(EnvironmentValues.Names).Concat(Projects.ProjectReader.Names).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The role; null for what others wrote (vendored) and for what a tool wrote, lock files apart.</summary>
    public static string? Of(string path, string? language, FileFlags flags)
    {
        if ((flags & FileFlags.Vendored) != FileFlags.None) return null;
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        if (KnownNames.Contains(name)) return File + name;
        if (PackageReader.NameOf(path, name) is { } formed) return File + formed;
        if ((flags & FileFlags.Generated) != FileFlags.None) return null;
        return language is null or BlobInspector.AskContent ? Text : Code;
    }
}

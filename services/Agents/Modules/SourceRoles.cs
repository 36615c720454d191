using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;

namespace Charterhouse.Agents.Modules;

/// <summary>What a source file is for.</summary>
internal enum SourceRole { None, Source, Test, Side }

/// <summary>The architect's question to the classification of paths: which files are a module's source.</summary>
internal static partial class SourceRoles
{
    public static SourceRole Of(FileFact file)
    {
        if (file.Has(FileFlags.Test)) return SourceRole.Test;
        if (file.Has(FileFlags.Documentation)) return SourceRole.Side;
        return IsSide(PathKinds.Of(file.Path)) || Resources().IsMatch(file.Path) ? SourceRole.Side : SourceRole.Source;
    }

    // What the facts say of tests has been asked already: .gitattributes may have overruled the path.
    private static bool IsSide(PathKind kinds) => (kinds & ~(PathKind.Test | PathKind.TestData)) != PathKind.Product;

    /// <summary>What a JVM project packs as it is: scripts, schemas. A part of the product, but nobody imports it.</summary>
    [GeneratedRegex(@"(^|/)src/[^/]+/resources/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Resources();
}

namespace Charterhouse.Contracts.Charters;

/// <summary>What the repository is.</summary>
/// <param name="Kinds">What manifests prove it to be; empty when none does.</param>
/// <param name="Manifests">The manifests found, the outermost first, at most <see cref="ManifestLimit"/>.</param>
/// <param name="ManifestCount">How many there are.</param>
/// <param name="Files">Regular files in the tree.</param>
/// <param name="Bytes">Their sizes together.</param>
public sealed record IdentitySection(
    string Name, string? Url, string? DefaultBranch, string HeadSha, DateTimeOffset? HeadDate,
    IReadOnlyList<RepositoryKind> Kinds, IReadOnlyList<Manifest> Manifests, int ManifestCount, int Files, long Bytes)
{
    /// <summary>How many manifests are listed.</summary>
    public const int ManifestLimit = 20;
}

/// <summary>Something that the repository makes.</summary>
/// <param name="Kind">For people: <c>library</c>, <c>command-line tool</c>, <c>web service</c> …</param>
/// <param name="Evidence">What the manifest says, such as <c>"bin" in package.json</c>.</param>
/// <param name="Path">The manifest.</param>
public sealed record RepositoryKind(string Kind, string Evidence, string Path);

/// <summary>A file that describes a package or drives a build.</summary>
/// <param name="System">For people: <c>npm</c>, <c>.NET project</c>, <c>Cargo</c> …</param>
/// <param name="Package">The package's name as declared, or null.</param>
public sealed record Manifest(string Path, string System, string? Package);

/// <summary>What the repository is for, in its own words.</summary>
/// <param name="Text">A quotation; null when nothing states a purpose.</param>
/// <param name="Line">1-based; null for a manifest.</param>
public sealed record PurposeSection(string? Text, string? Path, int? Line);

/// <summary>The licence.</summary>
/// <param name="Expression">The SPDX id or expression that holds for the repository; null when unknown or absent.</param>
/// <param name="Files">The licence files.</param>
/// <param name="Declared">What manifests declare.</param>
public sealed record LicenceSection(string? Expression, IReadOnlyList<LicenceFile> Files, IReadOnlyList<LicenceDeclaration> Declared);

/// <summary>A licence file.</summary>
/// <param name="Licence">The SPDX id that its text was recognised as, or null.</param>
public sealed record LicenceFile(string Path, string? Licence);

/// <summary>A manifest's licence field.</summary>
public sealed record LicenceDeclaration(string Path, string Licence);

/// <summary>Which documents exist, and where.</summary>
/// <param name="Documents">The well-known ones, in a fixed order; those that do not exist have no path.</param>
/// <param name="Folders">Folders of documentation.</param>
/// <param name="DecisionRecords">The folder of architecture decision records, or null.</param>
public sealed record DocumentationSection(
    IReadOnlyList<Document> Documents, IReadOnlyList<DocumentFolder> Folders, DocumentFolder? DecisionRecords);

/// <summary>A well-known document.</summary>
/// <param name="Name"><c>README</c>, <c>CONTRIBUTING</c>, <c>CHANGELOG</c>, <c>SECURITY</c>, <c>CODE_OF_CONDUCT</c>.</param>
public sealed record Document(string Name, string? Path);

/// <summary>A folder with its number of documents.</summary>
public sealed record DocumentFolder(string Path, int Files);

/// <summary>A language's share of the repository; generated and vendored files are left out.</summary>
/// <param name="Code">Lines with code on them, whatever else is there.</param>
/// <param name="Comment">Lines with nothing but comment.</param>
/// <param name="Blank">Lines of white space.</param>
public sealed record LanguageRow(string Name, int Files, long Code, long Comment, long Blank);

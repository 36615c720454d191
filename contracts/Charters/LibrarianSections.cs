namespace Charterhouse.Contracts.Charters;

/// <summary>What the repository depends on. Manifests of tests, samples, documentation and templates are only counted.</summary>
/// <param name="Ecosystems">By name of the ecosystem.</param>
/// <param name="Direct">The direct run-time dependencies, those that most manifests require first, at most <see cref="DirectLimit"/>.</param>
/// <param name="DirectCount">How many there are.</param>
/// <param name="Images">Base images of Dockerfiles and images of compose files, at most <see cref="ListLimit"/>.</param>
/// <param name="Actions">GitHub Actions that workflows and actions use, at most <see cref="ListLimit"/>.</param>
public sealed record DependenciesSection(
    IReadOnlyList<EcosystemDependencies> Ecosystems, IReadOnlyList<DirectDependency> Direct, int DirectCount,
    IReadOnlyList<ImageUse> Images, IReadOnlyList<ActionUse> Actions)
{
    /// <summary>How many direct dependencies are listed.</summary>
    public const int DirectLimit = 100;
    /// <summary>How many images and actions are listed.</summary>
    public const int ListLimit = 100;
}

/// <summary>An ecosystem's figures. Packages of the repository itself are left out.</summary>
/// <param name="Name"><c>NuGet</c>, <c>npm</c>, <c>PyPI</c>, <c>Go</c>, <c>Cargo</c>, <c>Maven</c>, <c>Gradle</c>, <c>RubyGems</c>, <c>Composer</c>.</param>
/// <param name="Manifests">How many.</param>
/// <param name="SideManifests">Those beside them that belong to tests, samples, documentation, templates; not counted in anything else.</param>
/// <param name="Runtime">Different packages that manifests require at run time, or optionally.</param>
/// <param name="Development">Different packages that manifests require for development, the build or tests only.</param>
/// <param name="Locked">Different package versions in the lock files; null without one.</param>
/// <param name="LockFiles">Their paths, at most 20.</param>
/// <param name="LockFileCount">How many there are.</param>
/// <param name="SeveralVersions">How many packages are locked in several versions.</param>
/// <param name="TopSeveralVersions">Those with most versions, at most 10.</param>
public sealed record EcosystemDependencies(
    string Name, int Manifests, int SideManifests, int Runtime, int Development, int? Locked, IReadOnlyList<string> LockFiles, int LockFileCount,
    int SeveralVersions, IReadOnlyList<PackageVersions> TopSeveralVersions);

/// <summary>A package with the versions that it is locked in.</summary>
public sealed record PackageVersions(string Name, IReadOnlyList<string> Versions);

/// <summary>A package that is required directly.</summary>
/// <param name="Requirement">As the manifest says, or the central version; null when neither does.</param>
/// <param name="Locked">The version in the lock file; null when there is none or it cannot be told which.</param>
/// <param name="Manifests">How many manifests require it.</param>
/// <param name="Path">The first of them.</param>
/// <param name="Line">Of the requirement there; 1-based.</param>
/// <param name="Floating">What lets the next build take any newer version, such as <c>no version</c>; null when the requirement bounds it, a lock file holds it, or it cannot be told.</param>
public sealed record DirectDependency(string Ecosystem, string Name, string? Requirement, string? Locked, int Manifests, string Path, int Line, string? Floating = null);

/// <summary>A container image that is built upon or run.</summary>
/// <param name="Image">With its tag or digest, as written after the file's own defaults are filled in.</param>
/// <param name="Kind"><c>base</c> (FROM) or <c>service</c> (compose).</param>
public sealed record ImageUse(string Image, string Kind, string Path, int Line);

/// <summary>An action with what it is pinned to.</summary>
/// <param name="Action"><c>owner/name</c> or <c>owner/name/path</c>.</param>
/// <param name="Reference">A tag, branch or commit; empty for none.</param>
/// <param name="Uses">How many steps use it so.</param>
/// <param name="Path">The first file that does.</param>
public sealed record ActionUse(string Action, string Reference, int Uses, string Path, int Line);

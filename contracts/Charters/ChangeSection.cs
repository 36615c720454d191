using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Contracts.Charters;

/// <summary>What a range of commits touches, in the charter's terms.</summary>
/// <param name="BaseRef">What the run named as its base.</param>
/// <param name="Base">The commit that it was measured from: the merge base.</param>
/// <param name="Commits">In base..head.</param>
/// <param name="Files">Changed files: how many of each kind, and lines.</param>
/// <param name="Modules">Most lines first.</param>
/// <param name="Hotspots">Hotspots of the whole repository that the change touches, hottest first.</param>
/// <param name="Owners">Who owns what it touches, by CODEOWNERS at the head; empty without the file.</param>
/// <param name="Dependencies">Direct dependencies that were added, removed or required differently.</param>
/// <param name="Tests">Whether tests changed beside the code.</param>
/// <param name="Introduced">Ids of the findings that the head has and the base had not.</param>
/// <param name="Settled">Findings that the base had and the head has not.</param>
/// <param name="Known">How many findings both have.</param>
public sealed record ChangeSection(
    string BaseRef, string Base, string Head, int Commits, ChangedFiles Files, IReadOnlyList<ChangedModule> Modules, IReadOnlyList<ChangedHotspot> Hotspots,
    IReadOnlyList<ChangeOwner> Owners, IReadOnlyList<DependencyChange> Dependencies, ChangedTests Tests, IReadOnlyList<string> Introduced, IReadOnlyList<Finding> Settled, int Known)
{
    /// <summary>How many rows each of its lists has at most.</summary>
    public const int RowLimit = 100;
}

/// <summary>Changed files by kind.</summary>
/// <param name="Additions">Lines added; binary files count none.</param>
public sealed record ChangedFiles(int Added, int Modified, int Deleted, int Renamed, int Additions, int Deletions);

/// <summary>A module that a change touches.</summary>
/// <param name="DependedOnBy">How many other modules depend on it, at the head.</param>
public sealed record ChangedModule(string Name, string Path, int Files, int Additions, int Deletions, int DependedOnBy);

/// <summary>A hotspot that a change touches.</summary>
/// <param name="Changes">In the 12 months before head, as in the charter.</param>
public sealed record ChangedHotspot(string Path, int Changes, int Lines, int Additions, int Deletions);

/// <summary>An owner by CODEOWNERS.</summary>
/// <param name="Owner">As written, such as <c>@org/team</c>; null for files that nobody owns.</param>
public sealed record ChangeOwner(string? Owner, int Files);

/// <summary>A direct dependency that changed.</summary>
/// <param name="Before">The requirement at the base; null when it is new.</param>
/// <param name="After">The requirement at the head; null when it is gone.</param>
public sealed record DependencyChange(string Ecosystem, string Name, string Manifest, string? Before, string? After);

/// <summary>Tests beside code.</summary>
/// <param name="SourceFiles">Own source files, tests apart, that were added or modified.</param>
/// <param name="TestFiles">Test files that were added, modified or deleted.</param>
/// <param name="ModulesWithoutTests">Modules whose source changed while no test file changed that belongs to them; empty when any test changed that cannot be told apart.</param>
public sealed record ChangedTests(int SourceFiles, int TestFiles, IReadOnlyList<string> ModulesWithoutTests);

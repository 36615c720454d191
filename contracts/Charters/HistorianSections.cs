using System.Text.Json.Serialization;

namespace Charterhouse.Contracts.Charters;

/// <summary>When the repository was worked on. All windows end at the head commit's date.</summary>
/// <param name="Commits">Commits reachable from head, merges included, as far as the history is known.</param>
/// <param name="Merges">Those of them with more than one parent.</param>
/// <param name="Complete">False when the history is shallow or was cut: then <see cref="First"/> is only the first known.</param>
/// <param name="Last90Days">Commits without merges.</param>
/// <param name="Last12Months">Commits without merges.</param>
/// <param name="ActiveDays">Days (UTC) with a commit in the last 12 months.</param>
/// <param name="Months">Commits without merges by calendar month (UTC), the head's month last, 12 of them.</param>
/// <param name="Tags">Tags that point to a commit of this history.</param>
/// <param name="LatestTag">The youngest of them.</param>
public sealed record ActivitySection(
    CommitPoint First, CommitPoint Last, int Commits, int Merges, bool Complete,
    [property: JsonPropertyName("last_90_days")] int Last90Days, [property: JsonPropertyName("last_12_months")] int Last12Months, int ActiveDays,
    IReadOnlyList<MonthCount> Months, int Tags, TagPoint? LatestTag);

/// <summary>A commit in time.</summary>
/// <param name="Date">Committer date, UTC.</param>
public sealed record CommitPoint(string Sha, DateTimeOffset Date);

/// <summary>Commits in a calendar month.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
public sealed record MonthCount(string Month, int Commits);

/// <summary>A tag.</summary>
/// <param name="Date">Of the tag when annotated, else of its commit, UTC.</param>
public sealed record TagPoint(string Name, DateTimeOffset Date);

/// <summary>Who made the commits (merges left out), in all known history.</summary>
/// <param name="People">How many authors that are no bots.</param>
/// <param name="Bots">How many authors that are bots by name.</param>
/// <param name="Commits">All commits without merges: what the shares refer to.</param>
/// <param name="Top">The ten with most commits.</param>
public sealed record ContributorsSection(int People, int Bots, int Commits, IReadOnlyList<Contributor> Top);

/// <summary>An author, merged by e-mail address and .mailmap. The address itself is never shown.</summary>
/// <param name="Share">Of all commits without merges, 0 to 1, three digits.</param>
/// <param name="LastActive">Day of the last commit (UTC), <c>yyyy-MM-dd</c>.</param>
public sealed record Contributor(string Name, int Commits, double Share, [property: JsonPropertyName("last_12_months")] int Last12Months, string LastActive, bool Bot);

/// <summary>Source files that change often and are long: where the next defect is likely.</summary>
/// <param name="Method">How they were chosen.</param>
public sealed record HotspotsSection(string Method, IReadOnlyList<Hotspot> Files);

/// <summary>A source file.</summary>
/// <param name="Changes">Commits by people, merges left out, that changed it in the last 12 months.</param>
/// <param name="Lines">Code and comment lines.</param>
/// <param name="MainAuthor">Who made most of those changes.</param>
public sealed record Hotspot(string Path, string Language, int Changes, int Lines, string MainAuthor, int MainAuthorChanges);

/// <summary>On how few people the work of the last 12 months rests.</summary>
/// <param name="Factor">The smallest number of people who made more than half of the commits; null when there were none.</param>
/// <param name="Method">How it was counted.</param>
/// <param name="Commits">Commits by people in the window, merges and bots left out.</param>
public sealed record BusFactorSection(int? Factor, string Method, IReadOnlyList<string> People, int Commits);

/// <summary>Files of different modules that change together: what depends on each other though neither module imports the other or declares that it needs it.</summary>
/// <param name="Method">How they were chosen.</param>
/// <param name="Pairs">The strongest first.</param>
public sealed record CoChangeSection(string Method, IReadOnlyList<CoChange> Pairs);

/// <summary>Two files; <paramref name="Second"/> is the one that changed less often.</summary>
/// <param name="Together">Commits that changed both.</param>
/// <param name="FirstChanges">Commits that changed the first.</param>
/// <param name="SecondChanges">Commits that changed the second: of these, <paramref name="Together"/> also changed the first.</param>
public sealed record CoChange(string First, string FirstModule, string Second, string SecondModule, int Together, int FirstChanges, int SecondChanges);

/// <summary>Who answers for what, as CODEOWNERS declares it. Handles are not names: nothing is said of who really does the work.</summary>
/// <param name="Path">The CODEOWNERS that is in effect.</param>
/// <param name="Rules">Its patterns.</param>
/// <param name="SourceLines">Code and comment lines of source.</param>
/// <param name="OwnedLines">Those of them that have an owner.</param>
/// <param name="Owners">Most lines first, at most ten.</param>
/// <param name="Unowned">Modules without any owned source, the largest first, at most ten.</param>
public sealed record OwnershipSection(string Path, int Rules, long SourceLines, long OwnedLines, IReadOnlyList<OwnerShare> Owners, IReadOnlyList<string> Unowned);

/// <summary>A handle of CODEOWNERS.</summary>
/// <param name="Lines">Lines of source that it owns, with others or alone.</param>
public sealed record OwnerShare(string Owner, long Lines);

/// <summary>Folders whose source nobody has touched for long, while the repository went on.</summary>
/// <param name="Method">How they were chosen.</param>
/// <param name="Areas">The largest first; a folder within another is not listed beside it.</param>
public sealed record StaleAreasSection(string Method, IReadOnlyList<StaleArea> Areas)
{
    /// <summary>How many areas are listed, the largest first.</summary>
    public const int Limit = 10;
}

/// <summary>A folder.</summary>
/// <param name="LastChange">Day (UTC) of the last commit that changed source in it, <c>yyyy-MM-dd</c>.</param>
public sealed record StaleArea(string Path, int Files, long Lines, string LastChange);

/// <summary>Releases, as far as tags with version numbers tell.</summary>
/// <param name="Last12Months">Such tags in the 12 months before the head commit.</param>
/// <param name="AtLeast">More of them exist than are known.</param>
/// <param name="Latest">The youngest.</param>
/// <param name="MedianDays">Between one and the next in those 12 months, days; null below four.</param>
/// <param name="CommitsAfter">Commits without merges on later days than the latest tag's; null when that is longer ago than is known.</param>
public sealed record ReleasesSection([property: JsonPropertyName("last_12_months")] int Last12Months, bool AtLeast, TagPoint Latest, int? MedianDays, int? CommitsAfter);

/// <summary>Who works on which module.</summary>
/// <param name="Method">How it was counted.</param>
/// <param name="Modules">Most commits first.</param>
public sealed record ModulePeopleSection(string Method, IReadOnlyList<ModulePeople> Modules);

/// <summary>A module.</summary>
/// <param name="Commits">Commits by people that changed its source in the last 12 months.</param>
/// <param name="People">How many people made them.</param>
/// <param name="BusFactor">The smallest number of people who together made more than half of them.</param>
/// <param name="Main">These people.</param>
public sealed record ModulePeople(string Path, int Commits, int People, int BusFactor, IReadOnlyList<string> Main);

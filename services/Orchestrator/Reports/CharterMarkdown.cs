using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>
/// charter.md: one to three pages, every claim with its evidence, the most important first: what it is, what matters now, then what it is
/// made of, and last people and history.
/// </summary>
public static partial class CharterMarkdown
{
    private const int LanguageRows = 8;
    private const int ManifestRows = 8;
    private const int PeopleRows = 6;
    private const int HotspotRows = 6;
    private const int ChangeRows = 12;

    /// <summary>The document as markdown (LF), the same text for the same document.</summary>
    /// <param name="changes">What <see cref="CharterDiff"/> found since the last version; null when there was none.</param>
    public static string Render(CharterDocument document, IReadOnlyList<string>? changes = null)
    {
        if (document.Section<ChangeSection>(SectionNames.Change) is { } change) return ChangeMarkdown.Render(document, change);
        var text = new StringBuilder();
        Head(text, document);
        Purpose(text, document.Section<PurposeSection>(SectionNames.Purpose));
        Verdict(text, document);
        Glance(text, document);
        Changes(text, document.Version - 1, changes);
        FindingList(text, document);
        IntentReport.Render(text, document.Section<IntentSection>(SectionNames.Intent));
        Languages(text, document.Section<LanguageRow[]>(SectionNames.Languages));
        StructureMarkdown.Append(
            text, document.Section<StructureSection>(SectionNames.Structure), document.Section<ConnectionsSection>(SectionNames.Connections), document.Section<EntryPointsSection>(SectionNames.EntryPoints));
        Dependencies(text, document.Section<DependenciesSection>(SectionNames.Dependencies));
        TestsMarkdown.Append(text, document.Section<TestsSection>(SectionNames.Tests), document.Section<CiSection>(SectionNames.Ci));
        Security(text, document.Section<SecuritySection>(SectionNames.Security));
        Manifests(text, document.Section<IdentitySection>(SectionNames.Identity));
        Documentation(text, document.Section<DocumentationSection>(SectionNames.Documentation));
        Hotspots(text, document.Section<HotspotsSection>(SectionNames.Hotspots));
        HistoryMarkdown.Coupling(text, document.Section<CoChangeSection>(SectionNames.CoChange), document.Section<StaleAreasSection>(SectionNames.StaleAreas));
        Contributors(text, document.Section<ContributorsSection>(SectionNames.Contributors), document.Section<BusFactorSection>(SectionNames.BusFactor));
        HistoryMarkdown.People(text, document.Section<ModulePeopleSection>(SectionNames.ModulePeople), document.Section<OwnershipSection>(SectionNames.Ownership));
        Activity(text, document.Section<ActivitySection>(SectionNames.Activity));
        HistoryMarkdown.Releases(text, document.Section<ReleasesSection>(SectionNames.Releases));
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Head(StringBuilder text, CharterDocument document)
    {
        text.Append("# ").Append(Prose(document.Repository?.Name ?? "Unknown repository")).Append("\n\n");
        if (document.Partial)
        {
            var failure = document.Failure;
            text.Append("> **Partial charter.** ");
            if (failure?.Step is { } step) text.Append("Step ").Append(Code(step)).Append(" failed: ").Append(Prose(failure.Message));
            else if (failure is not null) text.Append(Prose(failure.Message));
            else text.Append("Not every step completed.");
            if (document.MissingSteps.Count > 0) text.Append(text[^1] is '.' or '!' ? " " : ". ").Append("Missing: ").AppendJoin(", ", document.MissingSteps.Select(Code)).Append('.');
            if (failure?.Remedy is { } remedy) text.Append(text[^1] is '.' or '!' ? " " : ". ").Append(Prose(remedy));
            text.Append("\n\n");
        }
        if (document.Partial) text.Append("Partial charter");
        else text.Append("Charter version ").Append(Number(document.Version));
        if (document.HeadSha is { } sha) text.Append(" of commit ").Append(Code(ShortSha(sha)));
        if (document.HeadBranch is { } branch) text.Append(" on ").Append(Code(branch));
        if (document.HeadDate is { } date) text.Append(" (").Append(Day(date)).Append(')');
        if (document.Repository?.Url is { } url) text.Append(", ").Append(Code(url));
        text.Append("\n\n");
        foreach (var note in document.Notes) text.Append("- Note: ").Append(Prose(note)).Append('\n');
        if (document.Notes.Count > 0) text.Append('\n');
    }

    private static void Changes(StringBuilder text, int since, IReadOnlyList<string>? changes)
    {
        if (changes is null) return;
        text.Append("## Since version ").Append(Number(since)).Append("\n\n");
        if (changes.Count == 0) text.Append("Nothing changed.\n");
        foreach (var change in changes.Take(ChangeRows)) text.Append("- ").Append(Prose(change)).Append('\n');
        if (changes.Count > ChangeRows) text.Append("- and ").Append(Count(changes.Count - ChangeRows, "more change")).Append(": ").Append(Code("charter diff")).Append(" shows all\n");
        text.Append('\n');
    }

    private static void Purpose(StringBuilder text, PurposeSection? purpose)
    {
        if (purpose is null) return;
        if (purpose.Text is null)
        {
            text.Append("No statement of its purpose was found.\n\n");
            return;
        }
        text.Append("> ").Append(Prose(purpose.Text)).Append("\n\n");
        if (purpose.Path is not null) text.Append("— ").Append(Code(purpose.Line is null ? purpose.Path : $"{purpose.Path}:{purpose.Line}")).Append("\n\n");
    }

    private static void Glance(StringBuilder text, CharterDocument document)
    {
        var before = text.Length;
        if (document.Section<IdentitySection>(SectionNames.Identity) is { } identity)
        {
            if (identity.Kinds.Count > 0)
                text.Append("- **Makes:** ").AppendJoin("; ", identity.Kinds.Select(kind => $"{Prose(kind.Kind)} ({Prose(kind.Evidence)}, {Code(kind.Path)})")).Append('\n');
            text.Append("- **Size:** ").Append(Count(identity.Files, "file")).Append(", ").Append(Bytes(identity.Bytes)).Append('\n');
        }
        if (document.Section<LicenceSection>(SectionNames.Licence) is { } licence)
        {
            text.Append("- **Licence:** ").Append(Prose(Licence(licence)));
            // The licences of what is bundled lie deeper and are not the repository's.
            var top = licence.Files.Where(file => !file.Path.Contains('/', StringComparison.Ordinal)).ToArray();
            var where = (top.Length > 0 ? top : licence.Files).Select(file => file.Path).Concat(licence.Files.Count == 0 ? licence.Declared.Select(d => d.Path) : []).Take(4).ToArray();
            if (where.Length > 0) text.Append(" (").AppendJoin(", ", where.Select(Code)).Append(')');
            text.Append('\n');
        }
        if (document.Section<ActivitySection>(SectionNames.Activity) is { } activity) text.Append("- **Activity:** ").Append(CharterWords.Activity(activity)).Append('\n');
        if (document.Section<BusFactorSection>(SectionNames.BusFactor) is { Factor: { } factor } bus)
            text.Append("- **Bus factor:** ").Append(Number(factor)).Append(" (").AppendJoin(", ", bus.People.Select(Prose)).Append(bus.People.Count < factor ? ", …" : "").Append(")\n");
        if (text.Length > before) text.Append('\n');
    }

    private static void Languages(StringBuilder text, LanguageRow[]? languages)
    {
        if (languages is null) return;
        text.Append("## Languages\n\n");
        if (languages.Length == 0)
        {
            text.Append("No file in a known language.\n\n");
            return;
        }
        text.Append("| Language | Files | Code | Comment | Blank |\n|---|--:|--:|--:|--:|\n");
        foreach (var row in languages.Take(LanguageRows)) Row(text, Prose(row.Name), Number(row.Files), Number(row.Code), Number(row.Comment), Number(row.Blank));
        if (languages.Length > LanguageRows)
        {
            var rest = languages.Skip(LanguageRows).ToArray();
            Row(text, $"{rest.Length} more", Number(rest.Sum(r => (long)r.Files)), Number(rest.Sum(r => r.Code)), Number(rest.Sum(r => r.Comment)), Number(rest.Sum(r => r.Blank)));
        }
        text.Append("\nLines; generated and vendored files are left out.\n\n");
    }

    private static void Activity(StringBuilder text, ActivitySection? activity)
    {
        if (activity is null) return;
        text.Append("## Activity\n\n");
        text.Append(Count(activity.Commits, "commit")).Append(" (").Append(Count(activity.Merges, "merge")).Append(") ");
        text.Append(activity.Complete ? "since " : "in the known part of the history, which begins on ").Append(Day(activity.First.Date)).Append("; the last on ").Append(Day(activity.Last.Date)).Append(". ");
        text.Append(activity.Tags == 0 ? "No tag points into this history." : $"{Count(activity.Tags, "tag")} in this history{(activity.LatestTag is { } tag ? $", the latest {Code(tag.Name)} on {Day(tag.Date)}" : "")}.").Append("\n\n");
        // One month's worth is said by the sentence.
        if (activity.Months.Count(month => month.Commits > 0) < 2) return;
        text.Append("| ").AppendJoin(" | ", activity.Months.Select(month => month.Month)).Append(" |\n|").Append(string.Concat(activity.Months.Select(_ => "--:|"))).Append('\n');
        Row(text, activity.Months.Select(month => Number(month.Commits)).ToArray());
        text.Append('\n');
    }

    private static void Contributors(StringBuilder text, ContributorsSection? contributors, BusFactorSection? bus)
    {
        if (contributors is null) return;
        text.Append("## Contributors\n\n").Append(Count(contributors.People, "person")).Append(contributors.Bots > 0 ? $" and {Count(contributors.Bots, "bot")}" : "")
            .Append(", by e-mail address and name; merges left out.\n\n| Name | Commits | Share | Last 12 months | Last active |\n|---|--:|--:|--:|---|\n");
        foreach (var one in contributors.Top.Take(PeopleRows))
            Row(text, Prose(one.Name) + (one.Bot && !one.Name.Contains("bot", StringComparison.OrdinalIgnoreCase) ? " (bot)" : ""), Number(one.Commits), Percent(one.Share), Number(one.Last12Months), Prose(one.LastActive));
        text.Append('\n');
        if (bus?.Factor is { } factor) text.Append("Bus factor ").Append(Number(factor)).Append(": ").Append(Prose(LowerFirst(bus.Method))).Append("\n\n");
    }

    private static void Hotspots(StringBuilder text, HotspotsSection? hotspots)
    {
        if (hotspots is null || hotspots.Files.Count == 0) return;
        text.Append("## Hotspots\n\n").Append(Prose(hotspots.Method)).Append("\n\n| File | Changes | Lines | Most changes by |\n|---|--:|--:|---|\n");
        foreach (var file in hotspots.Files.Take(HotspotRows)) Row(text, Code(file.Path), Number(file.Changes), Number(file.Lines), $"{Prose(file.MainAuthor)} ({Number(file.MainAuthorChanges)})");
        text.Append('\n');
    }

    private static void Security(StringBuilder text, SecuritySection? security)
    {
        // Without automation there is nothing beyond the findings.
        if (security is null || security.Workflows + security.Dockerfiles == 0) return;
        text.Append("## Security\n\nBy the names of OpenSSF Scorecard's checks; ").Append(Count(security.Texts, "text")).Append(", ").Append(Count(security.Workflows, "workflow"));
        if (security.Dockerfiles > 0) text.Append(" and ").Append(Count(security.Dockerfiles, "Dockerfile"));
        text.Append(" were looked at.\n\n");
        foreach (var (result, words) in new[] { (SecurityCheck.Warn, "Warns"), (SecurityCheck.Pass, "Passes") })
        {
            var checks = security.Checks.Where(check => check.Result == result).ToArray();
            if (checks.Length > 0) text.Append("- ").Append(words).Append(": ").AppendJoin("; ", checks.Select(check => $"{Prose(check.Name)} ({Prose(check.Evidence)})")).Append('\n');
        }
        text.Append('\n');
    }

    private static void Documentation(StringBuilder text, DocumentationSection? documentation)
    {
        if (documentation is null) return;
        text.Append("## Documentation\n\n");
        var there = documentation.Documents.Where(document => document.Path is not null).ToArray();
        if (there.Length > 0) text.Append("- There: ").AppendJoin(", ", there.Select(document => Code(document.Path!))).Append('\n');
        var absent = documentation.Documents.Where(document => document.Path is null).ToArray();
        if (absent.Length > 0) text.Append("- Not found: ").AppendJoin(", ", absent.Select(document => Prose(document.Name))).Append('\n');
        foreach (var folder in documentation.Folders.Take(5)) text.Append("- ").Append(Code(folder.Path + "/")).Append(": ").Append(Count(folder.Files, "document")).Append('\n');
        if (documentation.DecisionRecords is { } records) text.Append("- Decision records: ").Append(Code(records.Path + "/")).Append(", ").Append(Count(records.Files, "file")).Append('\n');
        text.Append('\n');
    }

    private static void Manifests(StringBuilder text, IdentitySection? identity)
    {
        if (identity is null || identity.Manifests.Count == 0) return;
        text.Append("## Build and packages\n\n");
        foreach (var group in identity.Manifests.GroupBy(manifest => manifest.System, StringComparer.Ordinal).Take(ManifestRows))
            text.Append("- ").Append(Prose(group.Key)).Append(": ").AppendJoin(", ", group.Take(6).Select(manifest => Code(manifest.Path))).Append(group.Count() > 6 ? ", …" : "").Append('\n');
        if (identity.ManifestCount > identity.Manifests.Count) text.Append("- ").Append(Count(identity.ManifestCount, "manifest")).Append(" in all\n");
        text.Append('\n');
    }

    private static void Row(StringBuilder text, params string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string LowerFirst(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];

    private static string Bytes(long bytes) => bytes switch
    {
        < 1024 => Count(bytes, "byte"),
        < 1024 * 1024 => $"{Number((bytes + 512) / 1024)} KB",
        _ => $"{Number((bytes + 512 * 1024) / (1024 * 1024))} MB",
    };
}

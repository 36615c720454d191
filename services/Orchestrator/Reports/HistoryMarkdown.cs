using System.Text;
using Charterhouse.Contracts.Charters;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>charter.md's lines on releases, ownership, people by module, co-change and stale areas; each below the table that it belongs to.</summary>
internal static class HistoryMarkdown
{
    private const int ModuleRows = 5;
    private const int PairRows = 5;
    private const int AreaRows = 4;

    /// <summary>A line below the activity.</summary>
    public static void Releases(StringBuilder text, ReleasesSection? releases)
    {
        if (releases is null) return;
        // A project that tags on release branches has releases which the default branch's history does not show.
        if (releases.Last12Months == 0)
        {
            text.Append("The last version tag in this history is ").Append(Code(releases.Latest.Name)).Append(" of ").Append(Day(releases.Latest.Date)).Append("; tags on other branches are not counted.\n\n");
            return;
        }
        text.Append("Releases by version tags: ").Append(releases.AtLeast ? "at least " : "").Append(Number(releases.Last12Months)).Append(" in 12 months");
        if (releases.MedianDays is { } days) text.Append(", usually ").Append(Count(days, "day")).Append(" apart");
        text.Append("; the last is ").Append(Code(releases.Latest.Name)).Append(" of ").Append(Day(releases.Latest.Date));
        if (releases.CommitsAfter is { } commits) text.Append(", with ").Append(commits == 0 ? "no commit" : Count(commits, "commit")).Append(" on later days");
        text.Append(".\n\n");
    }

    /// <summary>Below the contributors: who changes which module, and who answers for it.</summary>
    public static void People(StringBuilder text, ModulePeopleSection? people, OwnershipSection? ownership)
    {
        // With one module the table of contributors says it all.
        if (people is { Modules.Count: > 1 })
        {
            text.Append("| Module | Commits in 12 months | People | Bus factor | Most by |\n|---|--:|--:|--:|---|\n");
            foreach (var module in people.Modules.Take(ModuleRows))
                text.Append("| ").AppendJoin(" | ", Code(module.Path), Number(module.Commits), Number(module.People), Number(module.BusFactor), string.Join(", ", module.Main.Take(3).Select(Prose)) + (module.BusFactor > 3 ? ", …" : "")).Append(" |\n");
            text.Append('\n');
        }
        if (ownership is null) return;
        text.Append(Code(ownership.Path)).Append(" gives ").Append(ownership.SourceLines == 0 ? "no" : Percent((double)ownership.OwnedLines / ownership.SourceLines)).Append(" of the source an owner");
        if (ownership.Owners.Count > 0) text.Append(": ").AppendJoin(", ", ownership.Owners.Take(4).Select(owner => $"{Code(owner.Owner)} {Count(owner.Lines, "line")}")).Append(ownership.Owners.Count > 4 ? ", …" : "");
        text.Append('.');
        if (ownership.Unowned.Count > 0 && ownership.OwnedLines > 0) text.Append(" Without one: ").AppendJoin(", ", ownership.Unowned.Take(5).Select(Code)).Append(ownership.Unowned.Count > 5 ? ", …" : "").Append('.');
        text.Append("\n\n");
    }

    /// <summary>Below the hotspots.</summary>
    public static void Coupling(StringBuilder text, CoChangeSection? coupling, StaleAreasSection? stale)
    {
        if (coupling is { Pairs.Count: > 0 })
        {
            text.Append("Files of different modules that changed together in 12 months:\n\n");
            foreach (var pair in coupling.Pairs.Take(PairRows))
                text.Append("- ").Append(Code(pair.Second)).Append(" with ").Append(Code(pair.First)).Append(": in ").Append(Number(pair.Together)).Append(" of its ").Append(Count(pair.SecondChanges, "change")).Append('\n');
            text.Append('\n');
        }
        if (stale is { Areas.Count: > 0 })
            text.Append("Unchanged for two years or more: ").AppendJoin(", ", stale.Areas.Take(AreaRows).Select(area => $"{Code(area.Path)} ({Count(area.Lines, "line")}, last {Prose(area.LastChange)})")).Append(stale.Areas.Count > AreaRows ? ", …" : "").Append(".\n\n");
    }
}

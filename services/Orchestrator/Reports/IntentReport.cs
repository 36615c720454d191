using System.Text;
using Charterhouse.Contracts.Charters;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What the project declares, in at most twelve lines of charter.md, and what is new or gone between two versions.</summary>
internal static class IntentReport
{
    private const int Latest = 5;
    private const int Changes = 5;
    private const int Quoted = 160;

    private static readonly (string Kind, string Name, int Lines)[] Lists =
        [(IntentKinds.Goal, "Goal", 3), (IntentKinds.NonGoal, "Not a goal", 2), (IntentKinds.Convention, "Convention", 5)];

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        [IntentKinds.Goal] = "goal",
        [IntentKinds.NonGoal] = "non-goal",
        [IntentKinds.Decision] = "decision",
        [IntentKinds.Convention] = "convention",
        [IntentKinds.Roadmap] = "roadmap item",
        [IntentKinds.LayerRule] = "layer rule",
    };

    /// <summary>The part of charter.md; nothing when nothing is declared.</summary>
    public static void Render(StringBuilder text, IntentSection? intent)
    {
        if (intent?.Records is not { Count: > 0 } records) return;
        var before = text.Length;
        text.Append("## Intent\n\n");
        var head = text.Length;
        foreach (var (kind, name, lines) in Lists)
        {
            if (kind == IntentKinds.Convention) Decisions(text, intent);
            var all = records.Where(record => record.Kind == kind).ToArray();
            foreach (var record in all.Take(lines)) text.Append("- **").Append(name).Append(":** ").Append(Quote(record)).Append('\n');
        }
        var planned = records.Where(record => record.Kind == IntentKinds.Roadmap && record.Status is null).ToArray();
        if (planned.Length > 0) text.Append("- **Planned:** ").Append(Count(planned.Length, "item")).Append(", the first ").Append(Quote(planned[0])).Append('\n');
        if (text.Length == head) text.Length = before;
        else text.Append('\n');
    }

    /// <summary>What is newly stated and what is no longer stated; a statement that moved to another place is neither.</summary>
    public static IEnumerable<string> Compare(IntentSection before, IntentSection after)
    {
        if (before.Records is null || after.Records is null) yield break;
        foreach (var kind in IntentKinds.All)
        {
            foreach (var sentence in Sentences(Except(after, before, kind), record => $"New {Names[kind]}: {Named(record)}", "more of them are new")) yield return sentence;
            foreach (var sentence in Sentences(Except(before, after, kind), record => $"No longer stated ({Names[kind]}): {Named(record)}", "more are no longer stated")) yield return sentence;
        }
        foreach (var (was, now) in before.Records.Join(after.Records, record => record.Id, record => record.Id, (was, now) => (was, now), StringComparer.Ordinal))
            if (was.Kind == IntentKinds.Decision && was.Status != now.Status && now.Status is not null) yield return $"The decision {Named(now)} is now {now.Status}.";
    }

    private static void Decisions(StringBuilder text, IntentSection intent)
    {
        var decisions = intent.Records.Where(record => record.Kind == IntentKinds.Decision).ToArray();
        if (decisions.Length == 0) return;
        // The files that were not read may be indexes and templates as well.
        var all = intent.DecisionFiles > 80 ? $"{Number(intent.DecisionFiles)} files" : Number(decisions.Length);
        text.Append("- **Decisions:** ").Append(all).Append(decisions.Length > 1 ? "; the latest: " : ": ");
        text.AppendJoin("; ", decisions.Take(Latest).Select(record => $"{Quote(record)}{(Stated(record) is { Length: > 0 } stated ? " " + Prose(stated) : "")}")).Append('\n');
    }

    private static string Stated(IntentRecord record) => string.Join(", ", new[] { record.Status?.ToLowerInvariant(), record.Date }.OfType<string>());

    private static IEnumerable<IntentRecord> Except(IntentSection those, IntentSection without, string kind)
    {
        var known = without.Records.Where(record => record.Kind == kind).Select(record => record.Text).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return those.Records.Where(record => record.Kind == kind && !known.Contains(record.Text));
    }

    private static IEnumerable<string> Sentences(IEnumerable<IntentRecord> records, Func<IntentRecord, string> say, string rest)
    {
        var all = records.ToArray();
        foreach (var record in all.Take(Changes)) yield return say(record) + ".";
        if (all.Length > Changes) yield return $"{Number(all.Length - Changes)} {rest}.";
    }

    private static string Quote(IntentRecord record) => $"“{Prose(Short(record.Text))}” ({Code($"{record.Path}:{record.Line}")})";

    private static string Named(IntentRecord record) => $"“{Short(record.Text)}” ({record.Path}:{record.Line})";

    private static string Short(string text)
    {
        if (text.Length <= Quoted) return text;
        var cut = text.LastIndexOf(' ', Quoted);
        return text[..(cut > Quoted / 2 ? cut : Quoted)].TrimEnd(' ', ',', ';', '…') + " …";
    }
}

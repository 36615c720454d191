using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Schedules;

namespace Charterhouse.Cli.Schedules;

/// <summary>Schedules as text.</summary>
internal static class ScheduleText
{
    public static string List(IReadOnlyList<ScheduleView> schedules)
    {
        var table = new Columns("SCHEDULE", "WHEN (UTC)", "NEXT", "LAST", "OUTCOME");
        foreach (var one in schedules)
            table.Add(one.Name, one.When, one.NextAt is { } next ? Time(next) : "-", one.Last is { } last ? Time(last.StartedAt) : "-", Outcome(one.Last));
        return table.ToString();
    }

    private static string Outcome(ScheduleFiring? firing) => firing switch
    {
        null => "-",
        { Outcome: { } outcome, EndedAt: { } ended } => $"{outcome} after {RunText.Duration(ended - firing.StartedAt)}: {TerminalText.Line(firing.Detail ?? "")}",
        _ => "has not ended",
    };

    private static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}

using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Charterhouse.Cli.Runs;

/// <summary>Runs as they are drawn in place: a line per run and step with its time, and what the run waits for.</summary>
internal static class LiveRunView
{
    /// <summary>The picture of this moment.</summary>
    public static IRenderable Draw(IEnumerable<RunDetails> runs, DateTimeOffset now)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap().RightAligned()).AddColumn();
        foreach (var details in runs)
        {
            var run = details.Run;
            grid.AddRow(
                Cell($"{RunText.Icon(run.Status)} {TerminalText.Short(RunText.NameOf(run), 40)}", ColourOf(run.Status)),
                Cell(RunText.Duration(RunText.Elapsed(run, now)), Color.Default),
                Cell(details.WaitsFor.Count > 0 ? TerminalText.Short(details.WaitsFor[0], 80) : run.Status, Color.Grey));
            foreach (var step in details.Steps)
                grid.AddRow(
                    Cell($"  {RunText.Icon(step.Status)} {TerminalText.Short(step.Name, 38)}", ColourOf(step.Status)),
                    Cell(RunText.Duration(RunText.Elapsed(step, now)), Color.Default),
                    Cell(Remark(step), Color.Grey));
        }
        return grid;
    }

    private static string Remark(RunStep step)
    {
        var remark = step.Failure?.Message ?? step.Progress ?? "";
        return TerminalText.Short(step.Attempts > 1 ? $"attempt {step.Attempts} {remark}" : remark, 80);
    }

    private static Text Cell(string text, Color colour) => new(text, new Style(colour));

    private static Color ColourOf(string status) => status switch
    {
        RunStatus.Published or "completed" => Color.Green,
        RunStatus.Failed or RunStatus.Expired => Color.Red,
        RunStatus.Cancelled or RunStatus.Cancelling => Color.Yellow,
        RunStatus.Running => Color.Blue,
        _ => Color.Grey,
    };
}

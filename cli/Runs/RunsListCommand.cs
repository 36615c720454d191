using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Runs;

/// <summary><c>charter runs list</c>: newest first, a page at a time.</summary>
internal static class RunsListCommand
{
    private const int MostRows = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string[] Statuses =
        [RunStatus.Queued, RunStatus.Running, RunStatus.Cancelling, RunStatus.Published, RunStatus.Failed, RunStatus.Cancelled, RunStatus.Expired];

    public static Command Create(CliContext context)
    {
        var status = new Option<string>("--status") { Description = "Only runs of this status", HelpName = string.Join('|', Statuses) };
        status.TakesOneOf(Statuses);
        var limit = new Option<int>("--limit") { Description = "At most this many runs", HelpName = "N", DefaultValueFactory = _ => 20, CustomParser = ParseLimit };
        var cursor = new Option<string>("--cursor") { Description = "Runs older than this one (the last of the page before)", HelpName = "RUN" };
        var stuck = new Option<string>("--stuck") { Description = "Only runs to which nothing has happened for this long (default 10m), with what they wait for", HelpName = "TIME", Arity = ArgumentArity.ZeroOrOne };
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists runs, newest first") { status, limit, cursor, stuck, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var most = parsed.GetValue(limit);
            var before = Before(parsed.GetValue(cursor));
            var quiet = parsed.GetResult(stuck) is null ? (TimeSpan?)null : Quiet(parsed.GetValue(stuck));
            if (quiet is not null && (before is not null || parsed.GetValue(status) is not null)) throw new UsageException("--stuck goes with --limit only", "Leave --status and --cursor away.");
            await using var session = await HostSession.TryReadAsync(context, options);
            if (quiet is { } time)
            {
                var found = session is null ? [] : await session.Runs.StuckAsync(time, most, context.Interrupted);
                if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfList(found, null));
                else PrintStuck(context, found, time);
                return ExitCodes.Ok;
            }
            IReadOnlyList<RunSummary> runs = session is null ? [] : await session.Runs.ListAsync(parsed.GetValue(status), most, before, context.Interrupted);
            var next = runs.Count == most ? runs[^1].RunId : null;
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfList(runs, next));
            else Print(context, runs, next is null ? null : context.NextCommand(parsed, $"runs list --cursor {next}"));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static int ParseLimit(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostRows) return number;
        result.AddError($"--limit is '{text}'; give a number from 1 to {MostRows}");
        return 0;
    }

    private static TimeSpan Quiet(string? text) =>
        text is null ? Patience
        : Connections.ParseDuration(text) is { } time ? time
        : throw new UsageException($"--stuck is '{text}'", "Give a time such as 10m, 90s or 1h.");

    private static void PrintStuck(CliContext context, IReadOnlyList<RunSummary> runs, TimeSpan quiet)
    {
        var now = context.Time.GetUtcNow();
        foreach (var run in runs)
        {
            context.Terminal.Print($"{RunText.Icon(run.Status)} {run.Status}  {TerminalText.Line(RunText.NameOf(run))}  quiet for {RunText.Duration(now - run.QuietSince)}  {run.RunId}");
            foreach (var wait in run.WaitsFor ?? []) context.Terminal.Print("  waits for " + TerminalText.Line(wait));
        }
        if (runs.Count == 0) context.Terminal.Note($"no run has been quiet for {RunText.Duration(quiet)}");
    }

    private static RunId? Before(string? cursor) =>
        cursor is null ? null
        : RunId.TryParse(cursor, out var id) ? id
        : throw new UsageException($"--cursor {cursor} is not a run id", "Give the id of the last run of the page before.");

    private static void Print(CliContext context, IReadOnlyList<RunSummary> runs, string? more)
    {
        if (runs.Count == 0)
        {
            context.Terminal.Note("no runs; start one with: charter analyze .");
            return;
        }
        var now = context.Time.GetUtcNow();
        var table = new Columns("RUN", "STATUS", "REPOSITORY", "WORKFLOW", "CREATED", "TIME");
        foreach (var run in runs)
            table.Add(run.RunId, RunText.Status(run), RunText.NameOf(run), run.Workflow, $"{run.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z", RunText.Duration(RunText.Elapsed(run, now)));
        context.Terminal.Print(table.ToString());
        if (more is not null) context.Terminal.Note("more: " + more);
    }
}

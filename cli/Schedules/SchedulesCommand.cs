using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Schedules;

namespace Charterhouse.Cli.Schedules;

/// <summary><c>charter schedules list|run</c>: what the house does again and again.</summary>
internal static class SchedulesCommand
{
    public static Command Create(CliContext context) => new("schedules", "Lists what recurs in the house, and lets it happen now") { List(context), Run(context) };

    private static Command List(CliContext context)
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists what recurs, with its last and next time and what came of it") { json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await HostSession.TryReadAsync(context, context.Load(parsed).Options);
            IReadOnlyList<ScheduleView> schedules = session is null ? [] : await session.Schedules.ListAsync(context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Schedules = schedules }));
            else if (schedules.Count > 0) context.Terminal.Print(ScheduleText.List(schedules));
            else context.Terminal.Note("nothing recurs yet: there is no database; one is made by charter analyze and charter serve");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Run(CliContext context)
    {
        var name = new Argument<string>("name") { Description = "A schedule, as charter schedules list prints it" };
        var noWait = CommonOptions.NoWait();
        var json = CommonOptions.Json();
        var command = new Command("run", "Lets a schedule fire now and waits for its end") { name, noWait, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await HostSession.RunAsync(context, context.Load(parsed).Options, "schedules run", parsed.GetValue(noWait));
            var firing = await session.Schedules.RunAsync(parsed.GetRequiredValue(name), context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(firing));
            else context.Terminal.Print($"{firing.Outcome}: {TerminalText.Line(firing.Detail ?? "")}");
            return firing.Outcome == "completed" ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }
}

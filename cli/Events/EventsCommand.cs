using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Events;
using Charterhouse.Platform.Http;

namespace Charterhouse.Cli.Events;

/// <summary><c>charter events list|show|redeliver|send</c>: what forges delivered, and what became of it.</summary>
internal static class EventsCommand
{
    private const int MostListed = 500;

    public static Command Create(CliContext context) => new("events", "Lists what forges delivered, says what became of each delivery, and sends one by hand")
    {
        List(context), Show(context), Redeliver(context), EventsSendCommand.Create(context),
    };

    private static Command List(CliContext context)
    {
        var disposition = new Option<string>("--disposition") { Description = "Only these: " + string.Join(", ", Dispositions.All), HelpName = "WORD" };
        disposition.TakesOneOf(Dispositions.All);
        var provider = new Option<string>("--provider") { Description = "Only those of this sender: github, gitlab or a configured name", HelpName = "NAME" };
        var repository = new Option<string>("--repo") { Description = "Only those about this repository, as the payload names it (owner/name)", HelpName = "NAME" };
        var limit = new Option<int>("--limit") { Description = $"At most so many (1 to {MostListed})", HelpName = "N", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostListed) result.AddError($"--limit takes a whole number from 1 to {MostListed}");
        });
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists deliveries, the newest first") { disposition, provider, repository, limit, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await HostSession.TryReadAsync(context, context.Load(parsed).Options);
            var query = new EventQuery(parsed.GetValue(disposition), parsed.GetValue(provider), parsed.GetValue(repository));
            var page = session is null ? new EventPage([], null) : await session.Events.ListAsync(query, parsed.GetValue(limit), null, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(page));
            else if (page.Events.Count > 0) context.Terminal.Print(EventText.List(page.Events));
            else context.Terminal.Note("no such deliveries; a serving house takes them at /webhooks/github and /webhooks/gitlab");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(CliContext context)
    {
        var id = Event();
        var payload = new Option<bool>("--payload") { Description = "Print the payload too" };
        var json = CommonOptions.Json();
        var command = new Command("show", "Shows a delivery and what became of it") { id, payload, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await OpenAsync(context, parsed, parsed.GetRequiredValue(id));
            var found = await session.Events.FindAsync(parsed.GetRequiredValue(id), context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(found));
            else context.Terminal.Print(EventText.Show(found) + (parsed.GetValue(payload) ? "\n\n" + TerminalText.Clean(found.Payload ?? "(the payload is no longer kept)") : ""));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Redeliver(CliContext context)
    {
        var id = Event();
        var json = CommonOptions.Json();
        var command = new Command("redeliver", "Takes a delivery once more, by the rules and the registry as they are now") { id, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await OpenAsync(context, parsed, parsed.GetRequiredValue(id));
            var again = await session.Events.RedeliverAsync(parsed.GetRequiredValue(id), context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(again));
            else context.Terminal.Print($"{again.EventId}  {TerminalText.Line(again.Disposition)}");
            context.Terminal.Note($"see what becomes of it: {context.NextCommand(parsed, "events show " + again.EventId)}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<HostSession> OpenAsync(CliContext context, ParseResult parsed, string id) =>
        await HostSession.TryReadAsync(context, context.Load(parsed).Options) ?? throw new RequestException("event_not_found", $"there is no event {id}", "There is no database yet: charter serve makes one.");

    private static Argument<string> Event() => new("event") { Description = "An event's id, an unambiguous beginning of one (at least 8 characters), or the forge's id of the delivery" };
}

using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Platform.Messaging;

namespace Charterhouse.Cli.DeadLetters;

/// <summary><c>charter deadletters list|show|requeue</c>: the messages that the broker gave up on.</summary>
internal static class DeadLettersCommand
{
    /// <summary>The most that are listed; more than a person reads, and each is a round trip.</summary>
    private const int MostListed = 1000;

    private const string NoneByDesign =
        "the embedded profile has no dead letters: its messages live in this process's memory, and whoever owns the work sends them again from the database";

    public static Command Create(CliContext context) => new("deadletters", "Lists, shows and sends back messages that could not be worked on (distributed profile)")
    {
        List(context), Show(context), Requeue(context),
    };

    private static Command List(CliContext context)
    {
        var queue = Queue();
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists the dead letters, the oldest first") { queue, json };
        command.SetAction(async (parsed, _) =>
        {
            var letters = new List<DeadLetter>();
            var more = false;
            await using var reader = await OpenAsync(context, parsed);
            if (reader is not null)
            {
                await foreach (var held in reader.ReadAsync(context.Interrupted))
                {
                    if (!IsIn(held, parsed.GetValue(queue))) continue;
                    if (more = letters.Count == MostListed) break;
                    letters.Add(held.Letter);
                }
            }
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { DeadLetters = letters }));
            else if (letters.Count > 0) context.Terminal.Print(DeadLetterText.List(letters));
            else if (reader is not null) context.Terminal.Note("no dead letters");
            if (more) context.Terminal.Note($"only the first {MostListed} are listed; --queue narrows it down");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(CliContext context)
    {
        var id = new Argument<string>("id") { Description = "A message id, as charter deadletters list prints it" };
        var json = CommonOptions.Json();
        var command = new Command("show", "Shows a dead letter with its body") { id, json };
        command.SetAction(async (parsed, _) =>
        {
            var wanted = parsed.GetRequiredValue(id);
            var found = new List<HeldDeadLetter>();
            await using var reader = await OpenAsync(context, parsed);
            if (reader is not null)
            {
                // all of that id: a message may have died twice
                await foreach (var held in reader.ReadAsync(context.Interrupted))
                    if (held.Letter.MessageId == wanted) found.Add(held);
            }
            if (found.Count == 0) throw new UsageException(Missing(wanted));
            if (parsed.GetValue(json)) context.Terminal.Print(DeadLetterText.Json(found));
            else foreach (var held in found) context.Terminal.Print(DeadLetterText.Show(held));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Requeue(CliContext context)
    {
        var ids = new Argument<string[]>("id") { Description = "Message ids, as charter deadletters list prints them", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All of them" };
        var queue = Queue();
        var json = CommonOptions.Json();
        var command = new Command("requeue", "Sends dead letters back to the queues that they died in") { ids, all, queue, json };
        command.SetAction(async (parsed, _) =>
        {
            var wanted = parsed.GetValue(ids) ?? [];
            if (wanted.Length > 0 == parsed.GetValue(all)) throw new UsageException(wanted.Length > 0 ? "--all is given together with ids" : "nothing is named to send back", "Give ids, or --all (with --queue: all of that queue).");
            var missing = wanted.ToHashSet(StringComparer.Ordinal);
            var outcomes = new List<RequeueOutcome>();
            await using var reader = await OpenAsync(context, parsed);
            if (reader is not null)
            {
                await foreach (var held in reader.ReadAsync(context.Interrupted))
                {
                    if (!IsIn(held, parsed.GetValue(queue)) || (wanted.Length > 0 && !wanted.Contains(held.Letter.MessageId, StringComparer.Ordinal))) continue;
                    missing.Remove(held.Letter.MessageId);
                    var outcome = new RequeueOutcome(held.Letter.MessageId, held.Letter.Type, held.Letter.Queue, await reader.RequeueAsync(held, context.Interrupted));
                    outcomes.Add(outcome);
                    if (!parsed.GetValue(json)) Print(context.Terminal, outcome);
                }
            }
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Requeued = outcomes.Where(one => one.Problem is null), Left = outcomes.Where(one => one.Problem is not null) }));
            else if (outcomes.Count == 0 && wanted.Length == 0 && reader is not null) context.Terminal.Note("no dead letters");
            foreach (var id in missing) context.Terminal.Note("error: " + TerminalText.Line(Missing(id)));
            return missing.Count == 0 && outcomes.TrueForAll(one => one.Problem is null) ? ExitCodes.Ok : outcomes.Count == 0 ? ExitCodes.Usage : ExitCodes.Failed;
        });
        return command;
    }

    private static Option<string> Queue() => new("--queue") { Description = "Only what died in this queue", HelpName = "QUEUE" };

    /// <summary>Null in the embedded profile, which is told.</summary>
    private static async Task<DeadLetterQueue?> OpenAsync(CliContext context, ParseResult parsed)
    {
        if (context.Load(parsed).Options.Distributed is { } distributed)
            return await DeadLetterQueue.OpenAsync(BusSettings.ForRabbitMq(distributed.RabbitMqUrl), context.Time, context.Interrupted);
        context.Terminal.Note(NoneByDesign);
        return null;
    }

    private static bool IsIn(HeldDeadLetter held, string? queue) => queue is null || held.Letter.Queue == queue;

    private static string Missing(string id) => $"there is no dead letter '{id}'; they are listed by: charter deadletters list";

    private static void Print(CliTerminal terminal, RequeueOutcome outcome)
    {
        var name = TerminalText.Line($"{outcome.MessageId} {outcome.Type ?? "(no type)"}");
        if (outcome.Problem is null) terminal.Print($"requeued: {name} to {TerminalText.Line(outcome.Queue!)}");
        else terminal.Note($"error: {name} stays: {TerminalText.Line(outcome.Problem)}");
    }

    /// <summary>What became of one.</summary>
    /// <param name="Problem">Null when it went back.</param>
    private sealed record RequeueOutcome(string MessageId, string? Type, string? Queue, string? Problem);
}

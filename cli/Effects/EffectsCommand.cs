using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Http;
using Charterhouse.RepoSync.Effects;

namespace Charterhouse.Cli.Effects;

/// <summary><c>charter effects list|show|release</c>: what runs wrote outside of the house, and what they would.</summary>
internal static class EffectsCommand
{
    private const int MostListed = 500;

    public static Command Create(CliContext context) => new("effects", "Lists what runs wrote outside (comments, checks, statuses, issues, webhooks) or would write, and releases what waits")
    {
        List(context), Show(context), Release(context),
    };

    private static Command List(CliContext context)
    {
        var state = new Option<string>("--state") { Description = "Only these: " + string.Join(", ", EffectStates.All), HelpName = "WORD" };
        state.TakesOneOf(EffectStates.All);
        var run = new Option<string>("--run") { Description = "Only those of this run", HelpName = "RUN" };
        var repository = new Option<string>("--repo") { Description = "Only those about this repository: its address, or owner/name", HelpName = "NAME" };
        var limit = new Option<int>("--limit") { Description = $"At most so many (1 to {MostListed})", HelpName = "N", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostListed) result.AddError($"--limit takes a whole number from 1 to {MostListed}");
        });
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists effects, the newest first") { state, run, repository, limit, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await HostSession.TryReadAsync(context, context.Load(parsed).Options);
            var query = new EffectQuery(parsed.GetValue(state), parsed.GetValue(run), parsed.GetValue(repository));
            var page = session is null ? new EffectPage([], null) : await session.Effects.ListAsync(query, parsed.GetValue(limit), null, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(page));
            else if (page.Effects.Count > 0) context.Terminal.Print(EffectText.List(page.Effects));
            else context.Terminal.Note("no such effects; what runs write outside is switched on for each repository: charter repos set URL --effects comment,check");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(CliContext context)
    {
        var id = Effect();
        var request = new Option<bool>("--request") { Description = "Print what is, or was, to be written too" };
        var json = CommonOptions.Json();
        var command = new Command("show", "Shows an effect and what became of it") { id, request, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await OpenAsync(context, parsed, parsed.GetRequiredValue(id));
            var found = await session.Effects.FindAsync(parsed.GetRequiredValue(id), context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(found));
            else context.Terminal.Print(EffectText.Show(found, parsed.GetValue(request)));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Release(CliContext context)
    {
        var id = Effect();
        var json = CommonOptions.Json();
        var command = new Command("release", "Lets an effect happen that is held (it would repeat one) or was only to be shown (dry run)") { id, json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await OpenAsync(context, parsed, parsed.GetRequiredValue(id));
            var released = await session.Effects.ReleaseAsync(parsed.GetRequiredValue(id), Environment.UserName, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(released));
            else context.Terminal.Print($"{released.EffectId}  {released.State}");
            context.Terminal.Note($"see what becomes of it, as soon as a house serves: {context.NextCommand(parsed, "effects show " + released.EffectId)}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<HostSession> OpenAsync(CliContext context, ParseResult parsed, string id) =>
        await HostSession.TryReadAsync(context, context.Load(parsed).Options) ?? throw new RequestException("effect_not_found", $"there is no effect {id}", "There is no database yet: charter serve makes one.");

    private static Argument<string> Effect() => new("effect") { Description = "An effect's id, or an unambiguous beginning of one (at least 8 characters)" };
}

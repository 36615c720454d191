using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos list|add|remove|show</c>: the repositories whose charters the house keeps.</summary>
internal static class ReposCommand
{
    public static Command Create(CliContext context) => new("repos", "Names the repositories whose charters are kept up to date") { List(context), Show(context), Add(context), Remove(context) };

    private static Command List(CliContext context)
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists the registered repositories with their charters") { json };
        command.SetAction(async (parsed, _) =>
        {
            await using var session = await OpenAsync(context, context.Load(parsed).Options);
            var repositories = await session.Repositories.ListAsync(null, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Repositories = repositories }));
            else if (repositories.Count > 0) context.Terminal.Print(RepositoryText.List(repositories, context.Time.GetUtcNow()));
            else context.Terminal.Note($"no repository is registered; add one with: {context.NextCommand(parsed, "repos add TARGET")}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show(CliContext context)
    {
        var target = Target();
        var json = CommonOptions.Json();
        var command = new Command("show", "Shows a registered repository") { target, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wanted = await ParseAsync(context, parsed.GetRequiredValue(target));
            await using var session = await OpenAsync(context, options);
            var found = await session.Repositories.ListAsync(wanted, context.Interrupted);
            if (found is not [var repository]) throw NotRegistered(wanted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(repository));
            else context.Terminal.Print(RepositoryText.Show(repository, context.Time.GetUtcNow()));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Add(CliContext context)
    {
        var target = Target();
        var json = CommonOptions.Json();
        var command = new Command("add", "Registers a repository: its charter is kept up to date from now on") { target, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wanted = await ParseAsync(context, parsed.GetRequiredValue(target));
            await using var session = await OpenAsync(context, options);
            var repository = await session.Repositories.AddAsync(wanted, Environment.UserName, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(repository));
            else context.Terminal.Print($"{TerminalText.Line(repository.Target)} is registered");
            context.Terminal.Note(repository.Charter is null
                ? $"the audit of a serving house makes its first charter; at once with: {context.NextCommand(parsed, "schedules run audit")}"
                : "the audit of a serving house makes a new charter when this one is old");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Remove(CliContext context)
    {
        var target = Target();
        var json = CommonOptions.Json();
        var command = new Command("remove", "Forgets a registered repository; charters, runs and findings stay") { target, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wanted = await ParseAsync(context, parsed.GetRequiredValue(target));
            await using var session = await OpenAsync(context, options);
            if (!await session.Repositories.RemoveAsync(wanted, context.Interrupted)) throw NotRegistered(wanted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Target = wanted, Removed = true }));
            else context.Terminal.Print($"{TerminalText.Line(wanted)} is no longer registered");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Target() => new("target") { Description = "An https:// URL, or a folder whose remote is one" };

    /// <summary>A folder stands for where it is pushed to: no schedule reads the folders of a machine.</summary>
    private static async Task<string> ParseAsync(CliContext context, string text)
    {
        var (target, problem) = await Connections.ParseServerTargetAsync(text, context.Interrupted);
        return problem is null ? target! : throw new UsageException([problem]);
    }

    /// <summary>The database as it is, beside a house that may be serving from it; made when there is none yet.</summary>
    private static async Task<HostSession> OpenAsync(CliContext context, CharterOptions options) =>
        await HostSession.TryReadAsync(context, options) ?? await HostSession.RunAsync(context, options, "repos", noWait: false);

    private static RunRequestException NotRegistered(string target) => new("repository_not_found", $"{target} is not registered", "List the registered repositories with: charter repos list");
}

using System.CommandLine;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Repositories;

/// <summary><c>charter repos list|show|add|remove|sync</c>: the repositories whose charters the house keeps.</summary>
internal static class ReposCommand
{
    public static Command Create(CliContext context) => new("repos", "Names the repositories whose charters are kept up to date") { List(context), Show(context), Add(context), Remove(context), Sync(context) };

    private static Command List(CliContext context)
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "Lists the registered repositories with their charters") { json };
        command.SetAction(async (parsed, _) =>
        {
            var repositories = await FindAsync(context, context.Load(parsed).Options, null);
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
            if (await FindAsync(context, options, wanted) is not [var repository]) throw NotRegistered(wanted);
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
            // beside a house that may be serving from the database; made when there is none yet
            await using var session = await HostSession.TryReadAsync(context, options) ?? await HostSession.RunAsync(context, options, "repos add", noWait: false);
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
            await using var session = await HostSession.TryReadAsync(context, options);
            if (session is null || !await session.Repositories.RemoveAsync(wanted, context.Interrupted)) throw NotRegistered(wanted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Target = wanted, Removed = true }));
            else context.Terminal.Print($"{TerminalText.Line(wanted)} is no longer registered");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Sync(CliContext context)
    {
        var targets = new Argument<string[]>("target") { Description = "Registered repositories (default: all of them)", Arity = ArgumentArity.ZeroOrMore };
        var noWait = CommonOptions.NoWait();
        var json = CommonOptions.Json();
        var command = new Command("sync", "Fetches registered repositories now, without analysing them") { targets, noWait, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var wanted = new List<string>();
            foreach (var text in parsed.GetValue(targets) ?? []) wanted.Add(await ParseAsync(context, text));
            var due = await RegisteredAsync(context, options, wanted);
            if (due.Count == 0)
            {
                context.Terminal.Note($"no repository is registered; add one with: {context.NextCommand(parsed, "repos add TARGET")}");
                return ExitCodes.Ok;
            }
            var workflow = new WorkflowSource(Connections.SyncWorkflow, Connections.WorkflowText(Connections.SyncWorkflow));
            return await new FollowedRuns(context, parsed, options).ExecuteAsync(
                "charter repos sync",
                parsed.GetValue(noWait),
                async (runs, begun, cancellationToken) =>
                {
                    foreach (var target in due) begun.Add(await runs.StartAsync(new RunRequest { Target = target, Workflow = workflow }, cancellationToken));
                },
                new RunResults(parsed.GetValue(json) ? ResultFormat.Json : ResultFormat.Text, Out: null));
        });
        return command;
    }

    /// <summary>The registered ones among these; all when none is named.</summary>
    private static async Task<IReadOnlyList<string>> RegisteredAsync(CliContext context, CharterOptions options, List<string> wanted)
    {
        if (wanted.Count == 0) return [.. (await FindAsync(context, options, null)).Select(repository => repository.Target)];
        var found = new List<string>();
        foreach (var target in wanted)
            found.Add(await FindAsync(context, options, target) is [var repository] ? repository.Target : throw NotRegistered(target));
        return [.. found.Distinct(StringComparer.Ordinal)];
    }

    private static Argument<string> Target() => new("target") { Description = "An https:// URL, or a folder whose remote is one" };

    /// <summary>A folder stands for where it is pushed to: no schedule reads the folders of a machine.</summary>
    private static async Task<string> ParseAsync(CliContext context, string text)
    {
        var (target, problem) = await Connections.ParseServerTargetAsync(text, context.Interrupted);
        if (problem is null) return target!;
        throw Directory.Exists(text)
            ? new UsageException($"the folder '{TerminalText.Line(text)}' has no remote 'origin' with an https:// address, and a schedule reads no folders", "Give the repository's https:// URL.")
            : new UsageException([problem]);
    }

    /// <summary>The registered repositories, or only this one. Reading makes no database, unless there is a configured one to tell of.</summary>
    private static async Task<IReadOnlyList<RepositoryView>> FindAsync(CliContext context, CharterOptions options, string? target)
    {
        await using var session = await HostSession.TryReadAsync(context, options)
            ?? (options.Repositories.Count > 0 ? await HostSession.RunAsync(context, options, "repos", noWait: false) : null);
        return session is null ? [] : await session.Repositories.ListAsync(target, context.Interrupted);
    }

    private static RunRequestException NotRegistered(string target) => new("repository_not_found", $"{target} is not registered", "List the registered repositories with: charter repos list");
}

using System.CommandLine;
using Charterhouse.Agents;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Steps;
using Charterhouse.Ingest;
using Charterhouse.Orchestrator;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync;

namespace Charterhouse.Cli.Serve;

/// <summary><c>charter serve</c> (alias <c>start-worker</c>): services in this process until it is told to end.</summary>
internal static class ServeCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "serve";

    private static readonly Dictionary<string, Func<CharterOptions, ServiceModule>> Modules = new(StringComparer.Ordinal)
    {
        [Services.Orchestrator] = OrchestratorModule.Of,
        [Services.RepoSync] = RepoSyncModule.Of,
        [Services.Agents] = AgentsModule.Of,
        [Services.Ingest] = IngestModule.Of,
    };

    public static Command Create(CliContext context)
    {
        var services = new Option<string>("--services") { Description = "Only these, with commas (distributed profile): " + string.Join(", ", Modules.Keys), HelpName = "NAMES" };
        var urls = new Option<string>("--urls") { Description = $"Where the web server listens (else CHARTER_URLS, else {CharterOptions.DefaultUrls})", HelpName = "URL" };
        var noWait = CommonOptions.NoWait();
        var command = new Command(Name, "Runs the services until SIGTERM or Ctrl-C: all of them in one process, or some beside others on RabbitMQ and PostgreSQL") { services, urls, noWait };
        command.Aliases.Add("start-worker");
        command.SetAction((parsed, _) => RunAsync(context, context.Load(parsed, urls: parsed.GetValue(urls)).Options, parsed.GetValue(services), parsed.GetValue(noWait)));
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, CharterOptions options, string? names, bool noWait)
    {
        var modules = Choose(names, options).Select(name => Modules[name](options)).ToArray();
        var folder = DataFolder.At(options.DataFolder);
        folder.Prepare(database: options.Distributed is null);
        if (options.Distributed is { } distributed)
            return await ServeAsync(context, ServedHouse.Compose(ServiceProcess.DatabaseOf(distributed), BusSettings.ForRabbitMq(distributed.RabbitMqUrl), modules, options.Urls));
        using var taken = await HostLock.AcquireAsync(folder, "serve", context.Time, noWait ? null : OnWait, context.Interrupted);
        if (options.Checkpointer == Checkpointer.Memory) folder.DeleteTemporaryDatabase();
        var database = DatabaseSettings.ForSqlite(folder.DatabaseFile(options.Checkpointer)) with { Exclusive = true };
        return await ServeAsync(context, ServedHouse.Compose(database, BusSettings.InMemory, modules, options.Urls));

        void OnWait(HostLockHolder? holder) => context.Terminal.Note(
            $"waiting for {TerminalText.Line(holder?.ToString() ?? "another process")}, which holds {TerminalText.Line(folder.Root)} (--no-wait fails instead)");
    }

    private static async Task<int> ServeAsync(CliContext context, ServedHouse composed)
    {
        await using var house = composed;
        try
        {
            await house.RunAsync(running => context.Terminal.Note("ready on " + string.Join(", ", running.Urls)), context.Interrupted);
            return ExitCodes.Ok;
        }
        catch (IOException problem) when (problem.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new UsageException(problem.Message + " Give another address with --urls or CHARTER_URLS.");
        }
    }

    private static IEnumerable<string> Choose(string? names, CharterOptions options)
    {
        if (names is null) return Modules.Keys;
        var chosen = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToArray();
        if (chosen.FirstOrDefault(name => !Modules.ContainsKey(name)) is { } unknown)
            throw new UsageException($"there is no service '{unknown}'; the services are {string.Join(", ", Modules.Keys)}");
        if (chosen.Length == 0) throw new UsageException("--services names none; leave it away for all of them");
        if (options.Distributed is null && chosen.Length < Modules.Count)
            throw new UsageException("only some of the services need the others in further processes: set POSTGRES_CONNECTION_STRING and RABBITMQ_URL, or leave --services away");
        return chosen;
    }
}

using System.CommandLine;
using System.Globalization;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Database;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Cli.Schema;

/// <summary><c>charter db status|upgrade|rollback</c>: the schema of the configured database, the only way to make one in PostgreSQL.</summary>
internal static class DbCommand
{
    public static Command Create(CliContext context) => new("db", "Shows and changes the database's schema") { Status(context), Upgrade(context), Rollback(context) };

    private static Command Status(CliContext context)
    {
        var json = CommonOptions.Json();
        var command = new Command("status", "Prints the schema's version and this program's") { json };
        command.SetAction((parsed, _) => WithSchemaAsync(context, parsed, async schema =>
        {
            var version = await schema.VersionAsync(context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { Version = version, schema.ProgramVersion }));
            else context.Terminal.Print(version == schema.ProgramVersion ? $"schema version {version}, as this program needs it"
                : version == 0 ? $"no schema yet; this program needs version {schema.ProgramVersion} (charter db upgrade)"
                : $"schema version {version}; this program needs {schema.ProgramVersion} ({(version < schema.ProgramVersion ? "charter db upgrade" : "update charter, or roll back with the program that upgraded")})");
            return version == schema.ProgramVersion ? ExitCodes.Ok : ExitCodes.Failed;
        }));
        return command;
    }

    private static Command Upgrade(CliContext context)
    {
        var command = new Command("upgrade", "Brings the schema to this program's version and gives the services' roles their rights; safe to repeat and to run twice at once");
        command.SetAction((parsed, _) => WithSchemaAsync(context, parsed, async schema =>
        {
            Print(context.Terminal, await schema.UpgradeAsync(context.Interrupted), "applied");
            foreach (var role in await schema.GrantAsync(context.Interrupted)) context.Terminal.Print($"rights: {role}");
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static Command Rollback(CliContext context)
    {
        var to = new Option<string>("--to") { Description = "The version to go back to; 0 drops everything", HelpName = "VERSION", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Do it: what the dropped tables hold is lost" };
        var command = new Command("rollback", "Takes versions of the schema back, with the data in them") { to, yes };
        command.SetAction((parsed, _) => WithSchemaAsync(context, parsed, async schema =>
        {
            if (!int.TryParse(parsed.GetValue(to), NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version > schema.ProgramVersion)
                throw new UsageException($"--to is '{parsed.GetValue(to)}'; give a version from 0 to {schema.ProgramVersion}");
            var now = await schema.VersionAsync(context.Interrupted);
            if (version < now && !parsed.GetValue(yes)) throw new UsageException($"going from version {now} to {version} loses what the dropped tables hold; repeat it with --yes");
            return Print(context.Terminal, await schema.RollbackAsync(version, context.Interrupted), "taken back");
        }));
        return command;
    }

    private static async Task<int> WithSchemaAsync(CliContext context, ParseResult parsed, Func<DatabaseSchema, Task<int>> work)
    {
        var options = context.Load(parsed).Options;
        var folder = DataFolder.At(options.DataFolder);
        if (options.Distributed is null) folder.Prepare();
        // Another process may be at work in an embedded database; its schema is not changed under it.
        using var taken = options.Distributed is null ? HostLock.TryAcquire(folder, "db", context.Time) ?? throw new UsageException($"another process works in {folder.Root}; end it first") : null;
        await using var services = new ServiceCollection()
            .AddCharterDatabase(options.Distributed is { } distributed ? DatabaseSettings.ForPostgreSql(distributed.PostgresConnectionString) : DatabaseSettings.ForSqlite(folder.DatabaseFile(options.Checkpointer)))
            .AddLogging().BuildServiceProvider();
        return await work(services.GetRequiredService<DatabaseSchema>());
    }

    private static int Print(CliTerminal terminal, IReadOnlyList<SchemaStep> steps, string done)
    {
        foreach (var step in steps) terminal.Print($"{done}: {step.Version.ToString("0000", CultureInfo.InvariantCulture)} {step.Name}");
        if (steps.Count == 0) terminal.Print("nothing to do");
        return ExitCodes.Ok;
    }
}

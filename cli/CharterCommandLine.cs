using System.CommandLine;
using System.CommandLine.Invocation;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Charters;
using Charterhouse.Cli.Configuration;
using Charterhouse.Cli.DeadLetters;
using Charterhouse.Cli.Doctor;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Effects;
using Charterhouse.Cli.Events;
using Charterhouse.Cli.Findings;
using Charterhouse.Cli.Health;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Repositories;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Schedules;
using Charterhouse.Cli.Schema;
using Charterhouse.Cli.Serve;
using Charterhouse.Cli.Terminal;
using Charterhouse.Cli.Workflows;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Telemetry;

namespace Charterhouse.Cli;

/// <summary>The command line as a whole: its commands, and the one place where a result becomes an exit code.</summary>
internal static class CharterCommandLine
{
    public static async Task<int> RunAsync(string[] arguments, CliTerminal terminal)
    {
        using var interruption = new Interruption(ExitCodes.Cancelled);
        var context = new CliContext(terminal, TimeProvider.System, interruption.Token);
        if (arguments.Length == 0) arguments = ["--help"];
        // '@name' may be a target; it is not a file with more arguments.
        var parsed = Create(context).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Ctrl-C is Interruption's: a command ends by itself, in order, and prints how to go on.
        var invocation = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (parsed.Action is ParseErrorAction) return ParseErrors.Write(parsed, terminal);
        var serves = parsed.CommandResult.Command.Name == ServeCommand.Name;
        using var exporters = Exporters.Start(serves ? "charterhouse" : "charter");
        // What a server does belongs to the requests that ask for it.
        using var span = serves ? null : Tracing.Begin("charter " + parsed.CommandResult.Command.Name);
        try
        {
            return await parsed.InvokeAsync(invocation, CancellationToken.None);
        }
        catch (Exception problem)
        {
            return ErrorReport.Write(problem, terminal, interruption.Token.IsCancellationRequested);
        }
    }

    /// <summary>All commands.</summary>
    public static RootCommand Create(CliContext context)
    {
        var root = new RootCommand("Keeps a living charter of every repository you own. Start with: charter analyze .")
        {
            AnalyzeCommand.Create(context),
            DiffCommand.Create(context),
            ResumeCommand.Create(context),
            RunsCommand.Create(context),
            FindingsCommand.Create(context),
            WorkflowsCommand.Create(context),
            ReposCommand.Create(context),
            SchedulesCommand.Create(context),
            EventsCommand.Create(context),
            EffectsCommand.Create(context),
            ServeCommand.Create(context),
            DbCommand.Create(context),
            DeadLettersCommand.Create(context),
            HealthCommand.Create(context),
            DoctorCommand.Create(context),
            ConfigCommand.Create(context),
        };
        root.Options.Add(context.Data);
        root.Options.Add(context.Config);
        root.Options.Add(context.Server);
        ParseErrors.RefuseUnknownOptions(root);
        return root;
    }
}

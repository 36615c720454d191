using Charterhouse.Cli.Remote;
using Charterhouse.Cli.Terminal;
using Charterhouse.Database;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Cli.Errors;

/// <summary>The one place where an exception becomes a message and an exit code.</summary>
internal static class ErrorReport
{
    /// <summary>Prints the problem on standard error and returns the exit code.</summary>
    public static int Write(Exception problem, CliTerminal terminal, bool interrupted)
    {
        if (terminal.Debug) terminal.Note(TerminalText.Clean(problem.ToString()));
        switch (problem)
        {
            case UsageException usage:
                foreach (var one in usage.Problems) Say(terminal, one.Message, one.Fix);
                return ExitCodes.Usage;
            case ConfigurationException configuration:
                foreach (var one in configuration.Problems) Say(terminal, one.ToString(), null);
                return ExitCodes.Usage;
            case RequestException request:
                Say(terminal, request.Message, request.Remedy);
                return IsWrongInput(request.Code) ? ExitCodes.Usage : ExitCodes.Failed;
            case ServerException server:
                Say(terminal, server.Message, server.Remedy);
                return server.Unauthorized ? ExitCodes.Unauthorized : ExitCodes.Failed;
            case BrokerException broker:
                Say(terminal, broker.Message, broker.Remedy);
                return ExitCodes.Failed;
            case DataFolderException folder:
                Say(terminal, folder.Message, folder.Remedy);
                return ExitCodes.Failed;
            case StorageException or SchemaException:
                Say(terminal, problem.Message, "Look closer with: charter health");
                return ExitCodes.Failed;
            case GitMissingException:
                Say(terminal, problem.Message, null);
                return ExitCodes.Failed;
            case OperationCanceledException when interrupted:
                terminal.Note("interrupted");
                return ExitCodes.Cancelled;
            default:
                Say(terminal, $"unexpected {problem.GetType().Name}: {problem.Message}", terminal.Debug ? null : "Set CHARTER_DEBUG=1 to see where it happened.");
                return ExitCodes.Failed;
        }
    }

    // Names a thing that is not there or a value that is not valid: another input would help. The rest is the state of things.
    private static bool IsWrongInput(string code) =>
        code.EndsWith("_not_found", StringComparison.Ordinal) || code.StartsWith("unknown_", StringComparison.Ordinal) || code.StartsWith("invalid_", StringComparison.Ordinal)
        || code.StartsWith("ambiguous_", StringComparison.Ordinal) || code.EndsWith("_ambiguous", StringComparison.Ordinal);

    private static void Say(CliTerminal terminal, string message, string? fix)
    {
        terminal.Note("error: " + TerminalText.Line(message));
        if (fix is not null) terminal.Note("  fix: " + TerminalText.Line(fix));
    }
}

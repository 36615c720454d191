using Charterhouse.Cli.Errors;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Hosting;

/// <summary>A mistake in a workflow's text. Line and column are 1-based.</summary>
internal sealed record WorkflowMistake(int Line, int Column, string Message, string Fix);

/// <summary>What the database says of itself.</summary>
/// <param name="QuickCheck"><c>ok</c>, or the first damage that SQLite found.</param>
/// <param name="SchemaProblem">Null when the schema is this program's.</param>
internal sealed record DatabaseState(int SchemaVersion, string QuickCheck, string? SchemaProblem);

/// <summary>Every call from the command line into the services that is not <see cref="RunService"/>.</summary>
internal static class Connections
{
    private const string Missing = "this service is not part of this build";

    /// <summary>The names of the built-in workflows, the default first.</summary>
    public static IReadOnlyList<string> WorkflowNames() => throw new NotSupportedException(Missing);

    /// <summary>The text of a built-in workflow.</summary>
    public static string WorkflowText(string name) => throw new NotSupportedException(Missing + ": " + name);

    /// <summary>What is wrong with a workflow's text; empty when it can run.</summary>
    public static IReadOnlyList<WorkflowMistake> CheckWorkflow(string text, string source) => throw new NotSupportedException(Missing + ": " + source + text.Length);

    /// <summary>A target as <see cref="RunRequest.Target"/> wants it, or what is wrong with it.</summary>
    public static (string? Target, InputProblem? Problem) ParseTarget(string text, string workingFolder) => throw new NotSupportedException(Missing + ": " + text + workingFolder);

    /// <summary>The charter in a screenful of text.</summary>
    public static string Summary(RunDetails details) => throw new NotSupportedException(Missing + ": " + details.Run.RunId);

    /// <summary>Opens the database for reading and examines it.</summary>
    public static Task<DatabaseState> ExamineDatabaseAsync(string file, CancellationToken cancellationToken) => throw new NotSupportedException(Missing + ": " + file);
}

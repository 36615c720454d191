using Charterhouse.Cli.Errors;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.Cli.Hosting;

/// <summary>Every call from the command line into the services that is not <see cref="RunService"/>.</summary>
internal static class Connections
{
    /// <summary>A target as <see cref="RunRequest.Target"/> wants it, or what is wrong with it.</summary>
    public static (string? Target, InputProblem? Problem) ParseTarget(string text)
    {
        var parsed = RepositoryTarget.Parse(text);
        return parsed.Succeeded ? (parsed.Value.Text, null) : (null, new InputProblem(parsed.Problem.Message, parsed.Problem.Remedy));
    }

    /// <summary>The charter in a screenful of text.</summary>
    public static string Summary(RunDetails details) => CharterSummary.Render(details);
}

using System.Text;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Workflows;

/// <summary>Finds the workflow that <c>--workflow NAME|FILE</c> means.</summary>
internal static class WorkflowSources
{
    // Far above any workflow that a person writes; a mistyped path to something huge fails at once.
    private const long MostBytes = 1024 * 1024;

    /// <summary>The workflow, or null with its problems added. A built-in name wins over a file of the same name (write <c>./name</c> for that).</summary>
    public static WorkflowSource? Find(string nameOrFile, List<InputProblem> problems)
    {
        var names = Connections.WorkflowNames();
        if (names.Contains(nameOrFile, StringComparer.Ordinal)) return new WorkflowSource(nameOrFile, Connections.WorkflowText(nameOrFile));
        if (!File.Exists(nameOrFile))
        {
            var nearest = Suggestion.Nearest(nameOrFile, names);
            problems.Add(new InputProblem(
                $"there is no workflow and no file '{nameOrFile}'",
                nearest is not null ? $"Did you mean '{nearest}'?" : "Give a workflow file, or a name of: charter workflows list"));
            return null;
        }
        if (Read(nameOrFile, problems) is not { } text) return null;
        var mistakes = Connections.CheckWorkflow(text, nameOrFile);
        problems.AddRange(mistakes.Select(mistake => Describe(nameOrFile, mistake)));
        return mistakes.Count == 0 ? new WorkflowSource(nameOrFile, text) : null;
    }

    /// <summary>A file's text, or null with its problem added.</summary>
    public static string? Read(string file, List<InputProblem> problems)
    {
        try
        {
            if (new FileInfo(file).Length > MostBytes)
            {
                problems.Add(new InputProblem($"{file} is larger than {MostBytes / 1024} KB", "Give a workflow file."));
                return null;
            }
            return File.ReadAllText(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException)
        {
            problems.Add(new InputProblem($"{file} is not UTF-8 text", "Give a workflow file."));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add(new InputProblem($"{file} cannot be read: {problem.Message}"));
        }
        return null;
    }

    /// <summary>A mistake as editors understand it: <c>file:line:column: message</c>.</summary>
    public static InputProblem Describe(string file, WorkflowMistake mistake) =>
        new($"{file}:{mistake.Line}:{mistake.Column}: {mistake.Message}", mistake.Fix);
}

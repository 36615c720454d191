using System.CommandLine;
using System.Globalization;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Terminal;
using Charterhouse.Cli.Workflows;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Analyze;

/// <summary>What <c>analyze</c> was asked for, checked as a whole: nothing begins before all of it is good.</summary>
internal sealed record AnalyzeArguments
{
    public required CharterOptions Options { get; init; }
    public required IReadOnlyList<string> Targets { get; init; }
    public required WorkflowSource? Workflow { get; init; }
    public required string? Base { get; init; }
    public required RunResults Results { get; init; }
    public required int? RecursionLimit { get; init; }
    public required bool NoWait { get; init; }
    public required string? ResumeThread { get; init; }
    public required string? Checkpoint { get; init; }

    /// <summary>Reads and checks all of it.</summary>
    /// <exception cref="UsageException">With every problem of the command line, the configuration, the targets and the workflow.</exception>
    public static async Task<AnalyzeArguments> ReadAsync(AnalyzeOptions options, ParseResult parsed, CliContext context)
    {
        var problems = new List<InputProblem>();
        var thread = parsed.GetValue(options.ResumeThread);
        var checkpoint = parsed.GetValue(options.Checkpoint);
        var limit = parsed.GetValue(options.RecursionLimit);
        var typed = (parsed.GetValue(options.Targets) ?? []).Concat(parsed.GetValue(options.Repos) ?? []).ToList();
        CheckCombinations(options, parsed, typed, problems);

        var loaded = Load(context, parsed, limit, problems);
        var workflow = parsed.GetValue(options.Workflow) is { } name ? WorkflowSources.Find(name, problems) : null;
        var targets = thread is null ? await ParseTargetsAsync(context, typed, loaded?.Options, problems) : [];
        // Last and only when all is well: it creates the folder.
        var folder = problems.Count == 0 && parsed.GetValue(options.Out) is { } path ? new OutputFolder(Path.GetFullPath(path)) : null;
        if (folder?.Prepare() is { } unwritable) problems.Add(unwritable);
        if (problems.Count > 0) throw new UsageException(problems);
        return new AnalyzeArguments
        {
            Options = loaded!.Options,
            Targets = targets,
            Workflow = workflow,
            Base = parsed.GetValue(options.Base),
            Results = new RunResults(parsed.GetValue(options.Json) ? ResultFormat.Json : ResultFormats.Parse(parsed.GetValue(options.Format)), folder, parsed.GetValue(options.FailOn) is { } severity ? new FindingGate(severity) : null),
            RecursionLimit = limit is null ? null : int.Parse(limit, CultureInfo.InvariantCulture),
            NoWait = parsed.GetValue(options.NoWait),
            ResumeThread = thread,
            Checkpoint = checkpoint,
        };
    }

    private static void CheckCombinations(AnalyzeOptions options, ParseResult parsed, List<string> typed, List<InputProblem> problems)
    {
        var thread = parsed.GetValue(options.ResumeThread);
        var checkpoint = parsed.GetValue(options.Checkpoint);
        if (parsed.GetValue(options.Json) && parsed.GetValue(options.Format) is not null)
            problems.Add(new("--json and --format cannot be combined", "Leave one of them away."));
        if (thread is not null && typed.Count > 0)
            problems.Add(new("--resume-thread takes no targets: the thread has its own", "Leave the targets away."));
        if (thread is not null && parsed.GetValue(options.Base) is not null)
            problems.Add(new("--resume-thread takes no --base: the thread has its own", "Leave --base away."));
        if (parsed.GetValue(options.Base) is { } reference && string.IsNullOrWhiteSpace(reference))
            problems.Add(new("--base is empty", "Name a branch, a tag or a commit, for example --base main."));
        if (thread is null && checkpoint is not null)
            problems.Add(new("--checkpoint needs --resume-thread", "Add --resume-thread THREAD, or use: charter runs fork"));
        if (checkpoint is not null && (parsed.GetValue(options.Workflow) ?? parsed.GetValue(options.RecursionLimit)) is not null)
            problems.Add(new("--checkpoint starts a fork, which keeps its thread's workflow and limits", "Leave --workflow and --recursion-limit away."));
    }

    // Configuration problems join the others, so that one look shows all there is to correct.
    private static LoadedConfiguration? Load(CliContext context, ParseResult parsed, string? limit, List<InputProblem> problems)
    {
        try
        {
            return context.Load(parsed, limit);
        }
        catch (ConfigurationException wrong)
        {
            problems.AddRange(wrong.Problems.Select(problem => new InputProblem(problem.ToString())));
            return null;
        }
    }

    private static async Task<List<string>> ParseTargetsAsync(CliContext context, List<string> typed, CharterOptions? options, List<InputProblem> problems)
    {
        var onServer = options?.Server is not null;
        if (typed.Count == 0) typed = ["."];
        var targets = new List<string>(typed.Count);
        foreach (var text in typed)
        {
            var (target, problem) = onServer ? await Connections.ParseServerTargetAsync(text, options!.GitHub.Web, context.Interrupted) : Connections.ParseTarget(text, options?.GitHub.Web);
            if (problem is not null) problems.Add(problem);
            // The same repository twice would be two runs that do the same.
            else if (!targets.Contains(target!, StringComparer.Ordinal)) targets.Add(target!);
            if (problem is not null || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) continue;
            if (!text.Contains("://", StringComparison.Ordinal) && !Path.Exists(text)) context.Terminal.Note($"there is no folder {TerminalText.Line(text)}: it is taken for {TerminalText.Line(target!)}");
            else if (onServer)
                context.Terminal.Note($"{TerminalText.Line(text)} is {TerminalText.Line(target!)} for the server: what was not pushed is not seen");
        }
        return targets;
    }
}

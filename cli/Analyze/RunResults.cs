using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Analyze;

/// <summary>Writes ended runs: results on standard output and into <c>--out</c>, failures on standard error.</summary>
/// <param name="Gate">Which findings make the command fail; null for none.</param>
internal sealed record RunResults(ResultFormat Format, OutputFolder? Out, FindingGate? Gate = null)
{
    /// <summary>True when the runs' SARIF is asked for.</summary>
    public bool NeedSarif => Format == ResultFormat.Sarif || Out is not null;

    /// <summary>Writes everything and returns the exit code: a failure counts more than a cancellation, that more than findings.</summary>
    /// <param name="logs">May be empty unless <see cref="NeedSarif"/>.</param>
    public async Task<int> WriteAsync(IReadOnlyList<RunDetails> runs, SarifLogs logs, CliContext context, ParseResult parsed)
    {
        if (Out is not null) await Out.WriteAsync(runs, logs, CancellationToken.None);
        switch (Format)
        {
            case ResultFormat.Json:
                context.Terminal.Print(RunEnvelope.Of(runs));
                break;
            case ResultFormat.Markdown:
                foreach (var details in runs.Where(details => details.Markdown is not null)) context.Terminal.Result(details.Markdown!);
                break;
            case ResultFormat.Sarif:
                context.Terminal.Result(logs.Merged(runs));
                break;
            default:
                WriteText(runs, context);
                break;
        }
        foreach (var details in runs.Where(details => RunText.IsFailure(details.Run)))
            context.Terminal.Note(RunText.Failure(details, context.NextCommand(parsed, RunText.NextOf(details.Run))));
        var code = ExitCodes.Of([.. runs.Select(details => details.Run.Status)]);
        if (Gate?.Describe(runs) is not { } severe) return code;
        context.Terminal.Note(severe);
        return code == ExitCodes.Ok ? ExitCodes.Findings : code;
    }

    private static void WriteText(IReadOnlyList<RunDetails> runs, CliContext context)
    {
        foreach (var details in runs)
        {
            context.Terminal.Result(RunText.Headline(details.Run, context.Time.GetUtcNow()));
            if (details.Charter is not null) context.Terminal.Result(Connections.Summary(details));
            foreach (var artifact in details.Run.Artifacts.Where(one => one.Path is not null)) context.Terminal.Result($"{artifact.Type}: {artifact.Path}");
        }
    }
}

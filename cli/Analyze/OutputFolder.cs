using System.Text.Json;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Hosting;

namespace Charterhouse.Cli.Analyze;

/// <summary>The folder of <c>--out</c>: <c>charter.md</c>, <c>charter.json</c> and <c>charter.sarif</c>, each whole or not at all.</summary>
internal sealed class OutputFolder(string path)
{
    /// <summary>Creates the folder and makes sure that it can be written; null when it can.</summary>
    public InputProblem? Prepare()
    {
        try
        {
            Directory.CreateDirectory(path);
            using var probe = new FileStream(Path.Combine(path, $".probe-{Path.GetRandomFileName()}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new InputProblem($"--out {path} cannot be written: {problem.Message}", "Give a folder that can be written.");
        }
    }

    /// <summary>Writes the charters of those runs that published one (what a failed run found must not replace a whole charter); several runs go to a folder each, named after the repository.</summary>
    public async Task WriteAsync(IReadOnlyList<RunDetails> runs, SarifLogs logs, CancellationToken cancellationToken)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var details in runs)
        {
            var folder = runs.Count == 1 ? path : Path.Combine(path, FreeName(RunText.NameOf(details.Run), taken));
            if (details.Run.Status != RunStatus.Published || details.Charter is not { } charter || details.Markdown is null) continue;
            Directory.CreateDirectory(folder);
            await WholeFile.WriteAsync(Path.Combine(folder, "charter.md"), details.Markdown, cancellationToken);
            await WholeFile.WriteAsync(Path.Combine(folder, "charter.json"), RunEnvelope.OfValue<JsonElement>(charter) + "\n", cancellationToken);
            if (logs.Of(details) is { } sarif) await WholeFile.WriteAsync(Path.Combine(folder, "charter.sarif"), sarif, cancellationToken);
        }
    }

    // A repository's name may be anything, such as '..': only letters that cannot leave the folder stay.
    private static string FreeName(string name, HashSet<string> taken)
    {
        var safe = string.Concat(name.Split('/', '\\').TakeLast(2).Aggregate((owner, repository) => owner + "-" + repository)
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).TrimStart('.');
        if (safe.Length == 0) safe = "repository";
        var free = safe;
        for (var number = 2; !taken.Add(free); number++) free = $"{safe}-{number}";
        return free;
    }
}

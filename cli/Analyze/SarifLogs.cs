using Charterhouse.Cli.Hosting;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Analyze;

/// <summary>The findings of ended runs as SARIF, read while their house can be asked.</summary>
internal sealed class SarifLogs
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> logs = new(StringComparer.Ordinal);

    /// <summary>Those of the runs that have a charter.</summary>
    public static async Task<SarifLogs> ReadAsync(IEnumerable<RunDetails> runs, IArtifactReader artifacts, CancellationToken cancellationToken)
    {
        var read = new SarifLogs();
        foreach (var details in runs)
            if (await Connections.SarifAsync(details, artifacts, cancellationToken) is { } log) read.logs[details.Run.RunId] = log;
        return read;
    }

    /// <summary>One run's; null when it has no charter.</summary>
    public ReadOnlyMemory<byte>? Of(RunDetails details) => details.Charter is not null && logs.TryGetValue(details.Run.RunId, out var log) ? (ReadOnlyMemory<byte>?)log : null; // a bare null would be empty memory

    /// <summary>All of them as one log, in the order of the runs.</summary>
    public string Merged(IEnumerable<RunDetails> runs) => Connections.Merge([.. runs.Select(Of).OfType<ReadOnlyMemory<byte>>()]);
}

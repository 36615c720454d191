using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Charters;

namespace Charterhouse.Cli.Tests.Analyze;

/// <summary>A house in which no run has made a file.</summary>
internal sealed class NoArtifacts : IArtifactReader
{
    public Task<ArtifactContent?> ReadAsync(RunId run, string type, CancellationToken cancellationToken) => Task.FromResult<ArtifactContent?>(null);
}

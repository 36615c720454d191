using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents.Scan;

/// <summary><c>analysis/scan-base</c>: the facts of the commit that a change begins at.</summary>
internal sealed class ScanBaseHandler(FactsScan scan) : IStepHandler
{
    /// <inheritdoc/>
    public string Kind => StepKinds.AnalysisScanBase;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var repository = await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken);
        var sha = repository.BaseSha ?? throw StepFailedException.Permanent("base_missing", "the run has no base to compare with", "Name one: charter analyze --base REF");
        return await scan.RunAsync(context, repository, sha, Channels.BaseFacts, cancellationToken);
    }
}

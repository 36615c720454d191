using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents.Scan;

/// <summary><c>analysis/scan</c>: the facts of the head.</summary>
internal sealed class ScanHandler(FactsScan scan) : IStepHandler
{
    /// <inheritdoc/>
    public string Kind => StepKinds.AnalysisScan;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var repository = await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken);
        return await scan.RunAsync(context, repository, repository.HeadSha, Channels.Facts, cancellationToken);
    }
}

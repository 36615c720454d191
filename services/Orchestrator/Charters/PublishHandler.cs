using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;

namespace Charterhouse.Orchestrator.Charters;

/// <summary><c>report/publish</c>: the state becomes the next version of the charter.</summary>
internal sealed class PublishHandler(CharterVersions versions) : IStepHandler
{
    /// <inheritdoc/>
    public string Kind => StepKinds.ReportPublish;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var trigger = await context.ReadAsync<RunTrigger>(Channels.Trigger, cancellationToken);
        var repository = await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken);
        var published = await versions.PublishAsync(context.RunId.ToString(), trigger.KnownAs ?? trigger.Target, repository, context.Inputs, cancellationToken);
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Charter] = CanonicalJson.ToElement(published) };
    }
}

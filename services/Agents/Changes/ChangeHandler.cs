using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents.Changes;

/// <summary><c>agent/change</c>.</summary>
internal sealed class ChangeHandler(FactsReader reader) : IStepHandler
{
    /// <inheritdoc/>
    public string Kind => StepKinds.Change;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var repository = await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken);
        if (repository.BaseSha is null) throw StepFailedException.Permanent("base_missing", "the run has no base to compare with", "Name one: charter analyze --base REF");
        var head = await reader.ReadAsync(context, Channels.Facts, cancellationToken);
        var atBase = await context.ReadAsync<RepositoryFacts>(Channels.BaseFacts, cancellationToken);
        var sections = await context.ReadAsync<Dictionary<string, JsonElement>>(Channels.Sections, cancellationToken);
        var findings = await context.ReadAsync<List<Finding>>(Channels.Findings, cancellationToken);
        ChangeSection change = ChangeAgent.Describe(repository, head, atBase, sections, findings);
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Change] = CanonicalJson.ToElement(change) };
    }
}

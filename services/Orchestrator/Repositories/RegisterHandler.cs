using System.Globalization;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>
/// <c>registry/register</c>: the listed repositories are registered. One that is there already, whatever it was called, stays as it is, paused ones too;
/// so doing it again changes nothing.
/// </summary>
internal sealed class RegisterHandler(Database<OrchestratorDbContext> database, RepositoryRegistry registry) : IStepHandler
{
    /// <summary>So many a transaction: others write between.</summary>
    private const int Batch = 100;

    public string Kind => StepKinds.RegistryRegister;

    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var trigger = await context.ReadAsync<RunTrigger>(Channels.Trigger, cancellationToken);
        var listed = (await context.ReadAsync<List<TriggerRepository>>(Channels.Repositories, cancellationToken))
            .Where(one => HttpsTarget.IsOne(one.Url)).DistinctBy(one => Runs.RunQueue.LaneOf(one.Url), StringComparer.Ordinal).ToList();
        var added = 0;
        foreach (var some in listed.Chunk(Batch))
        {
            added += await database.WriteAsync((db, token) => RegisterAsync(db, some, trigger.Actor, token), cancellationToken);
            context.Progress(string.Create(CultureInfo.InvariantCulture, $"{added} of {listed.Count} are new"));
        }
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Registered] = CanonicalJson.ToElement(new RegisteredRepositories(added, listed.Count - added)) };
    }

    private async Task<int> RegisterAsync(OrchestratorDbContext db, IEnumerable<TriggerRepository> listed, string? actor, CancellationToken cancellationToken)
    {
        await RepositoryRegistry.LockAsync(db, cancellationToken);
        var added = 0;
        foreach (var one in listed)
        {
            if (await registry.SeeAsync(db, one, cancellationToken) is not null) continue;
            var row = await registry.AddAsync(db, one.Url, actor, one, cancellationToken);
            (row.ForgeId, row.Name, row.DefaultBranch) = (one.ForgeId, one.Name, one.DefaultBranch);
            added++;
        }
        return added;
    }
}

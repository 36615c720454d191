using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>The registry: by the forge's number, which outlives names; else by address, of what was registered and of what the configuration names.</summary>
internal sealed class RegisteredTriggerRules(OrchestratorOptions options) : ITriggerRules
{
    public async Task<TriggerSubject?> FindAsync(OrchestratorDbContext db, TriggerRepository repository, CancellationToken cancellationToken)
    {
        var lane = RunQueue.LaneOf(repository.Url);
        if (await RowAsync(db, repository.ForgeId, lane, cancellationToken) is { } row)
        {
            row.ForgeId ??= repository.ForgeId;
            row.Name ??= repository.Name;
            row.DefaultBranch = repository.DefaultBranch ?? row.DefaultBranch;
            var overrides = row.Rules is null ? null : JsonSerializer.Deserialize<TriggerRuleOverrides>(row.Rules, CanonicalJson.Options);
            return new TriggerSubject(row.Target, row.KnownAs, row.DefaultBranch, row.Paused, options.Triggers.With(overrides));
        }
        return options.Repositories.FirstOrDefault(target => RunQueue.LaneOf(target) == lane) is { } configured
            ? new TriggerSubject(configured, null, repository.DefaultBranch, null, options.Triggers)
            : null;
    }

    private static async Task<RegisteredRepositoryRow?> RowAsync(OrchestratorDbContext db, string? forgeId, string lane, CancellationToken cancellationToken)
    {
        if (forgeId is not null && await db.RegisteredRepositories.AsTracking().FirstOrDefaultAsync(row => row.ForgeId == forgeId, cancellationToken) is { } same) return same;
        // at an address that was registered, another number is another repository: somebody took the name over
        return await db.RegisteredRepositories.AsTracking().FirstOrDefaultAsync(row => row.Lane == lane && (row.ForgeId == null || forgeId == null), cancellationToken);
    }
}

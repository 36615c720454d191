using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>The rules of the registry, which learns from the event what it tells of the repository.</summary>
internal sealed class RegisteredTriggerRules(RepositoryRegistry registry) : ITriggerRules
{
    public async Task<TriggerSubject?> FindAsync(OrchestratorDbContext db, TriggerRepository repository, CancellationToken cancellationToken) =>
        await registry.SeeAsync(db, repository, cancellationToken) is { } found
            ? new TriggerSubject(found.Target, found.KnownAs, found.Row?.DefaultBranch ?? repository.DefaultBranch, found.Paused, found.Rules)
            : null;
}

using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>Finds out which of the house's repositories an event is about, and what is wanted of it.</summary>
internal interface ITriggerRules
{
    /// <summary>
    /// The registered repository, or null. Inside the saga's transaction: what an event tells about a repository, such as its number at the forge, is noted
    /// where it was not known.
    /// </summary>
    Task<TriggerSubject?> FindAsync(OrchestratorDbContext db, TriggerRepository repository, CancellationToken cancellationToken);
}

/// <summary>A registered repository, for events.</summary>
/// <param name="Target">What a run looks at.</param>
/// <param name="KnownAs">See <c>RunTrigger.KnownAs</c>.</param>
/// <param name="DefaultBranch">Null when nobody has said.</param>
/// <param name="Paused">Why nothing is started for it; null when it is looked after.</param>
/// <param name="Rules">Whole: what deviates has been put in.</param>
internal sealed record TriggerSubject(string Target, string? KnownAs, string? DefaultBranch, string? Paused, TriggerRules Rules);

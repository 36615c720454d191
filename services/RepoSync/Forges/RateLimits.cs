using System.Collections.Concurrent;

namespace Charterhouse.RepoSync.Forges;

/// <summary>
/// The forges' limits, by credential and resource. A call that would be refused, or that would eat into what is kept for people who wait, is not made.
/// </summary>
internal sealed class RateLimits(TimeProvider time)
{
    /// <summary>The resource that nearly everything counts against.</summary>
    public const string Core = "core";
    /// <summary>A refusal that is about no resource in particular holds for all.</summary>
    private const string All = "*";

    private readonly ConcurrentDictionary<(string Identity, string Resource), RateLimit> _limits = new();

    /// <summary>When a call may be made; null for now.</summary>
    public DateTimeOffset? NoCallBefore(string identity, string resource, ForgePriority priority)
    {
        var now = time.GetUtcNow();
        var (one, all) = (Of(identity, resource).NoCallBefore(now, priority), Of(identity, All).NoCallBefore(now, priority));
        return one > all || all is null ? one : all;
    }

    /// <summary>Learns from an answer.</summary>
    /// <returns>When a call may be made, where the answer refuses this one for a limit; null where it does not.</returns>
    public DateTimeOffset? Learn(string identity, string resource, ForgeAnswer answer)
    {
        var now = time.GetUtcNow();
        resource = answer.Header("x-ratelimit-resource") ?? resource;
        var counted = Change(identity, resource, limit => limit.Counted(answer));
        if (!RateLimit.Refuses(answer))
        {
            if (answer.Succeeded && Of(identity, All).Strikes > 0) Change(identity, All, limit => limit with { Strikes = 0 });
            return null;
        }
        return Change(identity, RateLimit.IsSpent(answer) && counted.ResetAt > now ? resource : All, limit => limit.Refused(answer, now)).BlockedUntil;
    }

    private RateLimit Of(string identity, string resource) => _limits.GetValueOrDefault((identity, resource)) ?? new RateLimit();

    private RateLimit Change(string identity, string resource, Func<RateLimit, RateLimit> change) =>
        _limits.AddOrUpdate((identity, resource), _ => change(new RateLimit()), (_, limit) => change(limit));
}

using System.Collections.Concurrent;

namespace Charterhouse.RepoSync.Forges;

/// <summary>
/// The forges' limits, by credential and resource. A call that would be refused, or that would eat into what is kept for people who wait, is not made.
/// Replicas share what they were told.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="table">Where it is shared; null for nowhere.</param>
internal sealed class RateLimits(TimeProvider time, ForgeLimitTable? table = null)
{
    /// <summary>The resource that nearly everything counts against.</summary>
    public const string Core = "core";
    /// <summary>A refusal that is about no resource in particular holds for all.</summary>
    private const string All = "*";
    /// <summary>How old what others were told may be: the reserve is far larger than what they can use up meanwhile.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private const int NearlySpent = 5;

    private readonly ConcurrentDictionary<(string Identity, string Resource), RateLimit> _limits = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Identity, string Resource), DateTimeOffset> _stored = new();

    /// <summary>When a call may be made; null for now.</summary>
    public async ValueTask<DateTimeOffset?> NoCallBeforeAsync(string identity, string resource, ForgePriority priority, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (table is not null && !(now - _read.GetValueOrDefault(identity) < Freshness))
        {
            _read[identity] = now;
            foreach (var (name, limit) in await table.ReadAsync(identity, cancellationToken)) Change(identity, name, known => known.With(limit));
        }
        var (one, all) = (Of(identity, resource).NoCallBefore(now, priority), Of(identity, All).NoCallBefore(now, priority));
        return one > all || all is null ? one : all;
    }

    /// <summary>Learns from an answer.</summary>
    /// <returns>When a call may be made, where the answer refuses this one for a limit; null where it does not.</returns>
    public async ValueTask<DateTimeOffset?> LearnAsync(string identity, string resource, ForgeAnswer answer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        resource = answer.Header("x-ratelimit-resource") ?? resource;
        var counted = Change(identity, resource, limit => limit.Counted(answer));
        if (!RateLimit.Refuses(answer))
        {
            if (answer.Succeeded && Of(identity, All).Strikes > 0) Change(identity, All, limit => limit with { Strikes = 0 });
            var isDue = counted.Remaining <= counted.Limit / NearlySpent || !(now - _stored.GetValueOrDefault((identity, resource)) < Freshness);
            if (table is not null && counted.Remaining is not null && isDue) await StoreAsync(table, identity, resource, counted);
            return null;
        }
        var held = RateLimit.IsSpent(answer) && counted.ResetAt > now ? resource : All;
        var refused = Change(identity, held, limit => limit.Refused(answer, now));
        if (table is not null) await StoreAsync(table, identity, held, refused);
        return refused.BlockedUntil;

        Task StoreAsync(ForgeLimitTable shared, string who, string name, RateLimit limit)
        {
            _stored[(who, name)] = now;
            return shared.StoreAsync(who, name, limit, cancellationToken);
        }
    }

    private RateLimit Of(string identity, string resource) => _limits.GetValueOrDefault((identity, resource)) ?? new RateLimit();

    private RateLimit Change(string identity, string resource, Func<RateLimit, RateLimit> change) =>
        _limits.AddOrUpdate((identity, resource), _ => change(new RateLimit()), (_, limit) => change(limit));
}

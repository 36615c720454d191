using System.Globalization;
using System.Net;

namespace Charterhouse.RepoSync.Forges;

/// <summary>What is known of one limit of one credential. Only what the forge itself said: a guess would be wrong for somebody.</summary>
/// <param name="Limit">Calls in a window; null before the forge said so.</param>
/// <param name="Remaining">Calls that were left at the last answer.</param>
/// <param name="ResetAt">When the window ends.</param>
/// <param name="BlockedUntil">No call at all before it.</param>
/// <param name="Strikes">Refusals without a time in a row.</param>
internal sealed record RateLimit(long? Limit = null, long? Remaining = null, DateTimeOffset? ResetAt = null, DateTimeOffset? BlockedUntil = null, int Strikes = 0)
{
    // GitHub's documentation: without a header wait at least a minute, then longer each time.
    private static readonly TimeSpan LeastBlock = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostBlock = TimeSpan.FromHours(1);
    private const int ReserveDivisor = 10;
    private const long UsualLimit = 5000;

    /// <summary>When a call may be made; null for now.</summary>
    public DateTimeOffset? NoCallBefore(DateTimeOffset now, ForgePriority priority)
    {
        if (BlockedUntil > now) return BlockedUntil;
        var floor = priority == ForgePriority.Background ? (Limit ?? UsualLimit) / ReserveDivisor : 0;
        return ResetAt > now && Remaining <= floor ? ResetAt : null;
    }

    /// <summary>What an answer says of the window: GitHub's names, or GitLab's.</summary>
    public RateLimit Counted(ForgeAnswer answer)
    {
        var remaining = answer.Number("x-ratelimit-remaining") ?? answer.Number("ratelimit-remaining");
        var reset = answer.Number("x-ratelimit-reset") ?? answer.Number("ratelimit-reset");
        if (remaining is null || reset is not { } seconds || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return this;
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        // answers come out of order: within one window it only gets less
        var left = at == ResetAt && Remaining is { } known ? Math.Min(known, remaining.Value) : remaining;
        return this with { Limit = answer.Number("x-ratelimit-limit") ?? answer.Number("ratelimit-limit") ?? Limit, Remaining = left, ResetAt = at };
    }

    /// <summary>True when the answer refuses a call for a limit, whichever.</summary>
    public static bool Refuses(ForgeAnswer answer) => answer.Status == HttpStatusCode.TooManyRequests
        || (answer.Status == HttpStatusCode.Forbidden && (answer.Headers.RetryAfter is not null || IsSpent(answer) || Says(answer, "rate limit") || Says(answer, "abuse detection")));

    /// <summary>True when it is the window that is used up, and not one of the limits that have no number.</summary>
    public static bool IsSpent(ForgeAnswer answer) => (answer.Number("x-ratelimit-remaining") ?? answer.Number("ratelimit-remaining")) == 0 && answer.Headers.RetryAfter is null;

    /// <summary>After a refusal.</summary>
    public RateLimit Refused(ForgeAnswer answer, DateTimeOffset now)
    {
        if (answer.Headers.RetryAfter is { } after)
        {
            var wait = after.Delta ?? after.Date - now ?? LeastBlock;
            return this with { BlockedUntil = now + (wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1)), Strikes = 0 };
        }
        if (IsSpent(answer) && ResetAt > now) return this with { BlockedUntil = ResetAt };
        var block = LeastBlock * Math.Pow(2, Math.Min(Strikes, 10));
        return this with { BlockedUntil = now + (block < MostBlock ? block : MostBlock), Strikes = Strikes + 1 };
    }

    /// <summary>Together with what somebody else was told: the later window counts, and of one window what is less.</summary>
    public RateLimit With(RateLimit other)
    {
        var later = ResetAt is null || other.ResetAt > ResetAt ? other with { Strikes = Strikes } : other.ResetAt == ResetAt && other.Remaining < Remaining ? this with { Remaining = other.Remaining } : this;
        return later with { BlockedUntil = BlockedUntil is null || other.BlockedUntil > BlockedUntil ? other.BlockedUntil : BlockedUntil };
    }

    private static bool Says(ForgeAnswer answer, string words) => answer.Message().Contains(words, StringComparison.OrdinalIgnoreCase);

    /// <summary>For a debugger.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Remaining}/{Limit} until {ResetAt:O}, blocked until {BlockedUntil:O}");
}

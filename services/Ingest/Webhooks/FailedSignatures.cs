using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Ingest.Webhooks;

/// <summary>Counts requests with a wrong signature by address. A good signature is never counted, so a flood of forgeries does not keep a forge away.</summary>
internal sealed class FailedSignatures(int perMinute) : IAsyncDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<IPAddress> limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetFixedWindowLimiter(address,
        _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = Window, QueueLimit = 0, AutoReplenishment = true }));

    /// <summary>Counts one; the time to wait when that was too many, else null.</summary>
    public TimeSpan? Count(HttpContext context)
    {
        using var lease = limiter.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window;
    }

    public ValueTask DisposeAsync() => limiter.DisposeAsync();
}

using System.Diagnostics.Metrics;

namespace Charterhouse.Platform.Telemetry;

/// <summary>
/// What this program counts and times; docs/reference/metrics.md explains each. Labels only take values that the program knows: kinds of steps,
/// names of queues and services, outcomes. Nothing of a repository is ever a label.
/// </summary>
public static class Metrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Charterhouse";

    internal static readonly Meter Meter = new(MeterName);

    private static readonly double[] StepSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
    private static readonly double[] RunSeconds = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

    /// <summary>From the request of a run to its end, with its <c>outcome</c>.</summary>
    public static Histogram<double> RunDuration { get; } = Meter.CreateHistogram("charter.run.duration", "s", "From the request of a run to its end", tags: null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = RunSeconds });

    /// <summary>Further attempts of steps, with their <c>kind</c>.</summary>
    public static Counter<long> StepRetries { get; } = Meter.CreateCounter<long>("charter.step.retries", "{retry}", "Attempts of steps after the first");

    /// <summary>Repositories that were removed from the cache because its disk was full.</summary>
    public static Counter<long> CacheEvictions { get; } = Meter.CreateCounter<long>("charter.cache.evictions", "{repository}", "Repositories removed from the cache because its disk was full, or it was beyond its quota");

    /// <summary>Deliveries of webhooks with a good signature, with their <c>provider</c> and first <c>disposition</c>.</summary>
    public static Counter<long> Deliveries { get; } = Meter.CreateCounter<long>("charter.webhook.deliveries", "{delivery}", "Deliveries of webhooks with a good signature");

    /// <summary>Requests to webhooks that were refused, with the <c>status</c> of the answer.</summary>
    public static Counter<long> RefusedDeliveries { get; } = Meter.CreateCounter<long>("charter.webhook.refused", "{request}", "Requests to webhooks that were refused");

    /// <summary>Effects that were settled, with their <c>kind</c> and <c>state</c>.</summary>
    public static Counter<long> Effects { get; } = Meter.CreateCounter<long>("charter.effects", "{effect}", "Writes outside of the house that were settled");

    internal static readonly Histogram<double> StepDuration = Meter.CreateHistogram("charter.step.duration", "s", "Execution of an attempt of a step", tags: null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = StepSeconds });

    internal static readonly Counter<long> LeasesLost = Meter.CreateCounter<long>("charter.step.leases.lost", "{lease}", "Steps whose worker lost its claim: it vanished, or came too late");

    internal static readonly Counter<long> MessageFailures = Meter.CreateCounter<long>("charter.message.failures", "{message}", "Deliveries whose consumer failed for good; the broker or the owner sends the message again");

    /// <summary>A label.</summary>
    public static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}

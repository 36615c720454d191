using System.Diagnostics;

namespace Charterhouse.Platform.Telemetry;

/// <summary>
/// The spans of this program. A run's trace crosses tables and queues: whatever waits carries a W3C traceparent, and goes on below it. Without a
/// listener (no exporter is configured) nothing is made.
/// </summary>
public static class Tracing
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Charterhouse";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>What a row carries so that whatever follows from it joins this trace; null outside one.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;

    /// <summary>The first span of a trace, or one below the caller's; null when nobody listens.</summary>
    public static Activity? Begin(string name) => Source.StartActivity(name, ActivityKind.Internal);

    /// <summary>
    /// A span below what was carried; null when nobody listens or nothing was carried: what a host does by itself, round after round, makes no
    /// traces of its own.
    /// </summary>
    internal static Activity? Start(string name, ActivityKind kind, string? carried) =>
        carried is not null && Source.HasListeners() && ActivityContext.TryParse(carried, null, isRemote: true, out var parent)
            ? Source.StartActivity(name, kind, parent)
            : null;
}

using System.Text.Json;

namespace Charterhouse.Journeys.Tests;

/// <summary>Reads the file of <c>CHARTER_TRACE_FILE</c>.</summary>
internal static class Spans
{
    private static readonly string[] Way =
        ["send TriggerReceived", "process TriggerReceived", "send StartRun", "process StartRun", "step sync", "step scan", "step publish", "process TriggerDisposed"];

    /// <summary>The lines so far, of a file that others are writing.</summary>
    public static string[] Lines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>True when a delivery's trace goes on to the report of its run.</summary>
    public static bool LeadFromDelivery(IEnumerable<string> lines)
    {
        var spans = lines.Where(line => line.EndsWith('}')).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        var deliveries = spans.Where(span => Text(span, "name") == "POST /webhooks/github").Select(span => Text(span, "trace_id")).ToHashSet(StringComparer.Ordinal);
        return spans.Where(span => deliveries.Contains(Text(span, "trace_id"))).GroupBy(span => Text(span, "trace_id"), StringComparer.Ordinal)
            .Any(trace => trace.Select(span => Text(span, "name")!).ToHashSet(StringComparer.Ordinal).IsSupersetOf(Way));
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}

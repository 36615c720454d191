using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OpenTelemetry;

namespace Charterhouse.Platform.Telemetry;

/// <summary>Spans as JSON lines in a file that several processes may share: for whoever has no collector at hand.</summary>
internal sealed class TraceFile(string path, string service) : BaseExporter<Activity>
{
    private const int Attempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ManualResetEventSlim ended = new();

    private sealed record Line(
        string TraceId, string SpanId, string? ParentSpanId, string Service, string Name, string Kind, DateTime StartedAt, double DurationMs, string Status, SortedDictionary<string, string> Tags);

    private static readonly JsonSerializerOptions Json = new(Contracts.Serialization.CanonicalJson.Options) { WriteIndented = false };

    public override ExportResult Export(in Batch<Activity> batch)
    {
        var text = new StringBuilder();
        foreach (var span in batch) text.Append(JsonSerializer.Serialize(Describe(span), Json)).Append('\n');
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Alone for the moment of a batch: .NET appends at the position that it saw when it opened the file.
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None);
                file.Write(Encoding.UTF8.GetBytes(text.ToString()));
                return ExportResult.Success;
            }
            catch (IOException) when (attempt < Attempts)
            {
                ended.Wait(Pause); // on the exporter's own thread
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return ExportResult.Failure;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) ended.Dispose();
        base.Dispose(disposing);
    }

    private Line Describe(Activity span) => new(
        span.TraceId.ToHexString(), span.SpanId.ToHexString(), span.ParentSpanId == default ? null : span.ParentSpanId.ToHexString(), service,
        span.DisplayName, span.Kind.ToString().ToLowerInvariant(), span.StartTimeUtc, Math.Round(span.Duration.TotalMilliseconds, 3), span.Status.ToString().ToLowerInvariant(),
        new SortedDictionary<string, string>(span.TagObjects.ToDictionary(tag => tag.Key, tag => Convert.ToString(tag.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "", StringComparer.Ordinal), StringComparer.Ordinal));
}

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
    /// <summary>Time without a failure before that is news: a disk may stay full for long, and a small batch finds its place in between.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly ManualResetEventSlim ended = new();
    private bool failing;
    private bool said;
    private long failedAt;

    private sealed record Line(
        string TraceId, string SpanId, string? ParentSpanId, string Service, string Name, string Kind, DateTime StartedAt, double DurationMs, string Status, SortedDictionary<string, string> Tags);

    private static readonly JsonSerializerOptions Json = new(Contracts.Serialization.CanonicalJson.Options) { WriteIndented = false };

    public override ExportResult Export(in Batch<Activity> batch)
    {
        var text = new StringBuilder();
        foreach (var span in batch) text.Append(JsonSerializer.Serialize(Describe(span), Json)).Append('\n');
        try
        {
            using var file = Open();
            Append(file, Encoding.UTF8.GetBytes(text.ToString()));
            failing = false;
            if (said && Stopwatch.GetElapsedTime(failedAt) > Quiet)
            {
                said = false;
                Console.Error.WriteLine($"spans are written to {path} again");
            }
            return ExportResult.Success;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            (failing, failedAt) = (true, Stopwatch.GetTimestamp());
            if (!said) Console.Error.WriteLine($"warning: spans cannot be written to {path}, and are lost until they can: {problem.Message}");
            said = true;
            return ExportResult.Failure;
        }
    }

    private FileStream Open()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Alone for the moment of a batch: .NET appends at the position that it saw when it opened the file.
                return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            }
            catch (IOException) when (attempt < Attempts && !failing)
            {
                ended.Wait(Pause); // on the exporter's own thread
            }
        }
    }

    /// <summary>The whole batch or nothing: half a line would spoil the next one.</summary>
    private static void Append(FileStream file, ReadOnlySpan<byte> lines)
    {
        var end = file.Length;
        try
        {
            file.Write(lines);
        }
        catch (IOException)
        {
            if (file.Length > end) file.SetLength(end);
            throw;
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

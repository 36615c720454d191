using System.Text.Json;
using System.Text.Json.Nodes;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Runs;

/// <summary>
/// The JSON that <c>analyze</c>, <c>resume</c>, <c>runs show</c> and <c>runs list</c> print. Programs read it: members are only ever added, and
/// an approved file in the tests shows every change.
/// </summary>
internal static class RunEnvelope
{
    private static readonly JsonSerializerOptions Indented = new(CanonicalJson.Options) { WriteIndented = true };

    /// <summary>Everything about some runs.</summary>
    public static string Of(IEnumerable<RunDetails> runs) => Write(new JsonObject { ["runs"] = new JsonArray([.. runs.Select(Full)]) });

    /// <summary>The list's rows.</summary>
    public static string OfList(IEnumerable<RunSummary> runs, string? next) => Write(new JsonObject
    {
        ["runs"] = new JsonArray([.. runs.Select(run => WithEnd(WithWait(Head(run), run), run))]),
        ["next_cursor"] = next,
    });

    /// <summary>Any value in the same style.</summary>
    public static string OfValue<T>(T value) => JsonSerializer.Serialize(value, Indented);

    private static JsonNode Full(RunDetails details)
    {
        var run = Head(details.Run);
        run["waits_for"] = Array(details.WaitsFor);
        run["steps"] = Array(details.Steps.Select(step => new { step.Name, step.Uses, step.Status, step.Attempts, step.DurationMs }));
        run["charter"] = Charter(details);
        run["findings"] = Array<Finding>(details.Findings);
        return WithEnd(run, details.Run);
    }

    private static JsonObject Head(RunSummary run) => new()
    {
        ["run_id"] = run.RunId,
        ["thread_id"] = run.ThreadId,
        ["workflow"] = run.Workflow,
        ["status"] = run.Status,
        ["target"] = run.Target,
        ["repository"] = run.Repository is { } repository ? JsonSerializer.SerializeToNode(repository, CanonicalJson.Options) : null,
        ["created_at"] = run.CreatedAt.UtcDateTime,
        ["started_at"] = run.StartedAt?.UtcDateTime,
        ["queue"] = run.Queue is { } place ? JsonSerializer.SerializeToNode(place, CanonicalJson.Options) : null,
        ["duration_ms"] = RunText.DurationOf(run) is { } duration ? (long)duration.TotalMilliseconds : null,
        ["notes"] = Array(run.Notes),
    };

    private static JsonObject WithWait(JsonObject target, RunSummary run)
    {
        if (run.QuietSince is not { } quiet) return target;
        target["quiet_since"] = quiet.UtcDateTime;
        target["waits_for"] = Array(run.WaitsFor ?? []);
        return target;
    }

    // Last, as in the documents: whoever reads by eye finds the reason at the end.
    private static JsonObject WithEnd(JsonObject target, RunSummary run)
    {
        target["artifacts"] = Array<RunArtifact>(run.Artifacts);
        target["error"] = run.Error is { } error ? JsonSerializer.SerializeToNode(error, CanonicalJson.Options) : null;
        return target;
    }

    private static JsonObject? Charter(RunDetails details)
    {
        if (details.Charter is not { ValueKind: JsonValueKind.Object } document) return null;
        var charter = new JsonObject();
        if (document.TryGetProperty("version", out var version)) charter["version"] = JsonNode.Parse(version.GetRawText());
        charter["markdown"] = details.Markdown;
        foreach (var member in document.EnumerateObject().Where(member => member.Name is not ("version" or "markdown")))
            charter[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        return charter;
    }

    private static JsonArray Array<T>(IEnumerable<T> items) => new([.. items.Select(item => JsonSerializer.SerializeToNode(item, CanonicalJson.Options))]);

    private static string Write(JsonNode node) => node.ToJsonString(Indented);
}

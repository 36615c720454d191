using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Platform.Work;

/// <summary>A reply as it stands in <c>node_executions.result</c>: without what the row's other columns say already.</summary>
internal static class StoredReply
{
    private sealed record Completion(IReadOnlyDictionary<string, JsonElement> Writes, DateTimeOffset StartedAt, long DurationMs);

    private sealed record Failing(FailureInfo Failure, DateTimeOffset? StartedAt, long DurationMs);

    /// <summary>The text to store.</summary>
    public static string Of(StepCompleted reply) =>
        JsonSerializer.Serialize(new Completion(reply.Writes, reply.StartedAt, reply.DurationMs), CanonicalJson.Options);

    /// <inheritdoc cref="Of(StepCompleted)"/>
    public static string Of(StepFailed reply) =>
        JsonSerializer.Serialize(new Failing(reply.Failure, reply.StartedAt, reply.DurationMs), CanonicalJson.Options);

    /// <summary>The reply of a completed attempt, the same that was sent first.</summary>
    public static StepCompleted Completed(ExecuteStep command, NodeExecution row)
    {
        var stored = JsonSerializer.Deserialize<Completion>(row.Result!, CanonicalJson.Options)!;
        return new StepCompleted
        {
            RunId = command.RunId,
            TaskId = row.TaskId,
            Attempt = row.Attempt,
            Writes = stored.Writes,
            StartedAt = stored.StartedAt,
            DurationMs = stored.DurationMs,
        };
    }

    /// <summary>The reply of a failed attempt.</summary>
    public static StepFailed Failed(ExecuteStep command, NodeExecution row)
    {
        var stored = JsonSerializer.Deserialize<Failing>(row.Result!, CanonicalJson.Options)!;
        return new StepFailed
        {
            RunId = command.RunId,
            TaskId = row.TaskId,
            Attempt = row.Attempt,
            Failure = stored.Failure,
            StartedAt = stored.StartedAt,
            DurationMs = stored.DurationMs,
        };
    }
}

using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Platform.Work;

/// <summary>Executes steps of one kind. Called at least once per attempt, never twice at the same time for one claim; must be idempotent by task id.</summary>
public interface IStepHandler
{
    /// <summary>The kind, one of <see cref="StepKinds"/>.</summary>
    string Kind { get; }

    /// <summary>The channels that the step changes.</summary>
    /// <exception cref="StepFailedException">The step failed in a way that it can explain.</exception>
    Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken);
}

/// <summary>What a handler knows of the attempt that it executes.</summary>
public sealed class StepContext
{
    public required RunId RunId { get; init; }
    public required string TaskId { get; init; }
    public required int Attempt { get; init; }
    public required string Step { get; init; }
    public required IReadOnlyDictionary<string, JsonElement> Inputs { get; init; }
    public required JsonElement Parameters { get; init; }
    public required IBlobStore Blobs { get; init; }
    /// <summary>Shows one line of progress to whoever watches the run; cheap, lossy.</summary>
    public required Action<string> Progress { get; init; }

    /// <summary>A channel's value, read from the blob store where the channel holds a reference.</summary>
    /// <exception cref="StepFailedException">The channel is absent, its blob is missing or it has another shape (not retryable).</exception>
    public async Task<T> ReadAsync<T>(string channel, CancellationToken cancellationToken)
    {
        if (!Inputs.TryGetValue(channel, out var value))
            throw StepFailedException.Permanent("input_missing", $"step {Step} needs the channel '{channel}', which no step before it wrote", "Let a step that writes it come before, with needs.");
        try
        {
            if (BlobReference.TryRead(value) is { } reference)
                return await Blobs.GetJsonAsync<T>(reference, cancellationToken);
            return CanonicalJson.FromElement<T>(value);
        }
        catch (JsonException problem)
        {
            throw StepFailedException.Permanent("input_invalid", $"the channel '{channel}' does not hold a {typeof(T).Name}: {problem.Message}", null);
        }
        catch (BlobMissingException problem)
        {
            throw StepFailedException.Permanent("blob_missing", $"the channel '{channel}' refers to a blob that is gone: {problem.Message}", "Run the analysis again.");
        }
    }
}

/// <summary>The one way for a handler to fail with an explanation.</summary>
public sealed class StepFailedException(FailureInfo failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    public FailureInfo Failure { get; } = failure;

    /// <summary>Another attempt cannot help.</summary>
    public static StepFailedException Permanent(string code, string message, string? remedy) =>
        new(new FailureInfo { Code = code, Message = message, Remedy = remedy, Retryable = false });

    /// <summary>Another attempt may help.</summary>
    public static StepFailedException Transient(string code, string message, string? remedy, TimeSpan? retryAfter = null) =>
        new(new FailureInfo { Code = code, Message = message, Remedy = remedy, Retryable = true, RetryAfterMs = (long?)retryAfter?.TotalMilliseconds });
}

using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Work;

/// <summary>What came of one execution: exactly one is set, or neither when the claim goes back.</summary>
internal sealed record StepOutcome(StepCompleted? Completed, StepFailed? Failed)
{
    public string Status => Completed is not null ? "completed" : "failed";
    public string ToJson() => Completed is not null ? StoredReply.Of(Completed) : StoredReply.Of(Failed!);
}

/// <summary>Runs a handler and turns whatever happens into an outcome.</summary>
internal sealed class StepExecution(IServiceProvider services, StepHandlers handlers, TimeProvider time)
{
    /// <summary>How long a handler that is to stop may take to notice.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private const int LongestDetail = 8 * 1024;

    /// <summary>The outcome, or null when there is none to store (cancelled, lost, or stopped with the host).</summary>
    public async Task<StepOutcome?> RunAsync(RunningStep step)
    {
        var command = step.Command;
        var startedAt = time.GetUtcNow();
        var clock = time.GetTimestamp();
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Clamp(command.TimeoutMs, 1, int.MaxValue)), time);
            await using var timer = deadline.Token.Register(static state => ((RunningStep)state!).Stop(StopReason.Timeout), step);
            using var idle = command.IdleTimeoutMs > 0 ? new IdleWatch(step, TimeSpan.FromMilliseconds(Math.Min(command.IdleTimeoutMs, int.MaxValue)), time) : null;
            var writes = await WithGraceAsync(HandleAsync(step, idle), step);
            if (step.Reason is StopReason.Lost or StopReason.Cancelled) return null;
            return new StepOutcome(new StepCompleted
            {
                RunId = command.RunId,
                TaskId = command.TaskId,
                Attempt = command.Attempt,
                Writes = writes,
                StartedAt = startedAt,
                DurationMs = (long)time.GetElapsedTime(clock).TotalMilliseconds,
            }, null);
        }
        catch (Exception problem)
        {
            return step.Reason is StopReason.Lost or StopReason.Cancelled or StopReason.Shutdown ? null : Failed(Describe(problem, step));
        }

        StepOutcome Failed(FailureInfo failure) => new(null, new StepFailed
        {
            RunId = command.RunId,
            TaskId = command.TaskId,
            Attempt = command.Attempt,
            Failure = failure,
            StartedAt = startedAt,
            DurationMs = (long)time.GetElapsedTime(clock).TotalMilliseconds,
        });
    }

    /// <summary>The reply for an attempt whose workers vanished too often.</summary>
    public static StepFailed WorkerLost(ExecuteStep command, int claims) => new()
    {
        RunId = command.RunId,
        TaskId = command.TaskId,
        Attempt = command.Attempt,
        Failure = new FailureInfo
        {
            Code = "worker_lost",
            Message = $"The process that executed the step {command.Step} vanished {claims} times.",
            Remedy = "Look for an out-of-memory kill or a crash in the service's log.",
            Retryable = true,
        },
    };

    private async Task<IReadOnlyDictionary<string, JsonElement>> HandleAsync(RunningStep step, IdleWatch? idle)
    {
        if (idle is not null) StepActivity.Follow(idle);
        var command = step.Command;
        var (kind, type) = handlers.Find(command.Kind)
            ?? throw StepFailedException.Permanent("unknown_kind", $"the step kind '{command.Kind}' has no handler in this service", "Bring all services to the same version.");
        await using var scope = services.CreateAsyncScope();
        var handler = (IStepHandler)scope.ServiceProvider.GetRequiredService(type);
        var blobs = services.GetRequiredService<IBlobStore>();
        var context = new StepContext
        {
            RunId = new RunId(command.RunId),
            TaskId = command.TaskId,
            Attempt = command.Attempt,
            Step = command.Step,
            Inputs = command.Inputs,
            Parameters = command.Parameters,
            Blobs = blobs,
            Progress = text =>
            {
                step.Report(text);
                idle?.Sign();
            },
        };
        var writes = await handler.ExecuteAsync(context, step.Token);
        return await StepResults.PrepareAsync(kind, writes, blobs, step.Token);
    }

    /// <summary>A handler that does not notice that it is to stop is left behind, so that its place is free again and its run can end.</summary>
    private async Task<T> WithGraceAsync<T>(Task<T> work, RunningStep step)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = step.Token.Register(stopped.SetResult);
        if (await Task.WhenAny(work, stopped.Task) != work && step.Reason is StopReason.Timeout or StopReason.Idle or StopReason.Cancelled)
        {
            using var patience = new CancellationTokenSource();
            await Task.WhenAny(work, Task.Delay(Grace, time, patience.Token));
            await patience.CancelAsync();
            if (!work.IsCompleted)
            {
                _ = work.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                throw new OperationCanceledException(step.Token);
            }
        }
        return await work;
    }

    private static FailureInfo Describe(Exception problem, RunningStep step)
    {
        if (step.Reason == StopReason.Timeout)
        {
            return new FailureInfo
            {
                Code = "timeout",
                Message = $"The step {step.Command.Step} did not end within {TimeSpan.FromMilliseconds(step.Command.TimeoutMs)}.",
                Remedy = "Give the step a longer timeout.",
                Retryable = true,
            };
        }
        if (step.Reason == StopReason.Idle)
        {
            return new FailureInfo
            {
                Code = "idle_timeout",
                Message = $"The step {step.Command.Step} gave no sign of life for {TimeSpan.FromMilliseconds(step.Command.IdleTimeoutMs)}.",
                Remedy = "Look whether what it waits for hangs, or give the step a longer idle_timeout.",
                Retryable = true,
            };
        }
        if (problem is StepFailedException known) return Clean(known.Failure);
        return Clean(new FailureInfo
        {
            Code = "unexpected",
            Message = $"The step {step.Command.Step} failed: {problem.Message}",
            Retryable = true,
            Detail = problem.ToString(),
        });
    }

    private static FailureInfo Clean(FailureInfo failure) => failure with
    {
        Message = Clean(failure.Message),
        Remedy = failure.Remedy is { } remedy ? Clean(remedy) : null,
        Detail = failure.Detail is { } detail ? Clean(detail.Length > LongestDetail ? detail[..LongestDetail] : detail) : null,
    };

    // U+0000 and lone surrogates reach a message by way of file names and other programs' output
    private static string Clean(string text)
    {
        var kept = new System.Text.StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is not (0 or 0xFFFD)) kept.Append(rune.ToString());
        }
        return kept.ToString();
    }
}

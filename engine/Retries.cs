using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Charterhouse.Engine;

/// <summary>Whether and when a failed attempt is followed by another.</summary>
internal static class Retries
{
    /// <summary>From so many attempts on, an error that never changed is taken as permanent.</summary>
    private const int SameErrorAttempts = 3;

    public static TaskControl Record(TaskControl task, TaskFailure failure)
    {
        var signature = failure.Code + ":" + failure.Message;
        return task with { Signature = signature, SameFailures = signature == task.Signature ? task.SameFailures + 1 : 1 };
    }

    /// <summary>The failure that ends the task, or null when there is another attempt.</summary>
    public static TaskFailure? IsFinal(TaskControl task, RetryPolicy policy, TaskFailure failure)
    {
        if (!failure.Retryable || task.Attempt >= policy.MaxAttempts) return failure;
        if (failure.RetryAfter > policy.LongestWait)
            return failure with { Message = $"{failure.Message} (It is not to be tried again before {Seconds(failure.RetryAfter.Value)} s have passed; 'retry.longest_wait' is {Seconds(policy.LongestWait)} s.)" };
        if (task.Attempt < SameErrorAttempts || task.SameFailures < task.Attempt) return null;
        return failure with
        {
            Message = $"{failure.Message} (All {task.Attempt} attempts failed with this same error, so the other {policy.MaxAttempts - task.Attempt} were not made.)",
        };
    }

    /// <summary>Full jitter: a fraction of the exponential bound, fixed by task and attempt; never sooner than the other side asks for.</summary>
    public static TimeSpan Delay(string taskId, int attempt, RetryPolicy policy, TimeSpan? retryAfter)
    {
        var delay = TimeSpan.FromTicks((long)(Bound(attempt, policy) * Fraction(taskId, attempt)));
        return retryAfter > delay ? retryAfter.Value : delay;
    }

    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString("0", System.Globalization.CultureInfo.InvariantCulture);

    // Plain multiplication and not Math.Pow, whose last digits differ between platforms.
    private static double Bound(int attempt, RetryPolicy policy)
    {
        double bound = policy.Initial.Ticks, maximum = policy.Maximum.Ticks;
        for (var i = 1; i < attempt && bound < maximum && bound > 0; i++) bound *= policy.Multiplier;
        return Math.Clamp(bound, 0, Math.Max(0, maximum));
    }

    private static double Fraction(string taskId, int attempt)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{taskId}:{attempt}"));
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}

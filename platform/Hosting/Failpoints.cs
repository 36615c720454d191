using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Charterhouse.Platform.Hosting;

/// <summary>
/// Places where a test makes the process die or fail: <c>CHARTER_FAILPOINT=name:kill|throw[@n]</c> (the n-th hit, counted from 1; several
/// with commas). Off unless the variable is set; then a hit costs one look at a null field.
/// </summary>
public static class Failpoints
{
    /// <summary>A write with messages has committed; none of them has been sent.</summary>
    public const string OutboxAfterCommit = "outbox.after-commit";
    /// <summary>Messages have been sent; their rows are still there.</summary>
    public const string OutboxAfterSend = "outbox.after-send";
    /// <summary>A step has been stored; its message has not been acknowledged.</summary>
    public const string WorkerAfterStore = "worker.after-store";
    /// <summary>A handler has ended; its result has not been stored.</summary>
    public const string WorkerBeforeResult = "worker.before-result";
    /// <summary>A result and its reply have been stored.</summary>
    public const string WorkerAfterResult = "worker.after-result";
    /// <summary>A saga has committed; its message has not been acknowledged.</summary>
    public const string SagaAfterCommit = "saga.after-commit";
    /// <summary>A firing of a schedule is on record; nothing has been done.</summary>
    public const string ScheduleBegun = "schedule.begun";
    /// <summary>A firing has done its work and says so on record; Quartz does not know yet.</summary>
    public const string ScheduleAfterEnd = "schedule.after-end";
    /// <summary>A dead letter has been sent back; it still lies among the dead letters.</summary>
    public const string DeadLetterAfterRequeue = "dead-letter.after-requeue";

    /// <summary>A webhook's signature is good; nothing is on record.</summary>
    public const string IngestAfterSignature = "ingest.after-signature";

    /// <summary>An effect is reserved in the ledger; nothing has been asked of the forge.</summary>
    public const string EffectReserved = "effect.reserved";
    /// <summary>A forge has answered a call, whatever it was for.</summary>
    public const string ForgeAnswered = "forge.answered";
    /// <summary>An effect has happened; the ledger does not know.</summary>
    public const string EffectCalled = "effect.called";
    /// <summary>The ledger knows of an effect; its step has no result yet.</summary>
    public const string EffectSettled = "effect.settled";

    /// <summary>The variable that arms failpoints.</summary>
    public const string Variable = "CHARTER_FAILPOINT";

    private sealed record Trap(bool Kill, int At)
    {
        public int Hits;
    }

    private static ConcurrentDictionary<string, Trap>? traps = Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Dies or throws when this hit is the armed one.</summary>
    /// <exception cref="FailpointException">Armed with <c>throw</c>.</exception>
    public static void Hit(string name)
    {
        if (traps is not { } armed || !armed.TryGetValue(name, out var trap)) return;
        if (Interlocked.Increment(ref trap.Hits) != trap.At) return;
        if (!trap.Kill) throw new FailpointException(name);
        using var process = Process.GetCurrentProcess();
        process.Kill();
        process.WaitForExit(); // nothing after the failpoint may run
    }

    /// <summary>Arms by hand (tests in the same process); null disarms.</summary>
    internal static void Arm(string? specification) => traps = Parse(specification);

    private static ConcurrentDictionary<string, Trap>? Parse(string? specification)
    {
        if (string.IsNullOrWhiteSpace(specification)) return null;
        var armed = new ConcurrentDictionary<string, Trap>(StringComparer.Ordinal);
        foreach (var part in specification.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (name, action) = part.LastIndexOf(':') is > 0 and var colon
                ? (part[..colon], part[(colon + 1)..])
                : throw new FormatException($"{Variable}: '{part}' is not name:kill|throw[@n]");
            var at = 1;
            if (action.IndexOf('@', StringComparison.Ordinal) is >= 0 and var sign)
            {
                at = int.Parse(action[(sign + 1)..], CultureInfo.InvariantCulture);
                action = action[..sign];
            }
            if (action is not ("kill" or "throw")) throw new FormatException($"{Variable}: '{part}' is not name:kill|throw[@n]");
            armed[name] = new Trap(action == "kill", at);
        }
        return armed;
    }
}

/// <summary>A failpoint that was armed with <c>throw</c>.</summary>
public sealed class FailpointException(string name) : Exception($"failpoint {name}");

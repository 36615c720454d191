namespace Charterhouse.Contracts.Steps;

/// <summary>What came of a step that writes outside of the house.</summary>
/// <param name="State">One of <see cref="EffectStates"/>.</param>
/// <param name="Summary">One sentence: what was done, or would be, or why not.</param>
/// <param name="Url">Where people look at it; null for nowhere.</param>
/// <param name="EffectId">The row in <c>effects</c>, by which it can be released; null where there was nothing to write.</param>
public sealed record EffectResult(string State, string Summary, string? Url, string? EffectId);

/// <summary>How an effect stands.</summary>
public static class EffectStates
{
    /// <summary>On record; somebody is at work on it, or was when the process died.</summary>
    public const string Reserved = "reserved";
    /// <summary>It happened.</summary>
    public const string Done = "done";
    /// <summary>It would repeat what the run's line did before, and waits for somebody to release it.</summary>
    public const string Held = "held";
    /// <summary>It was only to be shown; somebody may release it.</summary>
    public const string DryRun = "dry_run";
    /// <summary>Somebody released it; it is about to happen.</summary>
    public const string Released = "released";
    /// <summary>It is delivered beside the run, again and again until it is taken.</summary>
    public const string Sending = "sending";
    /// <summary>There was nothing to do, or no use in it any more.</summary>
    public const string Skipped = "skipped";
    /// <summary>It did not happen, and nobody tries any more.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Reserved, Done, Held, DryRun, Released, Sending, Skipped, Failed];

    /// <summary>True for what would happen if somebody released it.</summary>
    public static bool IsWaiting(string state) => state is Held or DryRun;
}

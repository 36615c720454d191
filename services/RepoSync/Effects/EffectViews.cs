namespace Charterhouse.RepoSync.Effects;

/// <summary>Something that was, is or would be written outside of the house.</summary>
/// <param name="EffectId"><c>eff_</c> and 26 characters.</param>
/// <param name="RunId">The run that wanted it.</param>
/// <param name="Step">The step's name in its workflow.</param>
/// <param name="Kind">The step kind: <c>forge/comment</c> …</param>
/// <param name="Repository">The repository's address at the forge.</param>
/// <param name="HeadSha">The commit that it speaks of; null for none.</param>
/// <param name="State">One of <c>EffectStates</c>.</param>
/// <param name="Summary">One sentence: what was done, or would be, or why not.</param>
/// <param name="Url">Where people look at it; null for nowhere.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">Why the last attempt did not succeed; null when it did.</param>
/// <param name="ReleasedBy">Who released it; null for nobody.</param>
/// <param name="NextAt">When it is tried next without a step; null when it is not.</param>
public sealed record EffectView(
    string EffectId, string? RunId, string Step, string Kind, string Repository, string? HeadSha, string State, string Summary, string? Url, int Attempts, string? Error, string? ReleasedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? DoneAt, DateTimeOffset? NextAt);

/// <summary>A page of effects, the newest first.</summary>
/// <param name="NextCursor">For the next page; null at the end.</param>
public sealed record EffectPage(IReadOnlyList<EffectView> Effects, string? NextCursor);

/// <summary>An effect with what is, or was, to be written.</summary>
/// <param name="Request">As JSON; null when it is no longer kept.</param>
public sealed record EffectDetails(EffectView Effect, System.Text.Json.JsonElement? Request);

/// <summary>Which effects to list; null for all of a kind.</summary>
/// <param name="State">One of <c>EffectStates</c>.</param>
/// <param name="Run">A run's id.</param>
public sealed record EffectQuery(string? State, string? Run, string? Repository);

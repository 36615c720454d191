using Charterhouse.Contracts.Runs;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Targets;

/// <summary>What of a target a trigger wants, checked: everything in it may have come from outside.</summary>
/// <param name="Ref">The full name of the ref to look at; null for HEAD.</param>
/// <param name="Announced">The commit that an event said the ref is at; null for none.</param>
/// <param name="KnownAs">The address whose identity counts; null for the target's own.</param>
internal sealed record SyncWish(string? Ref, string? Announced, RepositoryTarget.Https? KnownAs)
{
    /// <summary>HEAD, as it is.</summary>
    public static SyncWish Head { get; } = new(null, null, null);

    /// <summary>The wish of a trigger.</summary>
    /// <exception cref="StepFailedException"><c>ref_invalid</c>, <c>sha_invalid</c>, <c>unsupported_target</c>.</exception>
    public static SyncWish Of(RunTrigger trigger, RepositoryTarget target)
    {
        if (trigger is { Ref: null, HeadSha: null, KnownAs: null }) return Head;
        if (target is not RepositoryTarget.Https)
            throw StepFailedException.Permanent("unsupported_target", "a ref or a commit can only be chosen of an https repository; a folder is analysed as it is checked out", "Check out what is to be analysed, or name the repository's https:// URL.");
        if (trigger.Ref is { } name && !RefName.IsFull(name))
            throw StepFailedException.Permanent("ref_invalid", "the ref that was named is not the full name of one", "Give it as refs/heads/main, refs/tags/v1 or refs/pull/17/head.");
        if (trigger.HeadSha is { } sha && !HeadState.ShaPattern().IsMatch(sha))
            throw StepFailedException.Permanent("sha_invalid", "the commit that was named is no object id", "Give all 40 (or 64) hex digits, in lower case.");
        if (trigger.KnownAs is null) return new SyncWish(trigger.Ref, trigger.HeadSha, null);
        var known = RepositoryTarget.Parse(trigger.KnownAs);
        return new SyncWish(trigger.Ref, trigger.HeadSha, known.Value as RepositoryTarget.Https
            ?? throw StepFailedException.Permanent("unsupported_target", "the address under which the repository is known is no https:// URL of a repository", "Register the repository again under its address."));
    }
}

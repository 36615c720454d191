using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.RepoSync.Effects.Text;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Effects.Kinds;

/// <summary><c>forge/status</c>: one line beside the commit; what is said again takes the place of what was said.</summary>
internal sealed class StatusEffect : EffectKind
{
    /// <summary>Whose word it is, and the name of the check.</summary>
    public const string Context = "charterhouse";

    public override string Name => StepKinds.ForgeStatus;

    public override EffectDecision Plan(EffectSubject subject) => subject.Report.HeadSha is { } sha
        ? new EffectPlan($"{subject.Key}/commit/{sha}/status", sha, $"set the status of {subject.Path}@{sha[..7]}", CanonicalJson.ToElement(StateOf(subject, sha)))
        : new EffectNothing("the run analysed no commit");

    public override Task<EffectOutcome> CallAsync(EffectCall call, CancellationToken cancellationToken) => SetAsync(call, call.Read<CommitState>(), cancellationToken);

    /// <summary>What is said of a commit.</summary>
    public static CommitState StateOf(EffectSubject subject, string sha)
    {
        var status = StatusText.Of(subject.Report, subject.FailOn);
        return new CommitState(sha, Context, status.Outcome, status.Description, subject.Report.RunUrl?.AbsoluteUri);
    }

    /// <summary>Says it, unless it was said last.</summary>
    public static async Task<EffectOutcome> SetAsync(EffectCall call, CommitState state, CancellationToken cancellationToken)
    {
        var place = $"{call.Path}@{state.Sha[..7]}";
        if (call.Before is { } before && before.RequestHash == call.Hash) return EffectOutcome.Done($"the status of {place} says so already", before.ExternalId, before.Url);
        var set = await call.At.SetStatusAsync(call.Path, state, call.Priority, cancellationToken);
        return EffectOutcome.Done($"set the status of {place}: {state.Outcome}", set.Id, set.Url);
    }
}

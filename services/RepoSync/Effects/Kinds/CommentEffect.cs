using System.Globalization;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Effects.Text;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Effects.Kinds;

/// <summary><c>forge/comment</c>: one comment for each pull request, made once and edited from then on.</summary>
internal sealed class CommentEffect : EffectKind
{
    private sealed record Body(long Number, string Marker, string Text);

    public override string Name => StepKinds.ForgeComment;

    public override EffectDecision Plan(EffectSubject subject)
    {
        if (subject.Report.Trigger.PullRequest is not { } number) return new EffectNothing("the run is about no pull request");
        var marker = Markers.PullRequestComment(number);
        var body = new Body(number, marker, CommentText.Render(subject.Report, marker));
        return new EffectPlan(string.Create(CultureInfo.InvariantCulture, $"{subject.Key}/pull/{number}/comment"), subject.Report.HeadSha,
            string.Create(CultureInfo.InvariantCulture, $"write the comment of {subject.Path}#{number}"), CanonicalJson.ToElement(body));
    }

    public override async Task<EffectOutcome> CallAsync(EffectCall call, CancellationToken cancellationToken)
    {
        var (number, marker, text) = call.Read<Body>();
        var place = string.Create(CultureInfo.InvariantCulture, $"{call.Path}#{number}");
        var pull = await call.At.FindPullRequestAsync(call.Path, number, call.Priority, cancellationToken);
        if (pull is null) return EffectOutcome.Skipped($"there is no {place}");
        if (!pull.IsOpen) return EffectOutcome.Skipped($"{place} is closed");
        if (pull.IsLocked) return EffectOutcome.Skipped($"the conversation of {place} is locked");
        if (call.Before is { } before)
        {
            if (before.HeadSha == pull.HeadSha && pull.HeadSha != call.HeadSha) return EffectOutcome.Skipped($"the comment of {place} speaks of a newer commit already");
            if (before.RequestHash == call.Hash) return EffectOutcome.Done($"the comment of {place} says so already", before.ExternalId, before.Url);
        }
        try
        {
            return await WriteAsync(call, new ForgeSubject(number, IsPullRequest: true), marker, text, place, cancellationToken);
        }
        catch (StepFailedException problem) when (problem.Failure.Code == ForgeProblems.Locked)
        {
            return EffectOutcome.Skipped($"the conversation of {place} is locked");
        }
    }

    private static async Task<EffectOutcome> WriteAsync(EffectCall call, ForgeSubject subject, string marker, string text, string place, CancellationToken cancellationToken)
    {
        var forge = call.At;
        var known = call.Before?.ExternalId;
        if (known is not null && await forge.UpdateCommentAsync(call.Path, subject, known, text, call.Priority, cancellationToken) is { } edited)
            return EffectOutcome.Done($"edited the comment of {place}", edited.Id, edited.Url);
        // written before the process died, or before the ledger knew of it; or taken away since
        if (await forge.FindCommentAsync(call.Path, subject, marker, call.Priority, cancellationToken) is { } found && found.Id != known)
        {
            var same = found.Body == text ? found : await forge.UpdateCommentAsync(call.Path, subject, found.Id, text, call.Priority, cancellationToken);
            if (same is not null) return EffectOutcome.Done($"{(found.Body == text ? "found" : "edited")} the comment of {place}", same.Id, same.Url);
        }
        var made = await forge.CreateCommentAsync(call.Path, subject, text, call.Priority, cancellationToken);
        return EffectOutcome.Done($"wrote the comment of {place}", made.Id, made.Url);
    }
}

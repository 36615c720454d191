using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.RepoSync.Effects.Text;

namespace Charterhouse.RepoSync.Effects.Kinds;

/// <summary><c>forge/dashboard</c>: one issue for each repository, with the charter in short and boxes to tick.</summary>
internal sealed class DashboardEffect : EffectKind
{
    private sealed record Issue(string Title, string Text);

    public override string Name => StepKinds.ForgeDashboard;

    public override EffectDecision Plan(EffectSubject subject) => subject.Report.Change is null
        ? new EffectPlan($"{subject.Key}/dashboard", subject.Report.HeadSha, $"write the dashboard issue of {subject.Path}", CanonicalJson.ToElement(new Issue(DashboardText.Title, DashboardText.Render(subject.Report))))
        : new EffectNothing("a change is no charter");

    public override async Task<EffectOutcome> CallAsync(EffectCall call, CancellationToken cancellationToken)
    {
        var (title, text) = call.Read<Issue>();
        var forge = call.At;
        if (call.Before is { } before && before.RequestHash == call.Hash) return EffectOutcome.Done($"the dashboard issue of {call.Path} says so already", before.ExternalId, before.Url);
        if (call.Before?.ExternalId is { } known && await forge.UpdateIssueAsync(call.Path, known, title, text, call.Priority, cancellationToken) is { } edited)
            return EffectOutcome.Done($"edited the dashboard issue of {call.Path}", edited.Id, edited.Url);
        if (await forge.FindIssueAsync(call.Path, Markers.Dashboard, call.Priority, cancellationToken) is { } found && found.Id != call.Before?.ExternalId
            && await forge.UpdateIssueAsync(call.Path, found.Id, title, text, call.Priority, cancellationToken) is { } same)
            return EffectOutcome.Done($"edited the dashboard issue of {call.Path}", same.Id, same.Url);
        var made = await forge.CreateIssueAsync(call.Path, title, text, call.Priority, cancellationToken);
        return EffectOutcome.Done($"opened the dashboard issue of {call.Path}", made.Id, made.Url);
    }
}

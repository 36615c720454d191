using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Effects.Text;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Effects.Kinds;

/// <summary>
/// <c>forge/check</c>: one check run for each commit, with annotations. Where there are no check runs (GitLab, a personal token at GitHub) the commit's status says the same in one line.
/// </summary>
internal sealed class CheckEffect : EffectKind
{
    private const string Completed = "completed";

    private sealed record Check(string Title, string Summary, string Conclusion, string? Url, IReadOnlyList<IReadOnlyList<CheckAnnotation>> Batches, CommitState Status);

    public override string Name => StepKinds.ForgeCheck;

    public override EffectDecision Plan(EffectSubject subject)
    {
        if (subject.Report.HeadSha is not { } sha) return new EffectNothing("the run analysed no commit");
        var text = CheckText.Of(subject.Report, subject.FailOn);
        var check = new Check(text.Title, text.Summary, text.Conclusion, subject.Report.RunUrl?.AbsoluteUri, text.Batches, StatusEffect.StateOf(subject, sha));
        return new EffectPlan($"{subject.Key}/commit/{sha}/check", sha, $"make the check of {subject.Path}@{sha[..7]}", CanonicalJson.ToElement(check));
    }

    public override async Task<EffectOutcome> CallAsync(EffectCall call, CancellationToken cancellationToken)
    {
        var check = call.Read<Check>();
        if (call.At is not GitHubForge { HasChecks: true } github) return await StatusEffect.SetAsync(call, check.Status, cancellationToken);
        var (sha, place) = (check.Status.Sha, $"{call.Path}@{check.Status.Sha[..7]}");
        // by its name: another run of the same commit goes on with the same check
        var found = await github.FindCheckRunAsync(call.Path, sha, StatusEffect.Context, call.Priority, cancellationToken);
        if (found is not null && found.ExternalId != call.Hash)
        {
            // annotations can be added and never taken away; those of a commit were made with its first report
            var change = new GitHubCheckRunChange(Completed, check.Conclusion, check.Url, Output(check, [])) { ExternalId = call.Hash };
            return Outcome(await github.UpdateCheckRunAsync(call.Path, found.Id, change, call.Priority, cancellationToken), $"edited the check of {place}");
        }
        return found is { IsCompleted: true }
            ? EffectOutcome.Done($"the check of {place} says so already", found.Id, found.Url)
            : Outcome(await WriteAsync(github, call, check, found, cancellationToken), $"made the check of {place}: {check.Conclusion}");
    }

    /// <summary>Makes it, or goes on where somebody stopped: GitHub says how many annotations it has.</summary>
    private static async Task<ForgeThing> WriteAsync(GitHubForge github, EffectCall call, Check check, GitHubOwnCheck? found, CancellationToken cancellationToken)
    {
        var there = found?.Annotations ?? 0;
        var left = check.Batches.SelectMany(batch => batch).Skip(there).Chunk(CheckText.BatchSize).ToList();
        ForgeThing? made = null;
        if (found is null)
        {
            var isAll = left.Count <= 1;
            var run = new GitHubNewCheckRun(StatusEffect.Context, check.Status.Sha, call.Hash, isAll ? Completed : "in_progress", isAll ? check.Conclusion : null, check.Url, Output(check, left.FirstOrDefault() ?? []));
            made = await github.CreateCheckRunAsync(call.Path, run, call.Priority, cancellationToken);
            if (isAll) return made;
            left.RemoveAt(0);
        }
        var id = found?.Id ?? made!.Id;
        for (var i = 0; i < Math.Max(left.Count, 1); i++)
        {
            var isLast = i >= left.Count - 1;
            var change = new GitHubCheckRunChange(isLast ? Completed : "in_progress", isLast ? check.Conclusion : null, check.Url, Output(check, i < left.Count ? left[i] : []));
            made = await github.UpdateCheckRunAsync(call.Path, id, change, call.Priority, cancellationToken);
        }
        return made!;
    }

    private static GitHubCheckOutput Output(Check check, IReadOnlyList<CheckAnnotation> annotations) => new(check.Title, check.Summary, null, annotations.Count == 0 ? null
        : [.. annotations.Select(one => new GitHubAnnotation(one.Path, one.StartLine, one.EndLine, one.Level, one.Message, one.Title))]);

    private static EffectOutcome Outcome(ForgeThing thing, string summary) => EffectOutcome.Done(summary, thing.Id, thing.Url);
}

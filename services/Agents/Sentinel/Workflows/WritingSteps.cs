using System.Text.RegularExpressions;
using Charterhouse.Agents.GitHubWorkflows;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>Which jobs cannot do their work without a right to write.</summary>
internal static partial class WritingSteps
{
    /// <summary>True when a step pushes, releases or publishes, or when the job is a reusable workflow, whose steps are not known.</summary>
    public static bool NeedsToWrite(WorkflowJob job) => job.Uses is not null || job.Steps.Any(Writes);

    private static bool Writes(WorkflowStep step) =>
        step.Uses is { } action && Action().IsMatch(action.Value) || step.Run is { } run && Command().IsMatch(run.Value)
        || step.IsAction("actions/github-script") && step.Input("script") is { } script && Call().IsMatch(script.Value);

    [GeneratedRegex(@"^(softprops/action-gh-release|actions/(create-release|upload-release-asset)|ncipollo/release-action|svenstaro/upload-release-action|peter-evans/[\w-]+|changesets/action|goog[\w-]+/release-please-action|goreleaser/goreleaser-action|release-drafter/release-drafter|stefanzweifel/git-auto-commit-action|EndBug/add-and-commit|ad-m/github-push-action|[\w-]+/(github-tag-action|action-create-tag|semantic-release-action|action-automatic-releases)|JamesIves/github-pages-deploy-action|peaceiris/actions-gh-pages|helm/chart-releaser-action|taiki-e/(create-gh-release-action|upload-rust-binary-action)|docker/build-push-action|styfle/cancel-workflow-action|benchmark-action/github-action-benchmark)(/[\w./-]+)?@", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Action();

    [GeneratedRegex(@"\bgh +(release +(create|upload|edit|delete|delete-asset)|pr +(create|merge|edit|comment|close|ready|review|reopen)|workflow +(run|enable|disable)|run +(cancel|rerun|delete)|cache +delete)\b|\bgit +(-[cC] +\S+ +)*push\b|\b(npm|pnpm|yarn|cargo|docker|podman|helm|gem|dotnet nuget) +(publish|push)\b|\b(goreleaser|semantic-release|release-it)\b|\bchangeset +publish\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();

    [GeneratedRegex(@"\.(repos|git|actions|packages)\.(create|update|delete|upload|merge|cancel)[A-Z]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();
}

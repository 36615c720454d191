using Charterhouse.Agents.Facts;
using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Agents.Sentinel.Workflows;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Tests.Sentinel;

public sealed class WorkflowRulesTests
{
    [Theory]
    [InlineData("pull_request_target", "", "npm ci && npm test", "high")]
    [InlineData("pull_request_target", "", "echo done", "low")]
    [InlineData("pull_request_target", "if: contains(github.event.pull_request.labels.*.name, 'safe')", "npm ci", "medium")]
    [InlineData("pull_request_target", "if: github.event.pull_request.head.repo.full_name == github.repository", "npm ci", null)]
    [InlineData("pull_request", "", "npm ci", null)]
    [InlineData("workflow_run", "", "make", "medium")]
    public void Of_CheckoutOfTheHead_DependsOnWhatFollows(string trigger, string condition, string run, string? severity)
    {
        var findings = Rules($"on:\n  {trigger}:\njobs:\n  build:\n    runs-on: ubuntu-latest\n    {condition}\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: ${{{{ github.event.pull_request.head.sha }}}}\n      - run: {run}\n");
        if (severity is null) findings.ShouldBeEmpty();
        else (findings.ShouldHaveSingleItem().Rule, findings[0].Severity, findings[0].Line).ShouldBe(("workflows/untrusted-checkout", severity, 8));
    }

    [Theory]
    [InlineData("issues", "echo \"${{ github.event.issue.title }}\"", "high")]
    [InlineData("pull_request", "echo ${{ github.head_ref }}", "low")]
    [InlineData("push", "echo ${{ github.event.head_commit.message }}", "medium")]
    [InlineData("issues", "echo ${{ contains(github.event.issue.title, 'x') }}", null)]
    [InlineData("issues", "echo ${{ github.event.issue.number }} \"$TITLE\"", null)]
    public void Of_ExpressionInAScript_DependsOnTheTrigger(string trigger, string run, string? severity)
    {
        var findings = Rules($"on: [{trigger}]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          set -e\n          {run}\n");
        if (severity is null) findings.ShouldBeEmpty();
        else (findings.ShouldHaveSingleItem().Rule, findings[0].Severity, findings[0].Line).ShouldBe(("workflows/script-injection", severity, 8));
    }

    /// <summary>Who has rights in the repository gains none by such a text, and a bot's branches have the names that it gives them.</summary>
    [Theory]
    [InlineData("github.event.pull_request.user.login == 'dependabot[bot]'", "", false)]
    [InlineData("github.event.pull_request.head.repo.full_name == github.repository", "", false)]
    [InlineData("github.event.pull_request.user.login == 'dependabot[bot]' || true", "", true)]
    [InlineData("github.actor == 'dependabot[bot]'", "", true)]
    [InlineData("github.event.pull_request.user.login == 'dependabot[bot]'", "if: always()", true)]
    [InlineData("github.ref == 'x'", "", true)]
    public void Of_ExpressionInAJobThatNeedsAGuardedOne_IsNoStrangersText(string condition, string own, bool found) =>
        Rules($"on: pull_request\njobs:\n  first:\n    runs-on: x\n    if: {condition}\n    steps: []\n  second:\n    runs-on: x\n    needs: [first]\n    {own}\n    steps:\n      - run: git push origin ${{{{ github.event.pull_request.head.ref }}}}\n")
            .Any(finding => finding.Rule == "workflows/script-injection").ShouldBe(found);

    [Fact]
    public void Of_Permissions_OnlyWhatIsCertain()
    {
        Rules("on: push\npermissions: write-all\njobs:\n  a: { runs-on: x, steps: [] }\n").ShouldHaveSingleItem().Severity.ShouldBe(Severities.Medium);
        Rules("on: push\npermissions:\n  contents: write\njobs:\n  a: { runs-on: x, steps: [] }\n").ShouldBeEmpty();
        Rules("on: push\npermissions:\n  contents: write\njobs:\n  a: { runs-on: x, steps: [] }\n  b: { runs-on: x, steps: [] }\n").ShouldHaveSingleItem().Severity.ShouldBe(Severities.Low);
        Rules("on: push\njobs:\n  a: { runs-on: x, steps: [] }\n").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("run: git push origin HEAD", "run: 'gh release upload v1 a.zip'", false)]
    [InlineData("uses: softprops/action-gh-release@v2", "uses: peter-evans/create-pull-request@v7", false)]
    [InlineData("run: git push", "run: gh pr list", true)]
    [InlineData("run: git push", "uses: actions/checkout@v4", true)]
    public void Of_WritePermissionThatEveryJobNeeds_IsNotReported(string first, string second, bool reported) =>
        Rules($"on: push\npermissions:\n  contents: write\njobs:\n  a:\n    runs-on: x\n    steps:\n      - {first}\n  b:\n    runs-on: x\n    steps:\n      - {second}\n  c:\n    uses: acme/shared/.github/workflows/release.yml@v1\n").Any().ShouldBe(reported);

    [Fact]
    public void Of_SelfHostedAndEchoes_AreFound()
    {
        var findings = Rules("on: pull_request\njobs:\n  a:\n    runs-on: [self-hosted, linux]\n    steps:\n      - run: |\n          echo ${{ secrets.KEY }} | docker login --password-stdin\n          echo ${{ secrets.OTHER }}\n");
        findings.Select(f => $"{f.Rule}:{f.Line}").ShouldBe(["workflows/self-hosted-on-pull-request:4", "workflows/secret-echoed:8"]);
    }

    [Fact]
    public void Pins_ActionsOfOthers_AreOneFindingEach()
    {
        var workflows = new[] { "a", "b" }.Select(name => Workflow.Read(new Excerpt($".github/workflows/{name}.yml", $"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - uses: acme/own@v1\n      - uses: other/tool@v2\n      - uses: third/one@main\n      - uses: pinned/one@{new string('a', 40)}\n", false))!).ToArray();
        ActionPins.Of(workflows, OwnedBy("acme")).Select(f => $"{f.Severity} {f.Evidence[..f.Evidence.IndexOf(';', StringComparison.Ordinal)]}")
            .ShouldBe(["low other/tool is used as @v2 in 2 workflows (a.yml, b.yml)", "medium third/one is used as @main in 2 workflows (a.yml, b.yml)"]);
    }

    [Fact]
    public void Pins_PlacesAndNames_AreThoseOfTheUse()
    {
        var workflow = Workflow.Read(new Excerpt(".github/workflows/a.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - name: Toolchain\n        if: always()\n        uses: dtolnay/rust-toolchain@nightly\n      - uses: slsa-framework/slsa-github-generator/.github/workflows/x.yml@v2.1.0\n", false))!;
        ActionPins.Of([workflow], OwnedBy(null)).Select(f => $"{f.Line} {f.Severity} {f.Title}").ShouldBe(["8 medium An action is used by branch"]);
    }

    /// <summary>Who cannot write and is told no secret has little to give away.</summary>
    [Theory]
    [InlineData("permissions: { contents: read }", "", "", "info low")]
    [InlineData("permissions: {}", "", "", "info low")]
    [InlineData("", "", "", "low medium")]
    [InlineData("permissions: { id-token: write }", "", "", "low medium")]
    [InlineData("permissions: { contents: read }", "permissions: { contents: write }", "", "low medium")]
    [InlineData("permissions: { contents: read }", "", "        with: { key: '${{ secrets.KEY }}' }", "low medium")]
    [InlineData("permissions: { contents: read }\nenv: { KEY: '${{ secrets.KEY }}' }", "", "", "low medium")]
    public void Pins_InAJobWithoutRightsAndSecrets_AreLessOfAMatter(string top, string job, string step, string severities)
    {
        var workflow = Workflow.Read(new Excerpt(".github/workflows/a.yml", $"on: push\n{top}\njobs:\n  a:\n    runs-on: x\n    {job}\n    steps:\n      - uses: other/tool@v2\n{step}\n      - uses: third/one@main\n", false))!;
        string.Join(' ', ActionPins.Of([workflow], OwnedBy(null)).Select(f => f.Severity)).ShouldBe(severities);
    }

    [Fact]
    public void Pins_AReusableWorkflowInABlockOfText_IsThatOfItsLine()
    {
        var workflow = Workflow.Read(new Excerpt(".github/workflows/a.yml", "on: push\njobs:\n  a:\n    name: Shared\n    uses: |\n      other/shared/.github/workflows/test.yml@main\n  b:\n    uses: third/shared/.github/workflows/x.yml@v1\n", false))!;
        ActionPins.Of([workflow], OwnedBy(null)).Select(f => $"{f.Line} {f.Severity} {f.Title}").ShouldBe(["5 medium An action is used by branch", "8 low An action is used by a name that can move"]);
    }

    /// <summary>zizmor's comment on a line of the finding, for its audit, and nowhere else.</summary>
    [Theory]
    [InlineData("      - uses: other/tool@v2 # zizmor: ignore[unpinned-uses]", true)]
    [InlineData("      - name: x # zizmor: ignore[artipacked, unpinned-uses] same maintainer\n        uses: other/tool@v2", true)]
    [InlineData("      - uses: | # zizmor: ignore[unpinned-uses]\n          other/tool@v2", true)]
    [InlineData("      - uses: other/tool@v2 # zizmor: ignore[artipacked]", false)]
    [InlineData("      - uses: other/tool@v2 #zizmor: ignore[unpinned-uses]", false)]
    [InlineData("      - uses: other/tool@v2 # zizmor: ignore[unpinned-uses]really", false)]
    [InlineData("      # zizmor: ignore[unpinned-uses]\n      - uses: other/tool@v2", false)]
    [InlineData("      - run: | # zizmor: ignore[unpinned-uses]\n          x\n      - uses: other/tool@v2", false)]
    [InlineData("      - env:\n          X: |\n            # zizmor: ignore[unpinned-uses]\n        uses: other/tool@v2", false)]
    public void Pins_AcceptedByTheAuthors_AreNotReported(string step, bool accepted)
    {
        var workflow = Workflow.Read(new Excerpt(".github/workflows/a.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + step + "\n", false))!;
        ActionPins.Of([workflow], OwnedBy(null)).Any().ShouldBe(!accepted);
    }

    [Theory]
    [InlineData("on: push\npermissions: write-all # zizmor: ignore[excessive-permissions]\njobs:\n  a: { runs-on: x, steps: [] }\n", null)]
    [InlineData("on: push # zizmor: ignore[excessive-permissions]\npermissions: write-all\njobs:\n  a: { runs-on: x, steps: [] }\n", "workflows/token-permissions")]
    [InlineData("on: push\npermissions: # zizmor: ignore[excessive-permissions]\n  contents: write\njobs:\n  a: { runs-on: x, steps: [] }\n  b: { runs-on: x, steps: [] }\n", null)]
    [InlineData("on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: | # zizmor: ignore[template-injection] trusted\n          echo ${{ github.event.issue.title }}\n", null)]
    [InlineData("on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          echo ${{ github.event.issue.title }} # zizmor: ignore[template-injection]\n", "workflows/script-injection")]
    [InlineData("on: pull_request\njobs:\n  a:\n    runs-on: [self-hosted] # zizmor: ignore[self-hosted-runner]\n    steps: []\n", null)]
    [InlineData("on:\n  pull_request_target: # zizmor: ignore[dangerous-triggers]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: gh pr checkout 1\n", null)]
    [InlineData("on:\n  pull_request_target: # zizmor: ignore[dangerous-triggers]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: gh pr checkout 1\n      - run: npm ci\n", "workflows/untrusted-checkout")]
    public void Of_AcceptedByTheAuthors_IsNotReported(string yaml, string? rule) => Rules(yaml).Select(finding => finding.Rule).ShouldBe(rule is null ? [] : [rule]);

    [Theory]
    [InlineData("jobs: [")]
    [InlineData("on: push\njobs: *none\n")]
    [InlineData("")]
    [InlineData("a: b: c: d")]
    public void Read_NoWorkflow_IsNull(string text) => Workflow.Read(new Excerpt(".github/workflows/a.yml", text, false)).ShouldBeNull();

    [Fact]
    public void Read_NestedWithoutEnd_IsRefusedAndNotRecursedInto() =>
        Workflow.Read(new Excerpt(".github/workflows/a.yml", "jobs: " + new string('[', 60_000), false)).ShouldBeNull();

    private static TrustedOwners OwnedBy(string? owner) => TrustedOwners.Of(owner, TrustedOwnersTests.Facts([]));

    private static IReadOnlyList<Finding> Rules(string yaml) => WorkflowRules.Of(Workflow.Read(new Excerpt(".github/workflows/a.yml", yaml, false)).ShouldNotBeNull()).ToArray();
}

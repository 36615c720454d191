using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Workflows;

namespace Charterhouse.Orchestrator.Tests.Workflows;

public sealed class WorkflowReaderTests
{
    private const string Valid = """
        name: two
        state:
          context: last
          facts:
        steps:
          sync: { uses: repository/sync }
          scan: { uses: analysis/scan, needs: sync }
        """;

    [Fact]
    public void Read_BuiltIn_IsValid()
    {
        foreach (var name in BuiltInWorkflows.Names)
        {
            var reading = WorkflowReader.Read(BuiltInWorkflows.TextOf(name)!, name);
            reading.Problems.ShouldBeEmpty();
            reading.Graph!.Name.ShouldBe(name);
        }
        BuiltInWorkflows.TextOf("other").ShouldBeNull();
    }

    [Fact]
    public void Read_RepoAnalysis_IsTheWholeGraph()
    {
        var graph = WorkflowReader.Read(BuiltInWorkflows.TextOf(BuiltInWorkflows.RepoAnalysis)!, "built-in").Graph!;
        graph.Steps.Select(step => $"{step.Name}: {step.Kind} < {string.Join(",", step.Needs)} > {string.Join(",", step.Writes)}").ShouldBe(
        [
            "sync: repository/sync <  > context",
            "scan: analysis/scan < sync > facts",
            "archivist: agent/archivist < scan > sections,findings",
            "architect: agent/architect < scan > sections,findings",
            "historian: agent/historian < scan > sections,findings",
            "librarian: agent/librarian < scan > sections,findings",
            "sentinel: agent/sentinel < scan > sections,findings",
            "examiner: agent/examiner < scan > sections,findings",
            "publish: report/publish < archivist,architect,historian,librarian,sentinel,examiner > charter",
        ]);
        graph.Channels.ShouldBe(
        [
            new("charter", Reducer.Last), new("context", Reducer.Last), new("effects", Reducer.Merge), new("facts", Reducer.Last),
            new("findings", Reducer.Append), new("sections", Reducer.Merge),
        ]);
        graph.Limits.ShouldBe(new WorkflowLimits(25, TimeSpan.FromHours(1)));
        graph.Steps.ShouldAllBe(step => step.Timeout == TimeSpan.FromMinutes(10) && step.Retry == RetryPolicy.Default && step.Parameters.GetRawText() == "{}");
    }

    [Fact]
    public void Read_Hash_IsThatOfTheText()
    {
        WorkflowReader.Read(Valid, "x").Graph!.Hash
            .ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Valid))));
    }

    [Fact]
    public void Read_Shorthand_AndMissingSections_HaveDefaults()
    {
        var graph = WorkflowReader.Read(Valid, "x").Graph!;
        graph.Channels.ShouldBe([new("context", Reducer.Last), new("facts", Reducer.Last)]);
        graph.Steps[1].Needs.ShouldBe(["sync"]);
        graph.Limits.ShouldBe(WorkflowLimits.Default);
    }

    [Fact]
    public void Read_Settings_StepOverDefaultsOverBuiltIn()
    {
        var graph = WorkflowReader.Read("""
            name: settings
            state: { context: last }
            limits: { recursion: 10000, timeout: 24h, parallel: 3, fan_out: 4, tasks: 5 }
            defaults: { timeout: 5m, idle_timeout: 1m, retry: { max_attempts: 5, initial: 250ms } }
            steps:
              one: { uses: repository/sync }
              two: { uses: repository/sync, timeout: 2h30m, idle_timeout: 90s, retry: { max_attempts: 1, multiplier: 1.5, maximum: 1m30s, longest_wait: 1h } }
              three: { uses: repository/sync, with: {}, needs: [one, two] }
            """, "x").Graph!;
        graph.Limits.ShouldBe(new WorkflowLimits(10_000, TimeSpan.FromHours(24)) { Parallel = 3, FanOut = 4, Tasks = 5 });
        graph.Steps[0].Retry.ShouldBe(new RetryPolicy(5, TimeSpan.FromMilliseconds(250), 2, TimeSpan.FromSeconds(128)));
        graph.Steps[0].Timeout.ShouldBe(TimeSpan.FromMinutes(5));
        graph.Steps[1].Retry.ShouldBe(new RetryPolicy(1, TimeSpan.FromMilliseconds(250), 1.5, TimeSpan.FromSeconds(90)) { LongestWait = TimeSpan.FromHours(1) });
        graph.Steps.Select(step => step.IdleTimeout).ShouldBe([TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(1)]);
        graph.Steps[1].Timeout.ShouldBe(TimeSpan.FromMinutes(150));
        graph.Steps[2].Needs.ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Read_NothingSaid_TakesTheInstallationsTimes()
    {
        var defaults = WorkflowDefaults.BuiltIn with { StepTimeout = TimeSpan.FromMinutes(7), IdleTimeout = TimeSpan.FromMinutes(2) };
        WorkflowReader.Read(Valid, "x", defaults).Graph!.Steps.ShouldAllBe(step => step.Timeout == TimeSpan.FromMinutes(7) && step.IdleTimeout == TimeSpan.FromMinutes(2));
        WorkflowReader.Read(Valid, "x").Graph!.Steps.ShouldAllBe(step => step.IdleTimeout == null);
    }

    [Fact]
    public void Read_ManyProblems_ReportsAllOfThemInOrder()
    {
        var reading = WorkflowReader.Read("""
            nmae: everything
            state:
              sections: last
              findings: { reducer: apend }
            limits: { recursion: 0, timeout: soon }
            steps:
              sync: { uses: repository/synk }
              scan: { needs: [snyc, scan], when: true }
              archivist: { uses: agent/archivist, needs: [publish] }
              publish: { uses: report/publish, needs: [archivist], with: { a: 1 } }
            """, "all.yaml");
        reading.IsValid.ShouldBeFalse();
        reading.Source.ShouldBe("all.yaml");
        reading.Problems.Select(problem => $"{problem.Line}:{problem.Column} {problem.Message} {problem.Fix}").ShouldBe(
        [
            "1:1 'nmae' is not a key of a workflow. Did you mean 'name'?",
            "1:1 'name' is missing. Add 'name: my-workflow'.",
            "3:13 Channel 'sections' has the reducer 'last', which does not fit what 'agent/archivist' writes. Write 'sections: { reducer: merge }'.",
            "4:24 There is no reducer 'apend'. Did you mean 'append'?",
            "5:22 'recursion' must be a whole number from 1 to 10000, not '0'. Write a number, for example 'recursion: 25'.",
            "5:34 'timeout' is not a duration, not 'soon'. Write a number with a unit (h, m, s, ms), for example 'timeout: 90s' or 'timeout: 2h30m'.",
            "7:17 There is no step kind 'repository/synk'. Did you mean 'repository/sync'?",
            "8:3 Step 'scan' has no 'uses'. Add the kind of step: " + string.Join(", ", StepKinds.All.Select(kind => kind.Name)) + ".",
            "8:19 There is no step 'snyc'. Did you mean 'sync'?",
            "8:25 Step 'scan' needs itself. Remove it from its own 'needs'.",
            "8:32 'when' is not supported by this version. Remove it.",
            "9:47 These steps wait for each other: archivist → publish → archivist. Break the cycle, for example by removing 'publish' from the needs of 'archivist'.",
            "10:20 'report/publish' writes channel 'charter', which 'state' does not declare. Add 'charter: { reducer: last }' under 'state'.",
            "10:64 The step kind 'report/publish' has no parameter 'a'. Remove it: the kind takes no parameters.",
        ]);
    }
}

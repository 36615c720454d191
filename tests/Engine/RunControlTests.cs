using System.Text.Json;

namespace Charterhouse.Engine.Tests;

public sealed class RunControlTests
{
    [Fact]
    public void Serialize_SnakeCase_RoundTrips()
    {
        var control = new EngineRun(Graphs.RepoAnalysis).Begin().Step("sync").Step("scan")
            .Fail("archivist", "slow", retryable: true, TimeSpan.FromSeconds(3)).Fail("historian", "broken", retryable: false, TimeSpan.FromSeconds(1)).Control;
        var text = EngineRun.Text(control with { Failure = new RunFailure("x", "y", null) });
        var read = JsonSerializer.Deserialize<RunControl>(text, EngineRun.Options)!;
        EngineRun.Text(read).ShouldBe(text);
        read.Tasks[1].Failure.ShouldBe(new TaskFailure("failed", "broken", false, TimeSpan.FromSeconds(1)));
        text.ShouldContain("\"phase\": \"running\"");
        text.ShouldContain("\"same_failures\": 1");
    }

    [Fact]
    public void Deserialize_WithoutOptionalMembers_HasDefaults()
    {
        var task = JsonSerializer.Deserialize<TaskControl>("""{"task_id":"t","path":"p","step":"s","phase":"cancelling","attempt":2}""", EngineRun.Options)!;
        (task.Phase, task.SameFailures, task.Signature).ShouldBe((TaskPhase.Cancelling, 0, null));
    }

    [Fact]
    public void Deserialize_AcceptedAgain_DecidesTheSame()
    {
        var run = new EngineRun(Graphs.RepoAnalysis).Begin();
        var read = new EngineRun(Graphs.RepoAnalysis, JsonSerializer.Deserialize<RunControl>(EngineRun.Text(run.Control), EngineRun.Options));
        EngineRun.Text(read.Step("sync").Control).ShouldBe(EngineRun.Text(run.Step("sync").Control));
    }
}

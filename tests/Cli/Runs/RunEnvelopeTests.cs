using System.Text.Json;
using Charterhouse.Cli.Runs;

namespace Charterhouse.Cli.Tests.Runs;

public sealed class RunEnvelopeTests
{
    [Fact]
    public void Of_Runs_HasTheApprovedShape() => RunEnvelope.Of([ExampleRuns.Published, ExampleRuns.Failed]).ShouldMatchApproved("envelope.approved.json");

    [Fact]
    public void OfList_Rows_HasTheApprovedShape() =>
        RunEnvelope.OfList([ExampleRuns.Published.Run, ExampleRuns.Running.Run], next: "run_x").ShouldMatchApproved("list.approved.json");

    [Fact]
    public void Of_TextWithControlCharacters_EscapesThem()
    {
        var json = RunEnvelope.Of([ExampleRuns.Published]);

        json.ShouldNotContain("\u001b");
        json.ShouldNotContain("\u009b");
        JsonDocument.Parse(json).RootElement.GetProperty("runs")[0].GetProperty("charter").GetProperty("identity").GetProperty("purpose").GetString().ShouldBe("A demo \u001b[31mred\u009b0m");
    }
}

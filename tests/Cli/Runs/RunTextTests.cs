using System.Text.Json;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Runs;
using Spectre.Console;

namespace Charterhouse.Cli.Tests.Runs;

public sealed class RunTextTests
{
    [Fact]
    public void Show_Runs_IsAsApproved() =>
        string.Join("\n\n----\n\n", new[] { ExampleRuns.Published, ExampleRuns.Failed, ExampleRuns.Running }.Select(run => RunText.Show(run, ExampleRuns.Now)))
            .ShouldMatchApproved("show.approved.txt");

    [Fact]
    public void Failure_FailedRun_SaysWhatWhyFixAndNext() => RunText.Failure(ExampleRuns.Failed, "charter resume run_x --data /d").ShouldMatchApproved("failure.approved.txt");

    [Fact]
    public void Status_Queued_SaysWhereItStands()
    {
        var queued = ExampleRuns.Running.Run with { Status = "queued", StartedAt = null };

        RunText.Status(queued).ShouldBe("○ queued");
        RunText.Status(queued with { Queue = new QueuePlace(3, "run_before", 5) }).ShouldBe("○ queued: position 3, behind run_before");
        RunText.Status(queued with { Queue = new QueuePlace(1, null, 0) }).ShouldBe("○ queued: position 1");
        RunText.Headline(queued with { Queue = new QueuePlace(3, "run_before", 5) }, ExampleRuns.Now).ShouldStartWith("○ queued: position 3, behind run_before  ");
    }

    [Fact]
    public void Failure_Expired_SaysSo()
    {
        var expired = ExampleRuns.Failed with { Run = ExampleRuns.Failed.Run with { Status = "expired", Error = new RunError("queue_expired", "It waited.", null, "Ask again.", null) } };

        RunText.IsFailure(expired.Run).ShouldBeTrue();
        RunText.Failure(expired, "charter resume run_x").ShouldBe("✗ demo expired (run_agn2lqvtyryblhtqpouyv6zkta)\n  why:  It waited.\n  fix:  Ask again.\n  next: charter resume run_x");
        ExitCodes.Of(["published", "expired", "cancelled"]).ShouldBe(ExitCodes.Failed);
    }

    [Fact]
    public void Draw_Runs_IsAsApproved()
    {
        var written = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = 120;

        console.Write(LiveRunView.Draw([ExampleRuns.Published, ExampleRuns.Failed, ExampleRuns.Running], ExampleRuns.Now));

        string.Join('\n', written.ToString().Split('\n').Select(line => line.TrimEnd())).ShouldMatchApproved("live.approved.txt");
    }

    [Fact]
    public void Everything_HostileText_HoldsNoControlCharacters()
    {
        foreach (var run in new[] { ExampleRuns.Published, ExampleRuns.Failed, ExampleRuns.Running })
        {
            var text = RunText.Show(run, ExampleRuns.Now) + RunText.Failure(run, "next");
            TerminalText.Clean(text).ShouldBe(text);
        }
    }

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(840, "840 ms")]
    [InlineData(2345, "2.3 s")]
    [InlineData(65_000, "1 m 05 s")]
    [InlineData(3_720_000, "1 h 02 m")]
    public void Duration_Span_IsReadable(int milliseconds, string expected) => RunText.Duration(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(expected);

    [Theory]
    [InlineData("run.queued", "{}", "queued")]
    [InlineData("step.started", """{"step":"scan"}""", "step scan started")]
    [InlineData("step.started", """{"step":"scan","attempt":2}""", "step scan started (attempt 2)")]
    [InlineData("step.completed", """{"step":"scan","duration_ms":1500}""", "step scan completed in 1.5 s")]
    [InlineData("step.failed", """{"step":"scan","failure":{"message":"no \u001b[1mway"}}""", "step scan failed: no way")]
    [InlineData("step.retrying", """{"step":"scan","delay_ms":2000,"message":"busy"}""", "step scan will be tried again in 2.0 s: busy")]
    [InlineData("run.expired", """{"error":{"message":"waited 1h"}}""", "expired: waited 1h")]
    [InlineData("run.failed", """{"error":{"message":"m"}}""", "failed: m")]
    [InlineData("checkpoint.saved", "{}", null)]
    [InlineData("step.completed", "null", "step completed")]
    public void Describe_Event_IsOneLine(string type, string data, string? expected) =>
        RunEventText.Describe(new RunEventView("run_x", 1, type, JsonSerializer.Deserialize<JsonElement>(data), ExampleRuns.Start)).ShouldBe(expected);

    [Theory]
    [InlineData("added", null, "1", "+ /a/b  1")]
    [InlineData("removed", "1", null, "- /a/b  1")]
    [InlineData("changed", "1", "\"x\"", "~ /a/b  1 → \"x\"")]
    public void Describe_Difference_IsOneLine(string kind, string? before, string? after, string expected) =>
        RunsDiffCommand.Describe(new StateDifference("/a/b", kind, Value(before), Value(after))).ShouldBe(expected);

    private static JsonElement? Value(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);
}

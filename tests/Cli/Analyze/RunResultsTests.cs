using System.CommandLine;
using System.Text.Json;
using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Terminal;
using Charterhouse.Cli.Tests.Runs;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Tests.Analyze;

public sealed class RunResultsTests
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    [Theory]
    [InlineData("critical", 0, null)]
    [InlineData("high", 6, "--fail-on high: demo has 1 open finding (1 high): licence/missing")]
    [InlineData("medium", 6, "--fail-on medium: demo has 1 open finding (1 high): licence/missing")]
    [InlineData("info", 6, "--fail-on info: demo has 3 open findings (1 high, 2 low): licence/missing, bus/factor, readme/short")]
    public async Task WriteAsync_FailOn_IsTheExitCodeAndTheLastLine(string severity, int code, string? last)
    {
        (await WriteAsync(ResultFormat.Text, severity, ExampleRuns.Published)).ShouldBe(code);

        output.ToString().ShouldContain("published");
        error.ToString().ShouldBe(last is null ? "" : last + "\n");
    }

    [Fact]
    public async Task WriteAsync_FailedRunBesideFindings_IsAFailureAndSaysBoth()
    {
        (await WriteAsync(ResultFormat.Text, "low", ExampleRuns.Published, ExampleRuns.Failed)).ShouldBe(1);

        error.ToString().ShouldContain("failed (run_");
        error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].ShouldStartWith("--fail-on low: demo has 3 open findings");
    }

    [Fact]
    public async Task WriteAsync_Sarif_IsOneLogAlone()
    {
        (await WriteAsync(ResultFormat.Sarif, null, ExampleRuns.Published, ExampleRuns.Failed, ExampleRuns.Published)).ShouldBe(1);

        using var log = JsonDocument.Parse(output.ToString());
        log.RootElement.GetProperty("version").GetString().ShouldBe("2.1.0");
        log.RootElement.GetProperty("runs").GetArrayLength().ShouldBe(2, "the failed one has no charter");
    }

    private async Task<int> WriteAsync(ResultFormat format, string? severity, params RunDetails[] runs)
    {
        var context = new CliContext(new CliTerminal(output, error), TimeProvider.System, CancellationToken.None);
        return await new RunResults(format, null, severity is null ? null : new FindingGate(severity)).WriteAsync(
            runs, await SarifLogs.ReadAsync(runs, new NoArtifacts(), TestContext.Current.CancellationToken), context, new RootCommand { context.Data, context.Config }.Parse([]));
    }
}

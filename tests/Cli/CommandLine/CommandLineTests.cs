using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Tests.CommandLine;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("analyse .", "there is no command 'analyse'; did you mean analyze?")]
    [InlineData("runs lst", "there is no command 'lst'; did you mean list?")]
    [InlineData("analyze . --jsn", "there is no option --jsn; did you mean --json?")]
    [InlineData("analyze --repos a --bogus", "there is no option --bogus")]
    [InlineData("runs show --jso x", "there is no option --jso; did you mean --json?")]
    [InlineData("runs list extra", "'extra' is one argument too many")]
    [InlineData("runs show", "Required argument missing for command: 'show'")]
    [InlineData("runs list --limit 0", "--limit is '0'; give a number from 1 to 500")]
    [InlineData("runs list --limit many", "--limit is 'many'; give a number from 1 to 500")]
    [InlineData("runs list --status done", "'done' not recognized")]
    [InlineData("runs list --cursor x", "--cursor x is not a run id")]
    [InlineData("analyze --format pdf", "'pdf' not recognized")]
    [InlineData("runs fork run_x --edit {", "--edit is not valid JSON")]
    [InlineData("runs fork run_x --edit [1]", "--edit is not a JSON object")]
    [InlineData("runs fork run_x --edit {\"a\":1,\"a\":2}", "--edit is not valid JSON")]
    [InlineData("runs fork run_x --as sync", "--as needs --edit")]
    [InlineData("resume run_x --as sync", "--as needs --input")]
    [InlineData("resume run_x --recursion-limit none", "--recursion-limit: orchestration.recursion_limit is 'none'")]
    [InlineData("runs show run_abcdefgh", "there is no run run_abcdefgh")]
    [InlineData("runs cancel run_abcdefgh", "there is no run run_abcdefgh")]
    [InlineData("config show --config nowhere.yaml", "nowhere.yaml does not exist")]
    public async Task Run_WrongInput_IsOneMessageAndExit2(string line, string message)
    {
        var (code, output, error) = await RunAsync(line.Split(' '));

        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.Split('\n').Count(one => one.StartsWith("error: ", StringComparison.Ordinal)).ShouldBe(1);
        error.ShouldContain("error: ");
        error.ShouldContain(message);
        Directory.Exists(Data).ShouldBeFalse("nothing may be half-written");
    }

    [Fact]
    public async Task Analyze_ManyMistakes_ReportsAllAtOnce()
    {
        var (code, _, error) = await RunAsync("analyze", ".", "--resume-thread", "T", "--json", "--format", "md", "--recursion-limit", "0");

        code.ShouldBe(2);
        error.ShouldContain("--json and --format cannot be combined");
        error.ShouldContain("--resume-thread takes no targets");
        error.ShouldContain("--recursion-limit: orchestration.recursion_limit is '0'");
        Directory.Exists(Data).ShouldBeFalse();
    }

    [Fact]
    public async Task Analyze_CheckpointWithLimit_IsRefused()
    {
        var (code, _, error) = await RunAsync("analyze", "--resume-thread", "T", "--checkpoint", "3", "--recursion-limit", "5");

        code.ShouldBe(2);
        error.ShouldContain("--checkpoint starts a fork, which keeps its thread's workflow and limits");
    }

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("runs fork --help")]
    public async Task Run_Help_IsOnStandardOutput(string line)
    {
        var (code, output, error) = await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        code.ShouldBe(0);
        output.ShouldContain("Usage:");
        error.ShouldBeEmpty();
    }

    [Fact]
    public async Task RunsList_NoDatabase_IsEmptyAndCreatesNothing()
    {
        (await RunAsync("runs", "list")).ShouldBe((0, "", "no runs; start one with: charter analyze .\n"));
        (await RunAsync("runs", "list", "--json")).Output.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal).ShouldBe("""{"runs":[],"next_cursor":null}""");
        Directory.Exists(Data).ShouldBeFalse();
    }

    [Fact]
    public async Task ConfigShow_PrintsEachKeyWithItsSource()
    {
        var (code, output, _) = await RunAsync("config", "show");

        code.ShouldBe(0);
        var data = output.Split('\n').Single(line => line.StartsWith("data ", StringComparison.Ordinal));
        data.Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["data", Data, "--data"]);
        output.ShouldContain("orchestration.max_concurrent_runs");
    }

    [Fact]
    public async Task Health_FreshMachine_IsHealthy()
    {
        var (code, output, _) = await RunAsync("health", "--json");

        code.ShouldBe(0);
        var json = System.Text.Json.JsonDocument.Parse(output).RootElement;
        json.GetProperty("healthy").GetBoolean().ShouldBeTrue();
        json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()).ShouldBe(["data_folder", "database", "git"]);
    }

    [Fact]
    public async Task Health_DataFolderIsAFile_FailsWithAFix()
    {
        folder.File("data", "");

        var (code, output, _) = await RunAsync("health");

        code.ShouldBe(1);
        output.ShouldContain("✗ data folder: the data folder " + Data + " is a file\n  fix: Give a folder with --data or CHARTER_DATA.");
    }

    private string Data => Path.Combine(folder.Path, "data");

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        string[] data = arguments is [] or ["--help"] ? [] : ["--data", Data];
        var code = await CharterCommandLine.RunAsync([.. arguments, .. data], new CliTerminal(output, error));
        return (code, output.ToString(), error.ToString());
    }
}

using Charterhouse.Cli.Terminal;
using Charterhouse.Testing;

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
    [InlineData("runs show", "<run> is missing: a run id, or an unambiguous beginning of one (at least 8 characters)")]
    [InlineData("runs list --limit 0", "--limit is '0'; give a number from 1 to 500")]
    [InlineData("runs list --limit many", "--limit is 'many'; give a number from 1 to 500")]
    [InlineData("runs list --status done", "--status is 'done'; give queued, running, cancelling, published, failed, cancelled or expired")]
    [InlineData("runs list --cursor x", "--cursor x is not a run id")]
    [InlineData("analyze --format pdf", "--format is 'pdf'; give text, md, sarif or json")]
    [InlineData("analyze --fail-on hihg", "--fail-on is 'hihg'; give critical, high, medium, low or info; did you mean high?")]
    [InlineData("analyze --fail-on", "--fail-on is given without a value; write --fail-on critical|high|medium|low|info")]
    [InlineData("analyze --fail-in high", "there is no option --fail-in; did you mean --fail-on?")]
    [InlineData("dif", "there is no command 'dif'; did you mean diff?")]
    [InlineData("diff --form 1", "there is no option --form; did you mean --from?")]
    [InlineData("diff --from none", "--from is 'none'; give a version's number, such as 3")]
    [InlineData("diff --to 0", "--to is '0'; give a version's number, such as 3")]
    [InlineData("diff run_abcdefgh", "diff compares two runs, and one was given")]
    [InlineData("diff run_abcdefgh run_ijklmnop --to 3", "runs cannot be combined with --repo, --from and --to")]
    [InlineData("diff run_abcdefgh run_ijklmnop", "there is no run run_abcdefgh")]
    [InlineData("diff --repo no-such-name", "no repository 'no-such-name' has a charter")]
    [InlineData("diff --repo ./no-such-folder", "there is no folder './no-such-folder'")]
    [InlineData("diff --repo https://example.org/o/r", "no repository 'https://example.org/o/r' has a charter")]
    [InlineData("runs show run_abcdefgh --json --format md", "--json and --format cannot be combined")]
    [InlineData("runs fork run_x --edit {", "--edit is not valid JSON")]
    [InlineData("runs fork run_x --edit [1]", "--edit is not a JSON object")]
    [InlineData("runs fork run_x --edit {\"a\":1,\"a\":2}", "--edit is not valid JSON")]
    [InlineData("runs fork run_x --as sync", "--as needs --edit")]
    [InlineData("resume run_x --as sync", "--as needs --input")]
    [InlineData("resume run_x --recursion-limit none", "--recursion-limit: orchestration.recursion_limit is 'none'")]
    [InlineData("runs show run_abcdefgh", "there is no run run_abcdefgh")]
    [InlineData("runs cancel run_abcdefgh", "there is no run run_abcdefgh")]
    [InlineData("findings", "charter findings needs a command: list, dismiss, reopen")]
    [InlineData("findings list --repo no-such-name", "no repository 'no-such-name' has a charter")]
    [InlineData("findings lst", "there is no command 'lst'; did you mean list?")]
    [InlineData("findings list --state closed", "--state is 'closed'; give open, dismissed, fixed or all")]
    [InlineData("findings list --severity urgent", "--severity is 'urgent'; give critical, high, medium, low or info")]
    [InlineData("findings list --rule readme/mising", "there is no rule 'readme/mising'")]
    [InlineData("findings dismiss fnd_abcdefgh", "--reason TEXT is missing: why it needs no action")]
    [InlineData("findings dismiss --reason x", "<id> is missing: a finding's id")]
    [InlineData("findings dismiss fnd_abcdefgh --reason x", "there is no finding fnd_abcdefgh")]
    [InlineData("findings reopen fnd_abcdefgh --reason x", "there is no finding fnd_abcdefgh")]
    [InlineData("findings dismiss fnd_abcdefgh --reson x", "there is no option --reson; did you mean --reason?")]
    [InlineData("repos", "charter repos needs a command: list, show, add, import, set, remove, sync")]
    [InlineData("repos add", "<target> is missing: an https:// URL, OWNER/REPOSITORY on GitHub, or a folder whose remote is one")]
    [InlineData("repos add no-such-folder", "there is no folder 'no-such-folder'")]
    [InlineData("repos add /", "the folder '/' has no remote 'origin' with an https:// address")]
    [InlineData("repos add https://ada:hunter2@example.org/o/r", "the URL holds credentials")]
    [InlineData("repos show https://example.org/o/r", "https://example.org/o/r is not registered")]
    [InlineData("repos remove https://example.org/o/r", "https://example.org/o/r is not registered")]
    [InlineData("repos sync https://example.org/o/r", "https://example.org/o/r is not registered")]
    [InlineData("config show --config nowhere.yaml", "nowhere.yaml does not exist")]
    [InlineData("deadletters", "charter deadletters needs a command: list, show, requeue")]
    [InlineData("deadletters show", "<id> is missing: a message id")]
    [InlineData("deadletters show 1234", "there is no dead letter '1234'")]
    [InlineData("deadletters requeue", "nothing is named to send back")]
    [InlineData("deadletters requeue --queue agents.steps", "nothing is named to send back")]
    [InlineData("deadletters requeue 1234", "there is no dead letter '1234'")]
    [InlineData("deadletters requeue 1234 --all", "--all is given together with ids")]
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

    [Theory]
    [InlineData("list")]
    [InlineData("requeue --all")]
    public async Task DeadLetters_EmbeddedProfile_SaysWhyThereAreNone(string command)
    {
        var (code, output, error) = await RunAsync(["deadletters", .. command.Split(' ')]);

        code.ShouldBe(0);
        output.ShouldBeEmpty();
        error.ShouldContain("the embedded profile has no dead letters: its messages live in this process's memory");
        var (_, json, _) = await RunAsync(["deadletters", "list", "--json"]);
        json.ReplaceLineEndings("").ShouldContain("\"dead_letters\": []");
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
    public async Task Analyze_BadTargetsWorkflowAndLimit_ReportsAllAtOnceAndCreatesNothing()
    {
        var file = folder.Write("w.yaml", "name: x\nsteps: {}\ncolour: red\n");
        var output = Path.Combine(folder.FullPath, "out");

        var (code, _, error) = await RunAsync("analyze", "no-such-folder", folder.FullPath, "--workflow", file, "--recursion-limit", "0", "--out", output);

        code.ShouldBe(2);
        error.ShouldContain("there is no folder 'no-such-folder'");
        error.ShouldContain($"error: {file}:3:1: ");
        error.ShouldContain("orchestration.recursion_limit is '0'");
        error.Split('\n').Count(one => one.StartsWith("error: ", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(4);
        Directory.Exists(output).ShouldBeFalse();
        Directory.Exists(Data).ShouldBeFalse();
    }

    [Fact]
    public async Task WorkflowsValidate_Mistake_StartsWithThePlaceAndIsExit2()
    {
        var file = folder.Write("w.yaml", "name: x\nsteps: {}\ncolour: red\n");

        var (code, output, error) = await RunAsync("workflows", "validate", file);

        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldStartWith($"{file}:");
    }

    [Fact]
    public async Task WorkflowsShow_BuiltIn_IsValid()
    {
        var file = folder.Write("w.yaml", (await RunAsync("workflows", "show", "repo-analysis")).Output);

        (await RunAsync("workflows", "validate", file)).ShouldBe((0, $"{file} is valid\n", ""));
    }

    [Theory]
    [InlineData("health")]
    [InlineData("runs list")]
    public async Task Run_DamagedDatabase_IsOneSentenceAndExit1(string line)
    {
        folder.Write("data/charterhouse.db", "this is not a database, but long enough to look at");

        var (code, output, error) = await RunAsync(line.Split(' '));

        code.ShouldBe(1);
        (output + error).ShouldContain("charterhouse.db is damaged or is no SQLite database");
        error.ShouldNotContain("   at ");
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
    public async Task FindingsList_NoDatabase_IsEmptyAndCreatesNothing()
    {
        (await RunAsync("findings", "list")).ShouldBe((0, "", "no open findings; others with: charter findings list --state all\n"));
        (await RunAsync("findings", "list", "--json")).Output.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal).ShouldBe("""{"findings":[]}""");
        Directory.Exists(Data).ShouldBeFalse();
    }

    [Fact]
    public async Task FindingsDismiss_EmptyReasonAndAuthor_ReportsBoth()
    {
        var (code, output, error) = await RunAsync("findings", "dismiss", "fnd_abcdefgh", "--reason", " ", "--author", "");

        (code, output).ShouldBe((2, ""));
        error.ShouldContain("--reason is empty");
        error.ShouldContain("--author is empty");
    }

    [Fact]
    public async Task ConfigShow_PrintsEachKeyWithItsSource()
    {
        var (code, output, _) = await RunAsync("config", "show");

        code.ShouldBe(0);
        var data = output.Split('\n').Single(line => line.StartsWith("data ", StringComparison.Ordinal));
        string.Join(' ', data.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBe($"data {Data} --data");
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
        folder.Write("data", "");

        var (code, output, _) = await RunAsync("health");

        code.ShouldBe(1);
        output.ShouldContain("✗ data folder: the data folder " + Data + " is a file\n  fix: Give a folder with --data or CHARTER_DATA.");
    }

    private string Data => Path.Combine(folder.FullPath, "data");

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        string[] data = arguments is [] or ["--help"] ? [] : ["--data", Data];
        var code = await CharterCommandLine.RunAsync([.. arguments, .. data], new CliTerminal(output, error));
        return (code, output.ToString(), error.ToString());
    }
}

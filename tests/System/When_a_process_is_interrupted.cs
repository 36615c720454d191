using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_process_is_interrupted : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository repository = SampleRepository.CreateLarge();

    private string Data => folder.File("data");

    public void Dispose()
    {
        repository.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Once_it_stops_in_order_and_says_how_to_go_on()
    {
        using var running = CharterProcess.Start(Data, ["analyze", repository.Path]);
        await Eventually.Holds("the scan has begun", () => running.Error.Contains("scan", StringComparison.Ordinal), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        running.Signal("INT");
        var interrupted = await running.EndAsync();

        interrupted.ExitCode.ShouldBe(3, interrupted.Error);
        interrupted.Error.ShouldContain("charter resume run_");
        interrupted.Error.ShouldContain("--data");
        var tables = new DataFolderTables(Data);
        var run = tables.Query("SELECT run_id FROM runs WHERE ended_at IS NULL").Single();

        var resumed = await CharterProcess.RunAsync(Data, "resume", run);

        resumed.ExitCode.ShouldBe(0, resumed.Error);
        tables.ShouldBeSound();
        tables.Query("SELECT max(lost_claims) FROM node_executions").ShouldBe(["0"], "a stop in order is not a lost worker");
    }

    [Fact]
    public async Task Twice_it_quits_at_once_and_nothing_is_lost()
    {
        using var running = CharterProcess.Start(Data, ["analyze", repository.Path]);
        await Eventually.Holds("the scan has begun", () => running.Error.Contains("scan", StringComparison.Ordinal), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        running.Signal("INT");
        if (!running.HasExited) running.Signal("INT");
        (await running.EndAsync()).ExitCode.ShouldBe(3);

        var tables = new DataFolderTables(Data);
        foreach (var run in tables.Query("SELECT run_id FROM runs WHERE ended_at IS NULL"))
            (await CharterProcess.RunAsync(Data, "resume", run)).ExitCode.ShouldBe(0);
        tables.ShouldBeSound();
        tables.Query("SELECT status FROM runs").ShouldBe(["published"]);
    }

    [Fact]
    public async Task A_held_data_folder_is_waited_for_or_refused_by_name()
    {
        using var holder = CharterProcess.Start(Data, ["analyze", repository.Path]);
        await Eventually.Holds("the run has begun", () => holder.Error.Contains("started", StringComparison.Ordinal), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        holder.Signal("STOP");

        var refused = await CharterProcess.RunAsync(Data, "analyze", repository.Path, "--no-wait");
        using var waiting = CharterProcess.Start(Data, ["analyze", repository.Path]);
        await Eventually.Holds("the second one waits", () => waiting.Error.Contains("waiting for", StringComparison.Ordinal), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var list = await CharterProcess.RunAsync(Data, "runs", "list");
        holder.Signal("CONT");
        var first = await holder.EndAsync();
        var second = await waiting.EndAsync();

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain(holder.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        refused.Error.ShouldContain("fix:");
        list.ExitCode.ShouldBe(0, "reading never waits for the holder");
        list.Output.ShouldContain("running");
        first.ExitCode.ShouldBe(0, first.Error);
        second.ExitCode.ShouldBe(0, second.Error);
        new DataFolderTables(Data).ShouldBeSound();
    }

    [Fact]
    public async Task A_run_of_another_process_can_be_cancelled()
    {
        using var running = CharterProcess.Start(Data, ["analyze", repository.Path]);
        await Eventually.Holds("the scan has begun", () => running.Error.Contains("scan started", StringComparison.Ordinal), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var run = new DataFolderTables(Data).Query("SELECT run_id FROM runs").Single();

        var cancel = await CharterProcess.RunAsync(Data, "runs", "cancel", run);
        var ended = await running.EndAsync();

        var tables = new DataFolderTables(Data);
        var status = tables.Query("SELECT status FROM runs").Single();
        // The run may have been faster than the cancel; then the command says so.
        if (status == "published") cancel.ExitCode.ShouldBe(1, cancel.Error);
        else
        {
            status.ShouldBe("cancelled");
            cancel.ExitCode.ShouldBe(0, cancel.Error);
            ended.ExitCode.ShouldBe(3);
        }
        tables.Query("SELECT count(*) FROM runs WHERE ended_at IS NULL").ShouldBe(["0"]);
    }
}

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_process_is_interrupted() : Journey(() => SampleRepository.CreateLarge())
{
    [Fact]
    public async Task Once_it_stops_in_order_and_says_how_to_go_on()
    {
        using var running = StartAnalyze();
        await running.SaysAsync("scan");
        running.Signal("INT");
        var interrupted = await running.EndAsync();

        interrupted.ExitCode.ShouldBe(3, interrupted.Error);
        interrupted.Error.ShouldContain("charter resume run_");
        interrupted.Error.ShouldContain("--data");
        var run = Tables.Query("SELECT run_id FROM runs WHERE ended_at IS NULL").Single();

        var resumed = await CharterAsync("resume", run);

        resumed.ExitCode.ShouldBe(0, resumed.Error);
        Tables.ShouldBeSound();
        Tables.Query("SELECT max(lost_claims) FROM node_executions").ShouldBe(["0"], "a stop in order is not a lost worker");
    }

    [Fact]
    public async Task Twice_it_quits_at_once_and_nothing_is_lost()
    {
        using var running = StartAnalyze();
        await running.SaysAsync("scan");
        running.Signal("INT");
        if (!running.HasExited) running.Signal("INT");
        (await running.EndAsync()).ExitCode.ShouldBe(3);

        foreach (var run in Tables.Query("SELECT run_id FROM runs WHERE ended_at IS NULL"))
            (await CharterAsync("resume", run)).ExitCode.ShouldBe(0);
        Tables.ShouldBeSound();
        Tables.Query("SELECT status FROM runs").ShouldBe(["published"]);
    }

    [Fact]
    public async Task A_held_data_folder_is_waited_for_or_refused_by_name()
    {
        using var holder = StartAnalyze();
        await holder.SaysAsync("started");
        holder.Signal("STOP");

        var refused = await CharterAsync("analyze", Repository.Path, "--no-wait");
        using var waiting = StartAnalyze();
        await waiting.SaysAsync("waiting for");
        var list = await CharterAsync("runs", "list");
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
        Tables.ShouldBeSound();
    }

    [Fact]
    public async Task A_run_of_another_process_can_be_cancelled()
    {
        using var running = StartAnalyze();
        await running.SaysAsync("scan started");
        var run = Tables.Query("SELECT run_id FROM runs").Single();

        var cancel = await CharterAsync("runs", "cancel", run);
        var ended = await running.EndAsync();

        var status = Tables.Query("SELECT status FROM runs").Single();
        // The run may have been faster than the cancel; then the command says so.
        if (status == "published") cancel.ExitCode.ShouldBe(1, cancel.Error);
        else
        {
            status.ShouldBe("cancelled");
            cancel.ExitCode.ShouldBe(0, cancel.Error);
            ended.ExitCode.ShouldBe(3);
        }
        Tables.Query("SELECT count(*) FROM runs WHERE ended_at IS NULL").ShouldBe(["0"]);
    }
}

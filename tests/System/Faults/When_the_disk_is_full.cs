using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F33: no space left for the database, for the cache of repositories, for logs and spans; then there is again, and nothing was started anew.</summary>
public sealed class When_the_disk_is_full(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task The_API_refuses_what_the_database_cannot_keep() => RepeatWithDisksAsync("disk of the database is full", async one =>
    {
        await using var storage = await SmallTablespace.CreateAsync(House, Cancelled);
        var before = Processes();
        await one.AskAsync(4);
        await one.BegunAsync();
        // without free places in the pages that are there, so that the next rows need new ones
        foreach (var table in (string[])["run_requests", "outbox_messages"]) await House.Services.QueryAsync("VACUUM FULL " + table);
        await Eventually.Holds("the API refuses", async () =>
        {
            storage.Disk.Fill(); // what a transaction that failed has given back, too
            var (run, refusal) = await House.AskOnceAsync(House.Target, Cancelled);
            if (run is not null) one.Add(run);
            if (refusal is not null) one.Refusals.Add(refusal);
            return one.Refusals.Count >= 5;
        }, TimeSpan.FromSeconds(60), Cancelled);
        await EverybodyLivesAsync();

        storage.Disk.Empty();
        await Eventually.Holds("the API accepts again", async () => (await House.AskOnceAsync(House.Target, Cancelled)).Run is { } run && one.Add(run), TimeSpan.FromSeconds(10), Cancelled);
        one.Healed();
        await one.EndAsync(Limit);
        Processes().ShouldBe(before, "a service was started again");
    });

    [Fact]
    public Task The_cache_makes_room_or_the_run_waits_for_some() => RepeatWithDisksAsync("disk of the repository cache is full", async one =>
    {
        using var disk = SmallDisk.Mount(Path.Combine(House.Services.DataFolder, "repositories"), 12);
        var before = Processes();
        await PublishedAsync(one, "first", 3);
        await PublishedAsync(one, "second", 3);

        disk.Fill();
        await PublishedAsync(one, "larger", 5);
        House.Services.Of("RepoSync").Log.ShouldContain("was removed from the cache");

        // more than everything that can be removed
        disk.Fill();
        var run = await AskAsync(one, "too large", 8);
        await Eventually.Holds("its sync says why it waits", async () =>
            (await House.Services.QueryAsync($"SELECT 1 FROM run_events WHERE run_id = '{run}' AND data::text LIKE '%storage_full%'")).Count > 0, TimeSpan.FromSeconds(60), Cancelled);
        Directory.GetFiles(disk.Folder, "tmp_pack_*", SearchOption.AllDirectories).ShouldBeEmpty("half a pack was left");
        await EverybodyLivesAsync();

        disk.Empty();
        one.Healed();
        await one.AskAsync(3);
        await one.EndAsync(Limit);
        Directory.GetDirectories(disk.Folder, ".*").ShouldBeEmpty("a half repository was left");
        Processes().ShouldBe(before, "a service was started again");
    });

    [Fact]
    public Task Without_space_for_logs_and_spans_the_work_goes_on() => RepeatWithDisksAsync("disk of logs and spans is full", async one =>
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.Mount(folder.FullPath, 4);
        var (spans, log) = (Path.Combine(disk.Folder, "trace.jsonl"), Path.Combine(disk.Folder, "log"));
        foreach (var service in House.Services.Alive) service.Kill();
        House.Services.Start("Orchestrator", ("CHARTER_TRACE_FILE", spans));
        var agents = House.Services.Start("Agents", ("CHARTER_TRACE_FILE", spans));
        House.Services.StartLogging("RepoSync", log, ("CHARTER_TRACE_FILE", spans));
        House.Services.Start("Ingest", ("CHARTER_TRACE_FILE", spans));
        foreach (var service in House.Services.Alive) await service.ReadyAsync(Cancelled);
        var before = Processes();
        try
        {
            await PublishedAsync(one);
            await Eventually.Holds("spans are written", () => new FileInfo(spans) is { Exists: true, Length: > 0 }, TimeSpan.FromSeconds(10), Cancelled);

            disk.Fill();
            await PublishedAsync(one);
            await Eventually.Holds("it says that spans are lost", () => agents.Log.Contains("spans cannot be written", StringComparison.Ordinal), TimeSpan.FromSeconds(10), Cancelled);
            // where not a single byte goes, from the first line on
            var late = House.Services.StartLogging("RepoSync", "/dev/full", ("CHARTER_TRACE_FILE", spans));
            await late.ReadyAsync(Cancelled);
            await LogSomethingAsync();
            await PublishedAsync(one);
            await EverybodyLivesAsync();
            Processes().SkipLast(1).ShouldBe(before, "a service ended");
            agents.Log.Split("spans cannot be written").Length.ShouldBe(2, "said once");
            var (lines, length) = (Spans.Lines(spans).Length, new FileInfo(log).Length);

            disk.Empty();
            await Eventually.Holds("the log is written again", async () =>
            {
                await LogSomethingAsync(); // more than once: .NET's console logger loses a line on its way back, too
                return new FileInfo(log).Length > length;
            }, TimeSpan.FromSeconds(60), Cancelled);
            one.Healed();
            await PublishedAsync(one);
            await Eventually.Holds("spans are written again", () => Spans.Lines(spans).Length > lines, TimeSpan.FromSeconds(10), Cancelled);
            foreach (var line in Spans.Lines(spans)) JsonSerializer.Deserialize<JsonElement>(line).GetProperty("trace_id").GetString().ShouldNotBeNull();
        }
        finally
        {
            foreach (var service in House.Services.Alive) service.Kill(); // the next ones write elsewhere
        }
        await House.HealAsync();
    });

    private Task RepeatWithDisksAsync(string what, Func<FaultRepetition, Task> act)
    {
        if (SmallDisk.Unavailable is { } reason) Assert.Skip(reason);
        return RepeatAsync("F33", what, act);
    }

    /// <summary>Every service has a word to say of a broker that vanishes.</summary>
    private async Task LogSomethingAsync()
    {
        var length = House.Services.Of("Agents").Log.Length;
        House.Broker.Kill();
        await Eventually.Holds("the broker is missed", () => House.Services.Of("Agents").Log.Length > length, TimeSpan.FromSeconds(30), Cancelled);
        await House.HealAsync();
    }

    private List<int> Processes() => [.. House.Services.Alive.Select(service => service.Process.Id)];

    private async Task EverybodyLivesAsync()
    {
        foreach (var service in House.Services.Alive) (await service.GetAsync("/health/live"))!.Value.Status.ShouldBe(HttpStatusCode.OK, service.Service);
    }

    /// <summary>A run of a small repository that has come to its end.</summary>
    private async Task PublishedAsync(FaultRepetition one)
    {
        var (runs, _) = await House.AskAsync(1);
        one.Add(runs[0]);
        await EndsAsync(runs[0]);
    }

    /// <summary>The same, of a new repository of so many MiB.</summary>
    private async Task PublishedAsync(FaultRepetition one, string name, int mebibytes) => await EndsAsync(await AskAsync(one, name, mebibytes));

    private async Task EndsAsync(string run)
    {
        Dictionary<string, string> ended = [];
        await Eventually.Holds($"{run} has ended", async () => (ended = await House.EndedAsync([run])).Count == 1, TimeSpan.FromSeconds(90), Cancelled);
        ended[run].ShouldBe("published");
    }

    private async Task<string> AskAsync(FaultRepetition one, string name, int mebibytes)
    {
        using var repository = SampleRepository.Create(name);
        repository.Write("large.bin", RandomNumberGenerator.GetBytes(mebibytes << 20)).Commit("Something large");
        var target = House.Services.Publish(repository, $"disk{one.Number}/{name.Replace(' ', '-')}");
        var run = await Eventually.Gets($"{name} is accepted", async () => (await House.AskOnceAsync(target, Cancelled)).Run, TimeSpan.FromSeconds(30), Cancelled);
        one.Add(run);
        return run;
    }
}

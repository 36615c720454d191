using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Tests.Checkpoints;

public sealed class SqliteCheckpointStoreTests() : CheckpointStoreTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlCheckpointStoreTests() : CheckpointStoreTests(DatabaseProvider.PostgreSql);

/// <summary>What a store of checkpoints must hold to, whatever the database.</summary>
public abstract class CheckpointStoreTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ChannelChange Set(string channel, object value) => new(channel, ChangeKind.Set, CanonicalJson.ToElement(value));
    private static ChannelChange Append(string channel, params int[] items) => new(channel, ChangeKind.Append, CanonicalJson.ToElement(items));
    private static ChannelChange Merge(string channel, object members) => new(channel, ChangeKind.Merge, CanonicalJson.ToElement(members));

    private static CheckpointRow Row(string thread, long seq, (string Thread, long Seq)? parent = null) => new()
    {
        ThreadId = thread,
        Seq = seq,
        RunId = "run_x",
        StepNumber = (int)seq,
        Source = "loop",
        ParentThreadId = parent?.Thread,
        ParentSeq = parent?.Seq,
        NextSteps = "[]",
        Control = "{}",
        Workflow = "w",
        WorkflowHash = "h",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Adds a checkpoint on top of what is stored; returns the state that it should have.</summary>
    private static Task<string> AddAsync(RunHost host, string thread, long seq, (string Thread, long Seq)? parent, params ChannelChange[] changes) => host.Database.WriteAsync(async (db, token) =>
    {
        var (on, at) = parent ?? (thread, seq - 1);
        var before = await CheckpointStore.LoadAsync(db, on, at, token);
        var after = before.Channels.ToDictionary(StringComparer.Ordinal);
        foreach (var change in changes) after[change.Channel] = WorkflowEngine.Fold(after.TryGetValue(change.Channel, out var current) ? current : null, change);
        var state = CheckpointStore.Add(db, Row(thread, seq, parent), changes, before, after);
        Text((await CheckpointStore.LoadAsync(db, thread, seq, token)).Channels).ShouldBe(Text(state.Channels), "what is not saved yet is read all the same");
        return Text(after);
    }, Token);

    private static async Task<string> ReadAsync(RunHost host, string thread, long seq) =>
        Text((await host.Database.ReadAsync((db, token) => CheckpointStore.LoadAsync(db, thread, seq, token), Token)).Channels);

    private static string Text(IReadOnlyDictionary<string, JsonElement> state) => CanonicalJson.WriteText(CanonicalJson.ToElement(state));

    private static Task<string> DumpAsync(RunHost host, string thread) => host.Database.ReadAsync(async (db, token) => JsonSerializer.Serialize(new
    {
        Checkpoints = await db.Checkpoints.Where(row => row.ThreadId == thread).OrderBy(row => row.Seq).ToListAsync(token),
        Channels = await db.ChannelVersions.Where(row => row.ThreadId == thread).OrderBy(row => row.Seq).ThenBy(row => row.Channel).ToListAsync(token),
    }), Token);

    [Fact]
    public async Task Load_EveryCheckpointOfALongThread_IsTheFold()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var expected = new List<string>();

        for (var seq = 1; seq <= 100; seq++)
        {
            List<ChannelChange> changes = [Append("list", seq)];
            if (seq % 2 == 1) changes.Add(Merge("odd", new Dictionary<string, int>(StringComparer.Ordinal) { [$"k{seq % 7}"] = seq })); // never at a multiple of anything even
            if (seq % 10 == 0) changes.Add(Set("last", seq));
            if (seq == 50) changes[0] = Set("list", Array.Empty<int>());
            expected.Add(await AddAsync(host, "t", seq, null, [.. changes]));
        }

        for (var seq = 1; seq <= 100; seq++) (await ReadAsync(host, "t", seq)).ShouldBe(expected[seq - 1], $"checkpoint {seq}");
        var read = await host.Database.ReadAsync((db, token) => CheckpointStore.LoadAsync(db, "t", 100, token), Token);
        read.Changes.Values.ShouldAllBe(count => count <= CheckpointStore.CompactAfter);
        var longest = await host.Database.ReadAsync(async (db, token) => (await db.ChannelVersions.Where(row => row.Channel == "odd").OrderBy(row => row.Seq).ToListAsync(token))
            .Aggregate((Run: 0, Most: 0), (at, row) => row.Change == "set" ? (1, at.Most) : (at.Run + 1, Math.Max(at.Most, at.Run + 1))).Most, Token);
        longest.ShouldBeLessThanOrEqualTo(CheckpointStore.CompactAfter);
    }

    [Fact]
    public async Task Load_ForksOfForks_ReadTheirAncestorsAndLeaveThem()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        await AddAsync(host, "a", 1, null, Set("x", 1), Append("list", 1));
        var atTwo = await AddAsync(host, "a", 2, null, Append("list", 2), Merge("map", new { a = 1 }));
        await AddAsync(host, "a", 3, null, Append("list", 3));
        var dumpA = await DumpAsync(host, "a");

        (await AddAsync(host, "b", 1, ("a", 2))).ShouldBe(atTwo);
        var onB = await AddAsync(host, "b", 2, null, Append("list", 20), Set("x", 2));
        var dumpB = await DumpAsync(host, "b");
        await AddAsync(host, "c", 1, ("b", 2), Set("list", new[] { 9 }));
        var onC = await AddAsync(host, "c", 2, null, Append("list", 90), Merge("map", new { b = 2 }));

        (await ReadAsync(host, "b", 1)).ShouldBe(atTwo);
        (await ReadAsync(host, "b", 2)).ShouldBe(onB);
        (await ReadAsync(host, "c", 2)).ShouldBe(onC);
        onC.ShouldBe("""{"list":[9,90],"map":{"a":1,"b":2},"x":2}""");
        (await DumpAsync(host, "a")).ShouldBe(dumpA);
        (await DumpAsync(host, "b")).ShouldBe(dumpB);
    }

    [Fact]
    public async Task Add_LongChainOfForks_StaysBounded()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var expected = await AddAsync(host, "f0", 1, null, Append("list", 0));
        for (var i = 1; i <= 40; i++) expected = await AddAsync(host, $"f{i}", 1, ($"f{i - 1}", 1), Append("list", i));

        (await ReadAsync(host, "f40", 1)).ShouldBe(expected);
        var state = await host.Database.ReadAsync((db, token) => CheckpointStore.LoadAsync(db, "f40", 1, token), Token);
        state.Changes["list"].ShouldBeLessThanOrEqualTo(CheckpointStore.CompactAfter);
    }

    [Fact]
    public async Task Add_BigChannelUnchanged_IsStoredOnce()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);
        var big = new string('x', 1024 * 1024);
        await AddAsync(host, "t", 1, null, Set("big", big));

        for (var seq = 2; seq <= 21; seq++) await AddAsync(host, "t", seq, null, Set("small", seq));

        var bytes = await host.Database.ReadAsync((db, token) => db.ChannelVersions.SumAsync(row => row.Value.Length, token), Token);
        bytes.ShouldBeLessThan(big.Length + 1024);
        (await ReadAsync(host, "t", 21)).Length.ShouldBeGreaterThan(big.Length);
    }

    [Fact]
    public async Task Add_ConcurrentWriters_EachNumberOnceWithoutGaps()
    {
        using var database = await RunDatabase.CreateAsync(provider, Token);
        await using var host = await RunHost.StartAsync(database);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 5;)
            {
                try
                {
                    await host.Database.WriteAsync(async (db, token) =>
                    {
                        var last = await db.Checkpoints.Where(row => row.ThreadId == "t").MaxAsync(row => (long?)row.Seq, token) ?? 0;
                        CheckpointStore.Add(db, Row("t", last + 1), [Append("list", writer)], StoredState.Empty, new Dictionary<string, JsonElement>(StringComparer.Ordinal));
                    }, Token);
                    i++;
                }
                catch (DbUpdateException)
                {
                    // the number was taken: the next one
                }
            }
            return true;
        })));

        outcomes.Length.ShouldBe(8);
        var numbers = await host.Database.ReadAsync((db, token) => db.Checkpoints.OrderBy(row => row.Seq).Select(row => row.Seq).ToListAsync(token), Token);
        numbers.ShouldBe(Enumerable.Range(1, 40).Select(number => (long)number));
        using var state = JsonDocument.Parse(await ReadAsync(host, "t", 40));
        state.RootElement.GetProperty("list").GetArrayLength().ShouldBe(40);
    }
}

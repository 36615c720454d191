using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Tests;

public sealed class SqliteGroupedWritesTests() : GroupedWritesComplianceTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlGroupedWritesTests() : GroupedWritesComplianceTests(DatabaseProvider.PostgreSql);

/// <summary>What comes while another write is on its way goes together; what cannot be stored fails alone.</summary>
public abstract class GroupedWritesComplianceTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteAsync_ManyAtOnceAndOneBad_FewTransactionsAndOnlyThatOneFails()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        var groups = new List<List<string>>();
        var open = new TaskCompletionSource();
        var writes = new GroupedWrites<TestDbContext, string, bool>(host.Database, async (db, names, token) =>
        {
            lock (groups) groups.Add([.. names]);
            await open.Task.WaitAsync(token);
            foreach (var name in names) db.Append(Row(name));
            if (names.Contains("bad", StringComparer.Ordinal)) throw new InvalidDataException("bad");
            return [.. names.Select(_ => true)];
        }, static name => name);

        // two are on their way and wait; the others come meanwhile
        List<string> names = [.. Enumerable.Range(0, 20).Select(i => $"n{i:00}"), "bad"];
        var all = names.ConvertAll(writes.WriteAsync);
        open.SetResult();

        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == "bad") await Should.ThrowAsync<InvalidDataException>(all[i]);
            else (await all[i]).ShouldBeTrue();
        }
        groups.ShouldContain(group => group.Count > 1);
        var stored = await host.Database.ReadAsync((db, token) => db.Set<OutboxMessage>().Select(row => row.Destination).ToListAsync(token), Token);
        stored.Order(StringComparer.Ordinal).ShouldBe(names.Where(name => name != "bad").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WriteAsync_SameKeyTwice_NeverInOneGroup()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        var groups = new List<List<string>>();
        var writes = new GroupedWrites<TestDbContext, string, bool>(host.Database, (_, names, _) =>
        {
            lock (groups) groups.Add([.. names]);
            return Task.FromResult<IReadOnlyList<bool>>([.. names.Select(_ => true)]);
        }, static name => name);

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => writes.WriteAsync($"n{i % 3}")));

        groups.Sum(group => group.Count).ShouldBe(60);
        groups.ShouldAllBe(group => group.Distinct(StringComparer.Ordinal).Count() == group.Count);
        groups.ShouldAllBe(group => group.Order(StringComparer.Ordinal).SequenceEqual(group));
    }

    private static OutboxMessage Row(string name)
    {
        var later = DateTimeOffset.UnixEpoch.AddYears(200); // nobody sends it
        return new OutboxMessage { Id = Guid.NewGuid(), Service = "nobody", Destination = name, MessageType = "urn:charterhouse:Nothing", Body = "{}", CreatedAt = later, NotBefore = later };
    }
}

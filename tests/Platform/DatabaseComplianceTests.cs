using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Platform.Tests;

public sealed class SqliteDatabaseTests() : DatabaseComplianceTests(DatabaseProvider.Sqlite)
{
    [Fact]
    public async Task Write_FolderIsMissing_SaysSoToAPerson()
    {
        var engine = new Persistence.Sqlite.SqliteEngine(DatabaseSettings.ForSqlite("/nowhere at all/x.db"));
        var problem = await Should.ThrowAsync<StorageException>(engine.WriteAsync((_, _, _) => Task.FromResult(1), once: false, TestContext.Current.CancellationToken));
        problem.Code.ShouldBe("cannot_open");
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Read_FileIsNoDatabase_SaysSoToAPerson()
    {
        using var folder = new Testing.TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("x.db"), string.Join(' ', Enumerable.Repeat("this is no database", 200)), TestContext.Current.CancellationToken);
        var engine = new Persistence.Sqlite.SqliteEngine(DatabaseSettings.ForSqlite(folder.File("x.db")));
        var problem = await Should.ThrowAsync<StorageException>(engine.WriteAsync((_, _, _) => Task.FromResult(1), once: false, TestContext.Current.CancellationToken));
        problem.Code.ShouldBe("corrupt");
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Write_ManyWaiting_ShareCommitsAndFailAlone()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, TestContext.Current.CancellationToken);
        await using var host = await PlatformHost.StartAsync(database, configure: null, TestContext.Current.CancellationToken);
        var engine = (Persistence.Sqlite.SqliteEngine)host.Services.GetRequiredService<DatabaseEngine>();
        var before = engine.Commits;
        var id = Guid.NewGuid();

        var writes = Enumerable.Range(0, 200).Select(i => Task.Run(() => host.Database.WriteAsync((db, _) =>
        {
            db.Add(new TallyMark { TallyId = id, Mark = $"{i}" });
            return i % 10 == 0 ? throw new InvalidOperationException("every tenth") : Task.CompletedTask;
        }, TestContext.Current.CancellationToken))).ToList();
        await Task.WhenAll(writes.Select(write => write.ContinueWith(static _ => { }, TaskScheduler.Default)));

        writes.Count(write => write.IsFaulted).ShouldBe(20);
        (await host.Database.ReadAsync((db, token) => db.Set<TallyMark>().CountAsync(mark => mark.TallyId == id, token), TestContext.Current.CancellationToken)).ShouldBe(180);
        (engine.Commits - before).ShouldBeLessThan(180);
    }
}

public sealed class PostgreSqlDatabaseTests() : DatabaseComplianceTests(DatabaseProvider.PostgreSql)
{
    [Fact]
    public async Task Write_SerializationFailure_RunsAgain()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql, TestContext.Current.CancellationToken);
        await using var host = await PlatformHost.StartAsync(database, configure: null, TestContext.Current.CancellationToken);
        var attempts = 0;

        await host.Database.WriteAsync(async (db, token) =>
        {
            if (++attempts < 3) await db.Database.ExecuteSqlRawAsync("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$", token);
        }, TestContext.Current.CancellationToken);

        attempts.ShouldBe(3);
    }

    [Fact]
    public async Task Blobs_PutByTwoOpenTransactions_FailNeither()
    {
        var token = TestContext.Current.CancellationToken;
        using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql, token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, token);
        var (firstHasPut, secondHasBegun) = (new TaskCompletionSource(), new TaskCompletionSource());

        var first = host.Database.WriteAsync(async (db, cancel) =>
        {
            await db.PutBlobAsync(new byte[] { 1, 2, 3 }, cancel);
            firstHasPut.TrySetResult();
            await secondHasBegun.Task.WaitAsync(cancel);
        }, token);
        var attempts = 0;
        var second = host.Database.WriteAsync(async (db, cancel) =>
        {
            attempts++;
            await firstHasPut.Task.WaitAsync(cancel);
            var put = db.PutBlobAsync(new byte[] { 1, 2, 3 }, cancel); // waits for the other's commit
            secondHasBegun.TrySetResult();
            await put;
        }, token);
        await Task.WhenAll(first, second);

        attempts.ShouldBe(1);
        (await host.Database.ReadAsync((db, cancel) => db.Set<Blob>().CountAsync(cancel), token)).ShouldBe(1);
    }
}

/// <summary>What every database must hold to for reads, writes and blobs.</summary>
public abstract class DatabaseComplianceTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_InsideAWrite_FailsInsteadOfWaitingForItself()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);

        await Should.ThrowAsync<InvalidOperationException>(host.Database.WriteAsync(
            (_, token) => host.Database.WriteAsync((_, _) => Task.CompletedTask, token), Token));

        await host.Database.WriteAsync((_, _) => Task.CompletedTask, Token);
    }

    [Fact]
    public async Task Snapshot_WriteBetweenItsQueries_IsNotSeen()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        var id = Guid.NewGuid();

        var (before, during) = await host.Database.SnapshotAsync(async (db, token) =>
        {
            var first = await db.Set<TallyMark>().CountAsync(mark => mark.TallyId == id, token);
            await host.Database.WriteAsync((other, _) => { other.Add(new TallyMark { TallyId = id, Mark = "1" }); return Task.CompletedTask; }, token);
            return (first, await db.Set<TallyMark>().CountAsync(mark => mark.TallyId == id, token));
        }, Token);

        (before, during).ShouldBe((0, 0));
        (await host.Database.SnapshotAsync((db, token) => db.Set<TallyMark>().CountAsync(mark => mark.TallyId == id, token), Token)).ShouldBe(1);
    }

    [Fact]
    public async Task Write_CancelledBefore_ChangesNothing()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(host.Database.WriteAsync((_, _) => Task.CompletedTask, cancelled.Token));

        await host.Database.WriteAsync((_, _) => Task.CompletedTask, Token);
    }

    [Fact]
    public async Task Times_StoredAndCompared_KeepOrderAndValue()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        var noon = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_560);
        var elsewhere = noon.AddMinutes(1).ToOffset(TimeSpan.FromHours(5));
        await host.Database.WriteAsync((db, _) =>
        {
            db.AddRange(Row("a", noon), Row("b", elsewhere));
            return Task.CompletedTask;
        }, Token);

        var later = await host.Database.ReadAsync((db, token) => db.Set<Blob>().Where(row => row.CreatedAt > noon).ToListAsync(token), Token);

        later.ShouldHaveSingleItem().Sha256.ShouldBe("b");
        (later[0].CreatedAt, later[0].CreatedAt.Offset).ShouldBe((elsewhere, TimeSpan.Zero));

        static Blob Row(string sha, DateTimeOffset at) => new() { Sha256 = sha, Bytes = 0, Compression = "none", Content = [], CreatedAt = at };
    }

    [Fact]
    public async Task Blobs_PutTwice_StoredOnceAndGivenBack()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        var blobs = host.Services.GetRequiredService<IBlobStore>();
        var random = new byte[5000];
        new Random(7).NextBytes(random);
        byte[][] contents = [[], [1], random, System.Text.Encoding.UTF8.GetBytes(new string('a', 100_000))];

        foreach (var content in contents)
        {
            var reference = await blobs.PutAsync(content, Token);
            (await blobs.PutAsync(content, Token)).ShouldBe(reference);
            reference.Bytes.ShouldBe(content.Length);
            (await blobs.GetAsync(reference, Token)).ShouldBe(content);
        }

        var rows = await host.Database.ReadAsync((db, token) => db.Set<Blob>().ToListAsync(token), Token);
        rows.Count.ShouldBe(contents.Length);
        rows.Single(row => row.Bytes == 100_000).Content.Length.ShouldBeLessThan(1000);
        await Should.ThrowAsync<BlobMissingException>(blobs.GetAsync(new BlobReference(new string('0', 64), 1), Token));
    }

    [Fact]
    public async Task Blobs_PutAsJson_AreTheBytesOfTheJsonAndComeBackAsTheValue()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        var blobs = host.Services.GetRequiredService<IBlobStore>();
        foreach (var value in new[] { [], Enumerable.Range(0, 100_000).Select(i => $"é {i}").ToArray() })
        {
            var reference = await blobs.PutJsonAsync(value, Token);

            var bytes = JsonSerializer.SerializeToUtf8Bytes(value, CanonicalJson.Options);
            (await blobs.PutAsync(bytes, Token)).ShouldBe(reference, "the same content is the same blob");
            (await blobs.GetAsync(reference, Token)).ShouldBe(bytes);
            (await blobs.GetJsonAsync<string[]>(reference, Token)).ShouldBe(value);
        }
        await Should.ThrowAsync<BlobMissingException>(blobs.GetJsonAsync<string[]>(new BlobReference(new string('0', 64), 1), Token));
        await Should.ThrowAsync<JsonException>(async () => await blobs.GetJsonAsync<string[]>(await blobs.PutAsync("[1,"u8.ToArray(), Token), Token));
    }

    [Fact]
    public async Task Blobs_PutInsideWritesThatRace_AreStoredOnce()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);
        byte[][] contents = [.. Enumerable.Range(0, 8).Select(i => System.Text.Encoding.UTF8.GetBytes(new string((char)('a' + i), 3000)))];

        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(() => host.Database.WriteAsync(async (db, token) =>
        {
            foreach (var content in contents)
            {
                var reference = await db.PutBlobAsync(content, token);
                (await db.GetBlobAsync(reference, token)).ShouldBe(content);
                (await db.PutBlobAsync(content, token)).ShouldBe(reference);
            }
        }, Token))));

        (await host.Database.ReadAsync((db, token) => db.Set<Blob>().CountAsync(token), Token)).ShouldBe(contents.Length);
    }

    [Fact]
    public async Task Blobs_PutInsideAWriteThatFails_AreNotKept()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);

        await Should.ThrowAsync<InvalidOperationException>(host.Database.WriteAsync(async (db, token) =>
        {
            await db.PutBlobAsync(new byte[] { 1 }, token);
            throw new InvalidOperationException("after the blob");
        }, Token));

        (await host.Database.ReadAsync((db, token) => db.Set<Blob>().CountAsync(token), Token)).ShouldBe(0);
    }

    [Fact]
    public async Task Model_PlatformTables_MatchTheSchema()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var host = await PlatformHost.StartAsync(database, configure: null, Token);

        foreach (var type in (Type[])[typeof(OutboxMessage), typeof(NodeExecution), typeof(Blob)])
        {
            var (table, mapped) = await host.Database.ReadAsync((db, _) =>
            {
                var entity = db.Model.FindEntityType(type)!;
                var store = StoreObjectIdentifier.Table(entity.GetTableName()!);
                return Task.FromResult((store.Name, entity.GetProperties().Select(property => (property.GetColumnName(store)!, property.IsNullable)).Order().ToList()));
            }, Token);
            var real = await host.Database.ReadAsync(async (db, token) =>
            {
                await using var command = db.Command(provider == DatabaseProvider.Sqlite
                    ? $"SELECT name, CASE WHEN \"notnull\" = 0 AND pk = 0 THEN 1 ELSE 0 END FROM pragma_table_info('{table}')"
                    : $"SELECT column_name, CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END FROM information_schema.columns WHERE table_name = '{table}'");
                var columns = new List<(string, bool)>();
                await using var reader = await command.ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token)) columns.Add((reader.GetString(0), reader.GetInt32(1) == 1));
                return columns.Order().ToList();
            }, Token);
            mapped.ShouldBe(real, table);
        }
    }
}

using System.Data.Common;
using Charterhouse.Database;
using Charterhouse.Platform.Persistence.Sqlite;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;

namespace Charterhouse.Platform.Tests;

public sealed class SqliteSchemaTests() : SchemaTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlSchemaTests() : SchemaTests(DatabaseProvider.PostgreSql);

/// <summary>The scripts lead up and back, the runner refuses what it does not know, and the platform's model is the schema's.</summary>
public abstract class SchemaTests(DatabaseProvider provider)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SqlDialect Dialect => provider == DatabaseProvider.Sqlite ? SqlDialect.Sqlite : SqlDialect.PostgreSql;

    private SchemaRunner Runner(params SchemaScript[] scripts) => new(Dialect, scripts, TimeProvider.System);

    private static DatabaseEngine Open(TestDatabase database) => database.Settings.Provider == DatabaseProvider.Sqlite
        ? new SqliteEngine(database.Settings)
        : new PostgreSqlEngine(database.Settings, TimeProvider.System);

    /// <summary>Every table, column and index, as the database tells it.</summary>
    private async Task<List<string>> DescribeAsync(DbConnection connection)
    {
        await using var command = connection.Command(provider == DatabaseProvider.Sqlite
            ? """
              SELECT 'column ' || m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || coalesce(c.dflt_value, '') || ' ' || c.pk
              FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> 'schema_versions'
              UNION ALL SELECT 'index ' || name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE type = 'index' ORDER BY 1
              """
            : """
              SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
              FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'schema_versions'
              UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename <> 'schema_versions' ORDER BY 1
              """);
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token)) lines.Add(reader.GetString(0));
        return lines;
    }

    [Fact]
    public async Task Upgrade_DownAndUpAgain_GivesTheSameSchema()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var engine = Open(database);
        await using var connection = await engine.OpenAsync(Token);
        var runner = new SchemaRunner(Dialect, TimeProvider.System);

        (await runner.UpgradeAsync(connection, Token)).Count.ShouldBe(runner.ProgramVersion);
        var first = await DescribeAsync(connection);
        (await runner.UpgradeAsync(connection, Token)).ShouldBeEmpty();
        await runner.RollbackAsync(connection, 0, Token);
        (await runner.VersionAsync(connection, Token)).ShouldBe(0);
        (await DescribeAsync(connection)).ShouldBeEmpty();
        await runner.UpgradeAsync(connection, Token);

        first.Count.ShouldBeGreaterThan(50);
        (await DescribeAsync(connection)).ShouldBe(first);
        await runner.CheckAsync(connection, Token);
    }

    [Fact]
    public async Task Upgrade_SeveralAtOnce_AppliesOnce()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var engine = Open(database);

        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var connection = await engine.OpenAsync(Token);
            return await new SchemaRunner(Dialect, TimeProvider.System).UpgradeAsync(connection, Token);
        })));

        applied.Sum(steps => steps.Count).ShouldBe(new SchemaRunner(Dialect, TimeProvider.System).ProgramVersion);
    }

    [Fact]
    public async Task Upgrade_FailingScript_KeepsWhatWasBefore()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var engine = Open(database);
        await using var connection = await engine.OpenAsync(Token);
        var good = new SchemaScript(1, "good", "CREATE TABLE a (id integer);", "DROP TABLE a;");
        var bad = new SchemaScript(2, "bad", "CREATE TABLE b (id integer); SELECT nothing FROM nowhere;", "DROP TABLE b;");

        await Should.ThrowAsync<DbException>(Runner(good, bad).UpgradeAsync(connection, Token));

        (await Runner(good, bad).VersionAsync(connection, Token)).ShouldBe(1);
        (await DescribeAsync(connection)).ShouldHaveSingleItem().ShouldContain("a.id");
    }

    [Fact]
    public async Task Upgrade_ScriptChanged_Refuses()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var engine = Open(database);
        await using var connection = await engine.OpenAsync(Token);
        await Runner(new SchemaScript(1, "one", "CREATE TABLE a (id integer);", "")).UpgradeAsync(connection, Token);

        var problem = await Should.ThrowAsync<SchemaChecksumException>(
            Runner(new SchemaScript(1, "one", "CREATE TABLE a (id text);", "")).UpgradeAsync(connection, Token));

        problem.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Check_DatabaseNewerOrOlder_SaysWhich()
    {
        using var database = await TestDatabase.CreateAsync(provider, Token);
        await using var engine = Open(database);
        await using var connection = await engine.OpenAsync(Token);
        var one = new SchemaScript(1, "one", "CREATE TABLE a (id integer);", "DROP TABLE a;");
        var two = new SchemaScript(2, "two", "CREATE TABLE b (id integer);", "DROP TABLE b;");
        await Should.ThrowAsync<SchemaOutdatedException>(Runner(one).CheckAsync(connection, Token));
        await Runner(one, two).UpgradeAsync(connection, Token);

        await Should.ThrowAsync<SchemaTooNewException>(Runner(one).CheckAsync(connection, Token));
        await Should.ThrowAsync<SchemaTooNewException>(Runner(one).RollbackAsync(connection, 0, Token));
        await Runner(one, two).CheckAsync(connection, Token);
    }
}

using System.Globalization;
using Charterhouse.Database;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Npgsql;

namespace Charterhouse.Platform.Tests;

/// <summary>What each service's role may do in PostgreSQL, asked of PostgreSQL.</summary>
public sealed class ServiceRoleTests
{
    private static readonly Dictionary<string, string[]> Own = new(StringComparer.Ordinal)
    {
        ["orchestrator"] = ["run_requests", "run_commands", "runs", "run_tasks", "run_events", "workflow_texts", "checkpoints", "channel_versions", "charters", "intent_records", "artifacts", "findings", "registered_repositories", "trigger_windows", "trigger_events", "schedule_firings",
            "qrtz_job_details", "qrtz_triggers", "qrtz_simple_triggers", "qrtz_cron_triggers", "qrtz_simprop_triggers", "qrtz_blob_triggers", "qrtz_calendars", "qrtz_paused_trigger_grps",
            "qrtz_paused_job_grps", "qrtz_fired_triggers", "qrtz_scheduler_state", "qrtz_locks", "qrtz_execution_history", "qrtz_misfire_history", "qrtz_job_status"],
        ["reposync"] = ["repositories", "effects", "forge_limits"],
        ["agents"] = ["facts_cache"],
        ["ingest"] = ["webhook_events"],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grants_EveryTable_IsDecidedOn()
    {
        using var database = await UpgradedAsync();
        await using var connection = await OpenAsync(database, role: null);

        var tables = await ColumnAsync(connection, "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')");

        tables.Count.ShouldBeGreaterThan(15);
        ServiceRoles.Tables.ShouldBe(tables, ignoreOrder: true, "every table, view and sequence needs a line in database/ServiceRoles.cs");
        Own.Values.SelectMany(own => own).Concat(["outbox_messages", "node_executions", "blobs", "schema_versions"]).ShouldBe(tables, ignoreOrder: true);
    }

    [Theory]
    [InlineData("orchestrator")]
    [InlineData("reposync")]
    [InlineData("agents")]
    [InlineData("ingest")]
    public async Task Grants_AnotherServicesTable_IsRefused(string service)
    {
        using var database = await UpgradedAsync();
        await using var connection = await OpenAsync(database, ServiceRoles.RoleOf(service));

        foreach (var (owner, tables) in Own)
        {
            foreach (var table in tables)
            {
                foreach (var statement in (string[])[$"SELECT 1 FROM {table}", $"INSERT INTO {table} DEFAULT VALUES", $"DELETE FROM {table}", $"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE", $"TRUNCATE {table}", $"DROP TABLE {table}"])
                {
                    var mine = owner == service && !statement.StartsWith("TRUNCATE", StringComparison.Ordinal) && !statement.StartsWith("DROP", StringComparison.Ordinal);
                    (await StateOfAsync(connection, statement) == PostgresErrorCodes.InsufficientPrivilege).ShouldBe(!mine, $"{service}: {statement}");
                }
            }
        }
        (await StateOfAsync(connection, "SELECT version FROM schema_versions")).ShouldBeNull();
        (await StateOfAsync(connection, "DELETE FROM schema_versions")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await StateOfAsync(connection, "SELECT content FROM blobs")).ShouldBeNull();
        (await StateOfAsync(connection, "UPDATE blobs SET content = ''")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await StateOfAsync(connection, "CREATE TABLE mine (id integer)")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Grants_SharedTable_ShowsAndTakesOwnRowsOnly()
    {
        using var database = await UpgradedAsync();
        await using var owner = await OpenAsync(database, role: null);
        foreach (var service in Own.Keys) await ExecuteAsync(owner, Message(service));
        await using var agents = await OpenAsync(database, ServiceRoles.RoleOf("agents"));

        (await ColumnAsync(agents, "SELECT service FROM outbox_messages")).ShouldBe(["agents"]);
        (await StateOfAsync(agents, Message("agents"))).ShouldBeNull();
        (await StateOfAsync(agents, Message("orchestrator"))).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await StateOfAsync(agents, "UPDATE outbox_messages SET service = 'reposync'")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        await ExecuteAsync(agents, "DELETE FROM outbox_messages");
        (await ColumnAsync(owner, "SELECT service FROM outbox_messages ORDER BY service")).ShouldBe(["ingest", "orchestrator", "reposync"]);
        (await ColumnAsync(owner, "SELECT tablename FROM pg_policies WHERE 'charter_agents' = ANY (roles) ORDER BY tablename")).ShouldBe(["node_executions", "outbox_messages"]);
    }

    [Fact]
    public async Task Grants_Repeated_TakeWhatIsNoLongerDue()
    {
        using var database = await UpgradedAsync();
        await using var owner = await OpenAsync(database, role: null);
        await ExecuteAsync(owner, "GRANT SELECT ON runs TO charter_agents");
        await using var agents = await OpenAsync(database, ServiceRoles.RoleOf("agents"));
        (await StateOfAsync(agents, "SELECT 1 FROM runs")).ShouldBeNull();

        (await Runner.GrantAsync(owner, Token)).ShouldBe(["charter_orchestrator", "charter_reposync", "charter_agents", "charter_ingest"]);

        (await StateOfAsync(agents, "SELECT 1 FROM runs")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Start_UserWithoutRole_SaysWhatIsMissing()
    {
        using var database = await UpgradedAsync();
        await using var owner = await OpenAsync(database, role: null);
        await ExecuteAsync(owner, "DO $$ BEGIN CREATE ROLE stranger LOGIN PASSWORD 'stranger'; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        var stranger = new NpgsqlConnectionStringBuilder(database.Settings.Location) { Username = "stranger", Password = "stranger" };
        await using var engine = new PostgreSqlEngine(DatabaseSettings.ForPostgreSql(stranger.ConnectionString), TimeProvider.System);

        var problem = await Should.ThrowAsync<StorageException>(() => engine.ReadAsync(Runner.VersionAsync, Token));

        (problem.Code, problem.MayPass).ShouldBe(("not_allowed", true));
        problem.Message.ShouldContain("schema_versions");
        problem.Message.ShouldContain("charter db upgrade");
    }

    private static SchemaRunner Runner => new(SqlDialect.PostgreSql, TimeProvider.System);

    private static async Task<TestDatabase> UpgradedAsync()
    {
        var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql, Token);
        await using var owner = await OpenAsync(database, role: null);
        // the roles are the server's, not the database's: another test may be making them at this moment
        foreach (var role in ServiceRoles.Names) await ExecuteAsync(owner, $"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
        await Runner.UpgradeAsync(owner, Token);
        await Runner.GrantAsync(owner, Token);
        return database;
    }

    private static async Task<NpgsqlConnection> OpenAsync(TestDatabase database, string? role)
    {
        var connection = new NpgsqlConnection(database.Settings.Location + ";Pooling=false");
        await connection.OpenAsync(Token);
        if (role is not null) await ExecuteAsync(connection, $"SET ROLE {role}");
        return connection;
    }

    private static string Message(string service) =>
        $"INSERT INTO outbox_messages (id, service, destination, message_type, body, created_at, not_before) VALUES (gen_random_uuid(), '{service}', 'queue', 'type', 'body', now(), now())";

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>The error's code, or null; what the statement did is taken back.</summary>
    private static async Task<string?> StateOfAsync(NpgsqlConnection connection, string sql)
    {
        await using var transaction = await connection.BeginTransactionAsync(Token);
        try
        {
            await ExecuteAsync(connection, sql);
            return null;
        }
        catch (PostgresException problem)
        {
            return problem.SqlState;
        }
    }

    private static async Task<List<string>> ColumnAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var values = new List<string>();
        while (await reader.ReadAsync(Token)) values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        return values;
    }
}

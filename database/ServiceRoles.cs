using System.Data.Common;

namespace Charterhouse.Database;

/// <summary>
/// A role per service on PostgreSQL, which may touch the service's tables and no other's. Whoever runs the server makes the roles and their users;
/// what they may do follows from the schema and is granted with every upgrade, so that no new table is forgotten.
/// </summary>
public static class ServiceRoles
{
    // every service its rows, by row security on the column "service"
    private const string OwnRows = "own rows";
    // every service reads and adds, none changes: blobs are named after their content
    private const string Added = "added";
    private const string Read = "read";

    private static readonly string[] Services = ["orchestrator", "reposync", "agents", "ingest"];

    /// <summary>The owner of each table; of the platform's, how the services share it.</summary>
    private static readonly Dictionary<string, string> Owners = new(StringComparer.Ordinal)
    {
        ["outbox_messages"] = OwnRows,
        ["node_executions"] = OwnRows,
        ["blobs"] = Added,
        ["schema_versions"] = Read,
        ["run_requests"] = "orchestrator",
        ["run_commands"] = "orchestrator",
        ["runs"] = "orchestrator",
        ["run_tasks"] = "orchestrator",
        ["run_events"] = "orchestrator",
        ["workflow_texts"] = "orchestrator",
        ["checkpoints"] = "orchestrator",
        ["channel_versions"] = "orchestrator",
        ["charters"] = "orchestrator",
        ["intent_records"] = "orchestrator",
        ["artifacts"] = "orchestrator",
        ["findings"] = "orchestrator",
        ["schedule_firings"] = "orchestrator",
        ["registered_repositories"] = "orchestrator",
        ["trigger_windows"] = "orchestrator",
        ["trigger_events"] = "orchestrator",
        // Quartz's own, see docs/adr/0012
        ["qrtz_job_details"] = "orchestrator",
        ["qrtz_triggers"] = "orchestrator",
        ["qrtz_simple_triggers"] = "orchestrator",
        ["qrtz_cron_triggers"] = "orchestrator",
        ["qrtz_simprop_triggers"] = "orchestrator",
        ["qrtz_blob_triggers"] = "orchestrator",
        ["qrtz_calendars"] = "orchestrator",
        ["qrtz_paused_trigger_grps"] = "orchestrator",
        ["qrtz_paused_job_grps"] = "orchestrator",
        ["qrtz_fired_triggers"] = "orchestrator",
        ["qrtz_scheduler_state"] = "orchestrator",
        ["qrtz_locks"] = "orchestrator",
        ["qrtz_execution_history"] = "orchestrator",
        ["qrtz_misfire_history"] = "orchestrator",
        ["qrtz_job_status"] = "orchestrator",
        ["repositories"] = "reposync",
        ["effects"] = "reposync",
        ["forge_limits"] = "reposync",
        ["facts_cache"] = "agents",
        ["webhook_events"] = "ingest",
    };

    /// <summary>The names of the roles.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Services.Select(RoleOf)];

    /// <summary>The tables that there is a decision for.</summary>
    public static IReadOnlyCollection<string> Tables => Owners.Keys;

    /// <summary>The role of a service.</summary>
    public static string RoleOf(string service) => "charter_" + service;

    /// <summary>Grants to the roles that exist what they may do in the current schema, and takes from them what they may not.</summary>
    /// <param name="connection">PostgreSQL, inside a transaction: no service sees the moment between the two.</param>
    /// <returns>The roles that were found.</returns>
    internal static async Task<IReadOnlyList<string>> GrantAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var service in Services)
        {
            var role = RoleOf(service);
            await using var exists = connection.CreateCommand();
            exists.CommandText = $"SELECT quote_ident(current_schema()) FROM pg_roles WHERE rolname = '{role}'";
            if (await exists.ExecuteScalarAsync(cancellationToken) is not string schema) continue;
            await using var grant = connection.CreateCommand();
            grant.CommandText = Text(service, role, schema);
            await grant.ExecuteNonQueryAsync(cancellationToken);
            found.Add(role);
        }
        return found;
    }

    private static string Text(string service, string role, string schema) => $"""
        REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
        GRANT USAGE ON SCHEMA {schema} TO {role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON {Of(service)}, {Of(OwnRows)} TO {role};
        GRANT SELECT, INSERT ON {Of(Added)} TO {role};
        GRANT SELECT ON {Of(Read)} TO {role};
        {string.Join('\n', Owners.Where(table => table.Value == OwnRows).Select(table => Policy(table.Key, service, role)))}
        """;

    private static string Of(string owner) => string.Join(", ", Owners.Where(table => table.Value == owner).Select(table => table.Key));

    // Only once: it locks the whole table, and a repeated upgrade must not wait for running services. The tables' owner is not bound by it.
    private static string Policy(string table, string service, string role) => $"""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = current_schema() AND tablename = '{table}' AND policyname = '{role}') THEN
            CREATE POLICY {role} ON {table} TO {role} USING (service = '{service}');
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
          END IF;
        END $$;
        """;
}

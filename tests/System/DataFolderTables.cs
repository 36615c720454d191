using System.Globalization;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Persistence.Sqlite;

namespace Charterhouse.Journeys.Tests;

/// <summary>A look into the tables of a data folder, as an operator would take it.</summary>
internal sealed class DataFolderTables(string data)
{
    public bool Exist => File.Exists(Path.Combine(data, "charterhouse.db"));

    /// <summary>All rows, columns joined by '|'.</summary>
    public IReadOnlyList<string> Query(string sql)
    {
        // The product's own way of opening: the library that it loads is the one that wrote the file.
        using var engine = new Opened(Path.Combine(data, "charterhouse.db"));
        using var command = engine.Connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }

    /// <summary>What must hold after any crash and recovery, whatever happened (spec: I3, I4 and an intact file).</summary>
    public void ShouldBeSound()
    {
        Query("PRAGMA integrity_check").ShouldBe(["ok"]);
        Query("SELECT run_id, status FROM runs WHERE status NOT IN ('published', 'failed', 'cancelled')").ShouldBeEmpty("a run is not finished");
        Query("SELECT run_id, step, count(*) FROM run_tasks WHERE status = 'completed' GROUP BY run_id, step HAVING count(*) > 1").ShouldBeEmpty("a step completed twice");
        Query("SELECT task_id, count(*) FROM node_executions WHERE status = 'completed' GROUP BY task_id HAVING count(*) > 1").ShouldBeEmpty("a task was executed to its end twice");
        Query("SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING count(*) <> max(seq) OR min(seq) <> 1").ShouldBeEmpty("a checkpoint is missing");
        Query("SELECT run_id FROM run_events GROUP BY run_id HAVING count(*) <> max(seq) OR min(seq) <> 1").ShouldBeEmpty("an event is missing");
        // A reply that was sent twice may still wait for the next host, which delivers it to a run that ignores it.
        Query("SELECT message_type, body FROM outbox_messages WHERE json_extract(body, '$.run_id') NOT IN (SELECT correlation_id FROM runs WHERE ended_at IS NOT NULL)").ShouldBeEmpty("a message of an unfinished run was left behind");
        Query("SELECT run_id FROM run_requests").ShouldBeEmpty("a request was not taken");
        Query("SELECT run_id FROM charters GROUP BY run_id HAVING count(*) > 1").ShouldBeEmpty("a run published twice");
        Query("SELECT repository_id FROM charters GROUP BY repository_id HAVING count(*) <> max(version)").ShouldBeEmpty("a version is missing");
    }

    private sealed class Opened : IDisposable
    {
        private readonly SqliteEngine engine;

        public Opened(string file)
        {
            engine = new SqliteEngine(DatabaseSettings.ForSqlite(file));
            Connection = engine.OpenAsync(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        }

        public System.Data.Common.DbConnection Connection { get; }

        public void Dispose()
        {
            Connection.Dispose();
            engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}

using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>
/// Finds a run's tasks as the transaction at hand sees them: rows that it has added and not yet saved (a resumed run's kept tasks) count
/// as well as those in the table, and what it has read already is not read again.
/// </summary>
internal static class TaskRows
{
    // Compiled once: they are part of every result's message.
    private static readonly Compiled<Func<OrchestratorDbContext, string, Task<RunTaskRow?>>> Find =
        new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, string id) => db.RunTasks.AsTracking().FirstOrDefault(row => row.TaskId == id)));
    private static readonly Compiled<Func<OrchestratorDbContext, string[], IAsyncEnumerable<RunTaskRow>>> Several =
        new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, string[] ids) => db.RunTasks.AsTracking().Where(row => ids.Contains(row.TaskId))));
    // One look into the index for each: PostgreSQL keeps the plan that it made while the table was nearly empty, and for "one of these" that is to read it whole.
    private const string SeveralOnPostgreSql = "SELECT task.* FROM unnest({0}) AS wanted (id) CROSS JOIN LATERAL (SELECT * FROM run_tasks WHERE task_id = wanted.id LIMIT 1) AS task";
    private static readonly Compiled<Func<OrchestratorDbContext, string, IAsyncEnumerable<RunTaskRow>>> Pending =
        new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, string run) => db.RunTasks.AsTracking().Where(row => row.RunId == run && row.Writes != null)));

    /// <summary>Reads the rows that steps' reports are about.</summary>
    public static async Task PrepareAsync(OrchestratorDbContext db, IReadOnlyList<object> messages, CancellationToken cancellationToken)
    {
        var ids = messages.SelectMany(message => message switch
        {
            StepCompleted completed => [completed.TaskId],
            StepFailed failed => [failed.TaskId],
            StepsReported reported => [.. reported.Completed.Select(step => step.TaskId), .. reported.Failed.Select(step => step.TaskId)],
            StepEnded ended => [ended.TaskId],
            _ => (string[])[],
        }).Distinct(StringComparer.Ordinal).ToArray();
        await foreach (var _ in ReadAsync(db, ids).WithCancellation(cancellationToken))
        {
            // tracked by being read
        }
    }

    private static IAsyncEnumerable<RunTaskRow> ReadAsync(OrchestratorDbContext db, string[] ids) => db.Database.IsNpgsql()
        ? db.RunTasks.FromSqlRaw(SeveralOnPostgreSql, [ids]).AsTracking().AsAsyncEnumerable()
        : Several.For(db)(db, ids);

    /// <summary>The tracked row of a task, or null.</summary>
    public static async Task<RunTaskRow?> FindTaskAsync(this OrchestratorDbContext db, string taskId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return db.RunTasks.Local.FindEntry(taskId)?.Entity ?? await Find.For(db)(db, taskId);
    }

    /// <summary>The tracked rows of these tasks, in this order.</summary>
    /// <exception cref="InvalidDataException">One of them is not there.</exception>
    public static async Task<List<RunTaskRow>> GetTasksAsync(this OrchestratorDbContext db, IReadOnlyList<string> taskIds, CancellationToken cancellationToken)
    {
        var found = taskIds.Select(id => db.RunTasks.Local.FindEntry(id)?.Entity).OfType<RunTaskRow>().ToDictionary(row => row.TaskId, StringComparer.Ordinal);
        var missing = taskIds.Where(id => !found.ContainsKey(id)).ToList();
        if (missing.Count > 0)
        {
            await foreach (var row in ReadAsync(db, [.. missing]).WithCancellation(cancellationToken)) found[row.TaskId] = row;
        }
        return [.. taskIds.Select(id => found.GetValueOrDefault(id) ?? throw new InvalidDataException($"run_tasks has no row {id}"))];
    }

    /// <summary>The tracked rows of a run that hold pending writes.</summary>
    public static async Task<List<RunTaskRow>> GetPendingTasksAsync(this OrchestratorDbContext db, string runId, CancellationToken cancellationToken)
    {
        await foreach (var _ in Pending.For(db)(db, runId).WithCancellation(cancellationToken))
        {
            // tracked by being read
        }
        return [.. db.RunTasks.Local.Where(row => row.RunId == runId && row.Writes is not null)];
    }

    /// <summary>Finished tasks' writes, as the engine takes them; a reducer needs the value itself where a worker sent a reference to it.</summary>
    public static async Task<List<TaskWrites>> WritesAsync(this OrchestratorDbContext db, WorkflowGraph graph, RunControl control, IReadOnlyList<RunTaskRow> tasks, CancellationToken cancellationToken)
    {
        var reduced = graph.Channels.Where(channel => channel.Reducer != Reducer.Last).Select(channel => channel.Name).ToHashSet(StringComparer.Ordinal);
        var paths = control.Tasks.ToDictionary(task => task.TaskId, task => task.Path, StringComparer.Ordinal);
        var all = new List<TaskWrites>(tasks.Count);
        foreach (var task in tasks)
        {
            var writes = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(task.Writes ?? "{}", CanonicalJson.Options)!;
            foreach (var channel in writes.Keys.Where(reduced.Contains).ToList())
            {
                // On this transaction's connection: a second one per message could leave all of them waiting for one more.
                if (BlobReference.TryRead(writes[channel]) is { } reference)
                    writes[channel] = JsonSerializer.Deserialize<JsonElement>(await db.GetBlobAsync(reference, cancellationToken), CanonicalJson.Options);
            }
            all.Add(new TaskWrites(paths.GetValueOrDefault(task.TaskId, task.Step), task.Step, writes));
        }
        return all;
    }
}

using System.Globalization;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>Reads runs, checkpoints and states. Lists never load state.</summary>
internal sealed class RunQueries(Database<OrchestratorDbContext> database, RunDetailsReader details, ArtifactFiles artifacts, WorkflowCatalog workflows)
{
    private sealed record RequestState(string? Refused);

    private sealed record EndState(string Status, DateTimeOffset? EndedAt);

    // Compiled once: whoever waits for a run asks them again and again.
    private static readonly Compiled<Func<OrchestratorDbContext, string, Task<RequestState?>>> Request = new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, string run) =>
        db.RunRequests.Where(row => row.RunId == run).Select(row => new RequestState(row.Refused)).FirstOrDefault()));
    private static readonly Compiled<Func<OrchestratorDbContext, Guid, Task<EndState?>>> End = new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, Guid run) =>
        db.Runs.Where(row => row.CorrelationId == run).Select(row => new EndState(row.Status, row.EndedAt)).FirstOrDefault()));

    public Task<RunSaga?> SagaAsync(RunId run, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Runs.AsNoTracking().FirstOrDefaultAsync(row => row.CorrelationId == run.Value, token), cancellationToken);

    /// <summary>The run, or null and whether it is asked for: accepted later, not refused.</summary>
    public Task<(RunSaga? Saga, bool Requested)> KnownAsync(RunId run, CancellationToken cancellationToken)
    {
        var id = run.ToString();
        return database.SnapshotAsync<(RunSaga?, bool)>(async (db, token) =>
            await db.Runs.AsNoTracking().FirstOrDefaultAsync(row => row.CorrelationId == run.Value, token) is { } saga
                ? (saga, false)
                : (null, await db.RunRequests.AnyAsync(row => row.RunId == id && row.Refused == null, token)), cancellationToken);
    }

    public Task<CheckpointRow?> CheckpointAsync(string threadId, long seq, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Checkpoints.AsNoTracking().FirstOrDefaultAsync(row => row.ThreadId == threadId && row.Seq == seq, token), cancellationToken);

    public Task<CheckpointRow?> LastCheckpointAsync(string threadId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Checkpoints.AsNoTracking().Where(row => row.ThreadId == threadId).OrderByDescending(row => row.Seq).FirstOrDefaultAsync(token), cancellationToken);

    public Task<string?> LiveRunAsync(string threadId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Runs.Where(run => run.ThreadId == threadId && run.EndedAt == null).Select(run => run.RunId).FirstOrDefaultAsync(token), cancellationToken);

    public Task<WorkflowSource> WorkflowTextAsync(string hash, CancellationToken cancellationToken) =>
        database.ReadAsync(async (db, token) =>
        {
            var row = await db.WorkflowTexts.AsNoTracking().FirstAsync(text => text.Hash == hash, token);
            return new WorkflowSource(row.Name, row.Body);
        }, cancellationToken);

    public async Task<RunId?> ResolveAsync(string text, CancellationToken cancellationToken)
    {
        if (RunId.TryParse(text, out var whole))
            return await KnownAsync(whole, cancellationToken) is (null, false) ? null : whole;
        text = text.ToLowerInvariant(); // as RunId.TryParse has it
        if (text.Length < 8 || !text.StartsWith("run_", StringComparison.Ordinal)) return null;
        var found = await database.ReadAsync((db, token) => db.Runs.Where(run => run.RunId.StartsWith(text)).Select(run => run.RunId).Take(2).ToListAsync(token), cancellationToken);
        if (found.Count > 1) throw new RunRequestException("run_ambiguous", $"several runs begin with {text}", "Type more of the id; charter runs list shows them.");
        return found.Count == 1 && RunId.TryParse(found[0], out var id) ? id : null;
    }

    public async Task<RunId?> LatestOfThreadAsync(string threadId, CancellationToken cancellationToken)
    {
        var text = await database.ReadAsync((db, token) => db.Runs.Where(run => run.ThreadId == threadId).OrderByDescending(run => run.CreatedAt).Select(run => run.RunId).FirstOrDefaultAsync(token), cancellationToken);
        return RunId.TryParse(text, out var id) ? id : null;
    }

    public Task<IReadOnlyList<RunSummary>> ListAsync(string? status, int limit, RunId? before, CancellationToken cancellationToken) =>
        database.SnapshotAsync<IReadOnlyList<RunSummary>>(async (db, token) =>
        {
            var runs = db.Runs.AsNoTracking();
            if (status is not null)
            {
                var name = RunStates.NameOf(status);
                runs = runs.Where(run => run.Status == name);
            }
            if (before is { } cursor)
            {
                var at = await db.Runs.Where(run => run.CorrelationId == cursor.Value).Select(run => (DateTimeOffset?)run.CreatedAt).FirstOrDefaultAsync(token);
                if (at is { } time) runs = runs.Where(run => run.CreatedAt < time || (run.CreatedAt == time && run.RunId.CompareTo(cursor.ToString()) < 0));
            }
            var rows = await runs.OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.RunId).Take(limit).ToListAsync(token);
            var ids = rows.Select(row => row.RunId).ToList();
            var files = (await db.Artifacts.AsNoTracking().Where(row => ids.Contains(row.RunId)).OrderBy(row => row.Type).ToListAsync(token)).ToLookup(row => row.RunId, artifacts.Describe, StringComparer.Ordinal);
            // Asked for and not yet taken: at the top of the first page.
            var requests = before is null && status is null or RunStatus.Queued
                ? await db.RunRequests.AsNoTracking().Where(row => row.Refused == null).OrderByDescending(row => row.CreatedAt).Take(limit).ToListAsync(token)
                : [];
            var places = rows.Exists(row => row is { StartedAt: null, EndedAt: null }) ? await RunQueue.PlacesAsync(db, token) : new Dictionary<string, QueuePlace>(StringComparer.Ordinal);
            return [.. requests.Select(details.Requested)
                .Concat(rows.Select(row => RunDetailsReader.Summary(row) with { Queue = places.GetValueOrDefault(row.RunId), Artifacts = [.. files[row.RunId]] })).Take(limit)];
        }, cancellationToken);

    /// <summary>Live runs to which nothing has happened since then, and requests that nobody has taken since.</summary>
    public async Task<IReadOnlyList<RunSummary>> StuckAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        var quiet = await database.SnapshotAsync(async (db, token) =>
        {
            var runs = await db.Runs.Where(run => new[] { "Queued", "Running", "Cancelling" }.Contains(run.Status) && run.EndedAt == null && run.UpdatedAt <= since)
                .OrderBy(run => run.UpdatedAt).Take(limit).Select(run => new { run.RunId, At = run.UpdatedAt }).ToListAsync(token);
            var requests = await db.RunRequests.Where(row => row.Refused == null && row.CreatedAt <= since)
                .OrderBy(row => row.CreatedAt).Take(limit).Select(row => new { row.RunId, At = row.CreatedAt }).ToListAsync(token);
            return runs.Concat(requests).OrderBy(run => run.At).Take(limit).ToList();
        }, cancellationToken);
        var stuck = new List<RunSummary>(quiet.Count);
        foreach (var run in quiet)
        {
            // one that has gone on or ended meanwhile is not stuck
            if (RunId.TryParse(run.RunId, out var id) && await details.FindAsync(id, cancellationToken) is { Run.EndedAt: null } found)
                stuck.Add(found.Run with { QuietSince = run.At, WaitsFor = found.WaitsFor });
        }
        return stuck;
    }

    public Task<RunDetails?> FindAsync(RunId run, CancellationToken cancellationToken) => details.FindAsync(run, cancellationToken);

    public async Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(RunId run, CancellationToken cancellationToken)
    {
        var saga = await RequireAsync(run, cancellationToken);
        return await database.SnapshotAsync<IReadOnlyList<CheckpointView>>(async (db, token) =>
        {
            var views = new List<CheckpointView>();
            foreach (var (threadId, seq) in Enumerable.Reverse(await CheckpointStore.LineageAsync(db, saga.ThreadId, long.MaxValue, token)))
            {
                var rows = await db.Checkpoints.AsNoTracking().Where(row => row.ThreadId == threadId && row.Seq <= seq).OrderBy(row => row.Seq).ToListAsync(token);
                var changes = await db.ChannelVersions.AsNoTracking().Where(row => row.ThreadId == threadId && row.Seq <= seq).Select(row => new { row.Seq, row.Channel }).ToListAsync(token);
                var changed = changes.ToLookup(row => row.Seq, row => row.Channel);
                views.AddRange(rows.Select(row => new CheckpointView(
                    $"{row.ThreadId}:{row.Seq}", row.ThreadId, row.Seq, row.RunId, row.StepNumber, row.Source,
                    row.ParentThreadId is null ? (row.Seq > 1 ? $"{row.ThreadId}:{row.Seq - 1}" : null) : $"{row.ParentThreadId}:{row.ParentSeq}",
                    JsonSerializer.Deserialize<List<string>>(row.NextSteps, CanonicalJson.Options)!,
                    [.. changed[row.Seq].Order(StringComparer.Ordinal)], row.WorkflowHash, row.CreatedAt)));
            }
            return views;
        }, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, JsonElement>> StateAsync(RunId run, long? seq, CancellationToken cancellationToken)
    {
        var saga = await RequireAsync(run, cancellationToken);
        var at = seq ?? saga.CheckpointSeq;
        if (await CheckpointAsync(saga.ThreadId, at, cancellationToken) is null) throw NoCheckpoint(run, at.ToString(CultureInfo.InvariantCulture));
        return await database.SnapshotAsync<IReadOnlyDictionary<string, JsonElement>>(async (db, token) => (await CheckpointStore.LoadAsync(db, saga.ThreadId, at, token)).Channels, cancellationToken);
    }

    public async Task<long> ResolveCheckpointAsync(RunId run, string text, CancellationToken cancellationToken)
    {
        var saga = await RequireAsync(run, cancellationToken);
        long? seq = null;
        if (text.StartsWith("step:", StringComparison.Ordinal) && int.TryParse(text["step:".Length..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step))
            seq = await database.ReadAsync((db, token) => db.Checkpoints.Where(row => row.ThreadId == saga.ThreadId && row.StepNumber == step).MaxAsync(row => (long?)row.Seq, token), cancellationToken);
        else if (long.TryParse(text.StartsWith(saga.ThreadId + ":", StringComparison.Ordinal) ? text[(saga.ThreadId.Length + 1)..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            seq = number;
        if (seq is not { } found || await CheckpointAsync(saga.ThreadId, found, cancellationToken) is null) throw NoCheckpoint(run, text);
        return found;
    }

    public async Task CheckUpdateAsync(RunSaga saga, long seq, IReadOnlyDictionary<string, JsonElement> update, string? asStep, CancellationToken cancellationToken, string? threadId = null)
    {
        await database.ReadAsync(async (db, token) =>
        {
            var graph = await workflows.GetAsync(db, saga.WorkflowHash, token);
            if (asStep is not null && graph.Steps.All(step => step.Name != asStep))
                throw new RunRequestException("unknown_step", $"workflow {graph.Name} has no step '{asStep}'", "Its steps: " + string.Join(", ", graph.Steps.Select(step => step.Name)));
            var state = (await CheckpointStore.LoadAsync(db, threadId ?? saga.ThreadId, seq, token)).Channels;
            if (WorkflowEngine.Apply(graph, state, [new TaskWrites("", "", update)]) is ApplyResult.Rejected rejected)
                throw new RunRequestException("invalid_update", rejected.Message, "Its channels: " + string.Join(", ", graph.Channels.Select(channel => channel.Name)));
            return true;
        }, cancellationToken);
    }

    /// <summary>The events after a number, and whether there will be no more.</summary>
    public Task<(IReadOnlyList<RunEventView> Events, bool Over)> EventsAsync(RunId run, long after, CancellationToken cancellationToken)
    {
        var id = run.ToString();
        return database.SnapshotAsync<(IReadOnlyList<RunEventView>, bool)>(async (db, token) =>
        {
            var refusal = await db.RunRequests.Where(row => row.RunId == id).Select(row => new { row.Refused }).FirstOrDefaultAsync(token);
            var over = await db.Runs.AnyAsync(row => row.CorrelationId == run.Value && row.EndedAt != null, token);
            if (refusal?.Refused is { } refused) throw new RunRequestException("run_refused", refused);
            if (!over && refusal is null && !await db.Runs.AnyAsync(row => row.CorrelationId == run.Value, token))
                throw new RunRequestException("run_not_found", $"there is no run {run}", "List them: charter runs list");
            var rows = await db.RunEvents.AsNoTracking().Where(row => row.RunId == id && row.Seq > after).OrderBy(row => row.Seq).ToListAsync(token);
            return ([.. rows.Select(row => new RunEventView(row.RunId, row.Seq, row.Type, JsonSerializer.Deserialize<JsonElement>(row.Data, CanonicalJson.Options), row.CreatedAt))], over);
        }, cancellationToken);
    }

    /// <summary>The status of a terminal run, null while it is not.</summary>
    public Task<string?> EndOfAsync(RunId run, CancellationToken cancellationToken)
    {
        var id = run.ToString();
        // No snapshot: a request becomes a run in one transaction, so a run that is in neither place was accepted between the two looks.
        return database.ReadAsync(async (db, token) =>
        {
            var found = await End.For(db)(db, run.Value);
            if (found is null)
            {
                var request = await Request.For(db)(db, id);
                if (request is { Refused: { } refused }) throw new RunRequestException("run_refused", refused);
                if (request is not null) return null;
                found = await End.For(db)(db, run.Value)
                    ?? throw new RunRequestException("run_not_found", $"there is no run {run}", "List them: charter runs list");
            }
            return found.EndedAt is null ? null : found.Status.ToLowerInvariant();
        }, cancellationToken);
    }

    private async Task<RunSaga> RequireAsync(RunId run, CancellationToken cancellationToken) =>
        await SagaAsync(run, cancellationToken) ?? throw new RunRequestException("run_not_found", $"there is no run {run}", "List them: charter runs list");

    private static RunRequestException NoCheckpoint(RunId run, string text) =>
        new("checkpoint_not_found", $"{run} has no checkpoint {text}", $"List them: charter runs checkpoints {run}");
}

using System.Data.Common;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Platform.Work;

/// <summary>One attempt of one task.</summary>
internal readonly record struct StepKey(string TaskId, int Attempt);

/// <summary>An attempt that this worker has taken.</summary>
/// <param name="Claim">Fencing number: a result counts only while the row still has it.</param>
internal sealed record ClaimedStep(int Claim, int LostClaims, ExecuteStep Command, string? Trace)
{
    public StepKey Key => new(Command.TaskId, Command.Attempt);
}

/// <summary>An attempt that a message asks for.</summary>
/// <param name="Claimed">There is a place for it here.</param>
internal sealed record ArrivedStep(ExecuteStep Command, bool Claimed, string? Trace)
{
    public StepKey Key => new(Command.TaskId, Command.Attempt);
}

/// <summary>An attempt that has ended here.</summary>
internal sealed record FinishedStep(ExecuteStep Command, int Claim, StepOutcome Outcome, string? Trace)
{
    public StepKey Key => new(Command.TaskId, Command.Attempt);
}

/// <summary>What a worker stores in a moment: one of the two.</summary>
internal sealed record StepWrite(ArrivedStep? Arrived, FinishedStep? Finished)
{
    public StepKey Key => Arrived?.Key ?? Finished!.Key;
}

/// <summary>The statements on <c>node_executions</c>. Each is part of the caller's write.</summary>
internal sealed class StepStore(DatabaseClock clock, string service, string worker, StepWorkerOptions options)
{
    /// <summary>Stores attempts once; each claimed at once when there is a free place for it. The keys of those that were not there.</summary>
    public async Task<HashSet<StepKey>> InsertAsync(ServiceDbContext context, IReadOnlyList<ArrivedStep> steps, CancellationToken cancellationToken)
    {
        var stored = new HashSet<StepKey>();
        if (!IsPostgreSql(context))
        {
            foreach (var step in steps)
            {
                if (await InsertAsync(context, step, cancellationToken)) stored.Add(step.Key);
            }
            return stored;
        }
        await using var command = context.Command("")
            .Add("task_ids", steps.Select(step => step.Command.TaskId).ToArray()).Add("attempts", steps.Select(step => step.Command.Attempt).ToArray()).Add("service", service)
            .Add("run_ids", steps.Select(step => new RunId(step.Command.RunId).ToString()).ToArray()).Add("steps", steps.Select(step => step.Command.Step).ToArray())
            .Add("kinds", steps.Select(step => step.Command.Kind).ToArray()).Add("commands", steps.Select(step => JsonSerializer.Serialize(step.Command, CanonicalJson.Options)).ToArray())
            .Add("traces", steps.Select(step => step.Trace).ToArray()).Add("claimed", steps.Select(step => step.Claimed).ToArray()).Add("worker", worker);
        var (now, lease) = (clock.Later(command, "now", TimeSpan.Zero), clock.Later(command, "lease", options.Lease));
        command.CommandText =
            $"""
            INSERT INTO node_executions (task_id, attempt, service, run_id, step, kind, status, command, trace_context, created_at, claim, worker, lease_until, started_at)
            SELECT task_id, attempt, @service, run_id, step, kind, CASE WHEN claimed THEN 'running' ELSE 'pending' END, command, trace, {now},
                CASE WHEN claimed THEN 1 ELSE 0 END, CASE WHEN claimed THEN @worker END, CASE WHEN claimed THEN {lease} END, CASE WHEN claimed THEN {now} END
            FROM unnest(@task_ids, @attempts, @run_ids, @steps, @kinds, @commands, @traces, @claimed) AS arrived (task_id, attempt, run_id, step, kind, command, trace, claimed)
            ON CONFLICT DO NOTHING RETURNING task_id, attempt
            """;
        return await KeysAsync(command, cancellationToken);
    }

    private async Task<bool> InsertAsync(ServiceDbContext context, ArrivedStep arrived, CancellationToken cancellationToken)
    {
        var step = arrived.Command;
        await using var command = context.Command("")
            .Add("task_id", step.TaskId).Add("attempt", step.Attempt).Add("service", service).Add("run_id", new RunId(step.RunId).ToString())
            .Add("step", step.Step).Add("kind", step.Kind).Add("command", JsonSerializer.Serialize(step, CanonicalJson.Options))
            .Add("trace", arrived.Trace);
        var now = clock.Later(command, "now", TimeSpan.Zero);
        if (arrived.Claimed)
        {
            var lease = clock.Later(command, "lease", options.Lease);
            command.Add("worker", worker);
            command.CommandText =
                $"""
                INSERT INTO node_executions (task_id, attempt, service, run_id, step, kind, status, command, trace_context, created_at, claim, worker, lease_until, started_at)
                VALUES (@task_id, @attempt, @service, @run_id, @step, @kind, 'running', @command, @trace, {now}, 1, @worker, {lease}, {now}) ON CONFLICT DO NOTHING
                """;
        }
        else
        {
            command.CommandText =
                $"""
                INSERT INTO node_executions (task_id, attempt, service, run_id, step, kind, status, command, trace_context, created_at)
                VALUES (@task_id, @attempt, @service, @run_id, @step, @kind, 'pending', @command, @trace, {now}) ON CONFLICT DO NOTHING
                """;
        }
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Whether there is anything to claim.</summary>
    public async Task<bool> AnyClaimableAsync(ServiceDbContext context, CancellationToken cancellationToken)
    {
        await using var command = context.Command("").Add("service", service);
        command.CommandText = $"SELECT 1 FROM node_executions WHERE {Claimable(command)} LIMIT 1";
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Takes up to <paramref name="count"/> attempts, the oldest first, with new fencing numbers.</summary>
    public async Task<List<ClaimedStep>> ClaimAsync(ServiceDbContext context, int count, CancellationToken cancellationToken)
    {
        await using var command = context.Command("").Add("service", service).Add("worker", worker).Add("count", count);
        var now = clock.Later(command, "started", TimeSpan.Zero);
        var lease = clock.Later(command, "lease", options.Lease);
        var skip = IsPostgreSql(context) ? "FOR UPDATE SKIP LOCKED" : "";
        command.CommandText =
            $"""
            UPDATE node_executions
            SET lost_claims = lost_claims + CASE WHEN status = 'running' THEN 1 ELSE 0 END, status = 'running', claim = claim + 1,
                worker = @worker, lease_until = {lease}, started_at = coalesce(started_at, {now})
            WHERE (task_id, attempt) IN (SELECT task_id, attempt FROM node_executions WHERE {Claimable(command)} ORDER BY created_at LIMIT @count {skip})
            RETURNING claim, lost_claims, command, trace_context
            """;
        var claimed = new List<ClaimedStep>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var step = JsonSerializer.Deserialize<ExecuteStep>(reader.GetString(2), CanonicalJson.Options)!;
            claimed.Add(new ClaimedStep(reader.GetInt32(0), reader.GetInt32(1), step, await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetString(3)));
        }
        return claimed;
    }

    private string Claimable(DbCommand command) =>
        $"service = @service AND status IN ('pending', 'running') AND (status = 'pending' OR lease_until IS NULL OR lease_until < {clock.Later(command, "now", TimeSpan.Zero)})";

    /// <summary>Prolongs a claim; false when it is no longer ours.</summary>
    public async Task<bool> RenewAsync(ServiceDbContext context, StepKey key, int claim, CancellationToken cancellationToken)
    {
        await using var command = Mine(context, key, claim);
        command.CommandText = $"UPDATE node_executions SET lease_until = {clock.Later(command, "lease", options.Lease)}, accepted_sent = {True(context)} {WhereMine}";
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Stores results; the keys of those whose claim was still ours.</summary>
    public async Task<HashSet<StepKey>> FinishAsync(ServiceDbContext context, IReadOnlyList<FinishedStep> steps, CancellationToken cancellationToken)
    {
        if (!IsPostgreSql(context))
        {
            var kept = new HashSet<StepKey>();
            foreach (var step in steps)
            {
                if (await FinishAsync(context, step.Key, step.Claim, step.Outcome.Status, step.Outcome.ToJson(), cancellationToken)) kept.Add(step.Key);
            }
            return kept;
        }
        await using var command = context.Command("")
            .Add("task_ids", steps.Select(step => step.Key.TaskId).ToArray()).Add("attempts", steps.Select(step => step.Key.Attempt).ToArray()).Add("claims", steps.Select(step => step.Claim).ToArray())
            .Add("statuses", steps.Select(step => step.Outcome.Status).ToArray()).Add("results", steps.Select(step => step.Outcome.ToJson()).ToArray());
        command.CommandText =
            $"""
            UPDATE node_executions AS row SET status = ended.status, result = ended.result, command = NULL, worker = NULL, lease_until = NULL,
                ended_at = {clock.Later(command, "now", TimeSpan.Zero)}
            FROM unnest(@task_ids, @attempts, @claims, @statuses, @results) AS ended (task_id, attempt, claim, status, result)
            WHERE row.task_id = ended.task_id AND row.attempt = ended.attempt AND row.claim = ended.claim AND row.status = 'running'
            RETURNING row.task_id, row.attempt
            """;
        return await KeysAsync(command, cancellationToken);
    }

    /// <summary>Stores the result; false when the claim is no longer ours.</summary>
    public async Task<bool> FinishAsync(ServiceDbContext context, StepKey key, int claim, string status, string result, CancellationToken cancellationToken)
    {
        await using var command = Mine(context, key, claim).Add("status", status).Add("result", result);
        command.CommandText =
            $"""
            UPDATE node_executions SET status = @status, result = @result, command = NULL, worker = NULL, lease_until = NULL,
                ended_at = {clock.Later(command, "now", TimeSpan.Zero)} {WhereMine}
            """;
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Gives a claim back, uncounted: whoever comes next goes on at once.</summary>
    public async Task<bool> ReleaseAsync(ServiceDbContext context, StepKey key, int claim, CancellationToken cancellationToken)
    {
        await using var command = Mine(context, key, claim);
        command.CommandText = $"UPDATE node_executions SET status = 'pending', worker = NULL, lease_until = NULL {WhereMine}";
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Notes that the holder of a cancelled attempt has stopped; false when the attempt was not cancelled under this claim.</summary>
    public static async Task<bool> EndCancelledAsync(ServiceDbContext context, StepKey key, int claim, CancellationToken cancellationToken)
    {
        await using var command = Mine(context, key, claim);
        command.CommandText = "UPDATE node_executions SET worker = NULL, lease_until = NULL WHERE task_id = @task_id AND attempt = @attempt AND claim = @claim AND status = 'cancelled'";
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Cancels an attempt that has not ended; one that never came is marked so that it never starts.</summary>
    public async Task CancelAsync(ServiceDbContext context, CancelStep cancel, CancellationToken cancellationToken)
    {
        await using var command = context.Command("")
            .Add("task_id", cancel.TaskId).Add("attempt", cancel.Attempt).Add("service", service).Add("run_id", new RunId(cancel.RunId).ToString());
        var now = clock.Later(command, "now", TimeSpan.Zero);
        command.CommandText =
            $"""
            INSERT INTO node_executions (task_id, attempt, service, run_id, step, kind, status, created_at, ended_at)
            VALUES (@task_id, @attempt, @service, @run_id, '', '', 'cancelled', {now}, {now})
            ON CONFLICT (task_id, attempt) DO UPDATE SET status = 'cancelled', command = NULL, ended_at = excluded.ended_at
            WHERE node_executions.status IN ('pending', 'running')
            """;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Attempts of this worker that somebody cancelled, wherever the message arrived, and that it has not let go of.</summary>
    public async Task<List<StepKey>> StoppingAsync(ServiceDbContext context, CancellationToken cancellationToken)
    {
        await using var command = context.Command("SELECT task_id, attempt FROM node_executions WHERE service = @service AND worker = @worker AND status = 'cancelled'")
            .Add("service", service).Add("worker", worker);
        var keys = new List<StepKey>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) keys.Add(new StepKey(reader.GetString(0), reader.GetInt32(1)));
        return keys;
    }

    /// <summary>Open attempts that have been here for a while and were not reported yet; marks them as reported.</summary>
    public async Task<List<StepAccepted>> AcceptOverdueAsync(ServiceDbContext context, bool mark, CancellationToken cancellationToken)
    {
        await using var command = context.Command("").Add("service", service);
        var since = clock.Later(command, "since", -options.AcceptAfter);
        var (yes, no) = (True(context), IsPostgreSql(context) ? "false" : "0");
        var overdue = $"service = @service AND status IN ('pending', 'running') AND accepted_sent = {no} AND created_at <= {since}";
        command.CommandText = mark
            ? $"UPDATE node_executions SET accepted_sent = {yes} WHERE {overdue} RETURNING run_id, task_id, attempt"
            : $"SELECT run_id, task_id, attempt FROM node_executions WHERE {overdue} LIMIT 1";
        var accepted = new List<StepAccepted>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (RunId.TryParse(reader.GetString(0), out var run)) accepted.Add(new StepAccepted(run.Value, reader.GetString(1), reader.GetInt32(2)));
        }
        return accepted;
    }

    /// <summary>Shows a line of progress.</summary>
    public static async Task ProgressAsync(ServiceDbContext context, StepKey key, int claim, string text, CancellationToken cancellationToken)
    {
        await using var command = Mine(context, key, claim).Add("progress", text);
        command.CommandText = $"UPDATE node_executions SET progress = @progress {WhereMine}";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Removes the ended steps of runs.</summary>
    public async Task ForgetAsync(ServiceDbContext context, IReadOnlyList<string> runs, CancellationToken cancellationToken)
    {
        foreach (var run in runs)
        {
            await using var command = context.Command("DELETE FROM node_executions WHERE service = @service AND run_id = @run AND status NOT IN ('pending', 'running')")
                .Add("service", service).Add("run", run);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private const string WhereMine = "WHERE task_id = @task_id AND attempt = @attempt AND claim = @claim AND status = 'running'";

    private static DbCommand Mine(ServiceDbContext context, StepKey key, int claim) =>
        context.Command("").Add("task_id", key.TaskId).Add("attempt", key.Attempt).Add("claim", claim);

    private static async Task<HashSet<StepKey>> KeysAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var keys = new HashSet<StepKey>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) keys.Add(new StepKey(reader.GetString(0), reader.GetInt32(1)));
        return keys;
    }

    private static bool IsPostgreSql(ServiceDbContext context) => context.Database.ProviderName!.Contains("Npgsql", StringComparison.Ordinal);

    private static string True(ServiceDbContext context) => IsPostgreSql(context) ? "true" : "1";
}

using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>The registry of this process's database, and of its configuration.</summary>
public sealed class RepositoryService : IRepositoryService
{
    private readonly Database<OrchestratorDbContext> database;
    private readonly OrchestratorOptions options;
    private readonly TimeProvider time;

    internal RepositoryService(Database<OrchestratorDbContext> database, OrchestratorOptions options, TimeProvider time) =>
        (this.database, this.options, this.time) = (database, options, time);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RepositoryView>> ListAsync(string? target, CancellationToken cancellationToken) => await database.ReadAsync(async (db, token) =>
    {
        var lane = target is null ? null : RunQueue.LaneOf(target);
        var added = await db.RegisteredRepositories.ToListAsync(token);
        var all = options.Repositories.Select(one => new RepositoryView(one, RepositoryOrigins.Configuration, null, null, null, null))
            .Concat(added.Select(row => new RepositoryView(row.Target, RepositoryOrigins.Added, row.AddedAt, row.AddedBy, null, null)))
            .Where(view => lane is null || RunQueue.LaneOf(view.Target) == lane).DistinctBy(view => RunQueue.LaneOf(view.Target), StringComparer.Ordinal)
            .OrderBy(view => view.Target, StringComparer.Ordinal).ToList();
        return await WithHistoryAsync(db, all, token);
    }, cancellationToken);

    /// <inheritdoc/>
    public async Task<RepositoryView> AddAsync(string target, string? actor, CancellationToken cancellationToken)
    {
        Check(target);
        var lane = RunQueue.LaneOf(target);
        await database.WriteAsync(async (db, token) =>
        {
            if (IsConfigured(lane) || await db.RegisteredRepositories.AnyAsync(row => row.Lane == lane, token)) return;
            db.RegisteredRepositories.Add(new RegisteredRepositoryRow { Lane = lane, Target = target, AddedBy = actor, AddedAt = time.GetUtcNow() });
        }, cancellationToken);
        return (await ListAsync(target, cancellationToken))[0];
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string target, CancellationToken cancellationToken)
    {
        var lane = RunQueue.LaneOf(target);
        if (IsConfigured(lane))
            throw new RunRequestException("repository_is_configured", $"{target} stands in the setting 'repositories'", "Remove it there, and start the process again.");
        return await database.WriteAsync((db, token) => db.RegisteredRepositories.Where(row => row.Lane == lane).ExecuteDeleteAsync(token), cancellationToken) > 0;
    }

    /// <summary>The lanes that have a run which has not ended, or one that was asked for.</summary>
    internal async Task<HashSet<string>> BusyLanesAsync(CancellationToken cancellationToken) => await database.ReadAsync(async (db, token) =>
    {
        var live = await db.Runs.Where(run => run.EndedAt == null).Select(run => run.Lane).Distinct().ToListAsync(token);
        var asked = await db.RunRequests.Where(request => request.Refused == null).Select(request => request.Body).ToListAsync(token);
        return live.Concat(asked.Select(body => JsonSerializer.Deserialize<StartRun>(body, CanonicalJson.Options)!.Trigger).Select(trigger => RunQueue.LaneOf(trigger.KnownAs ?? trigger.Target))).ToHashSet(StringComparer.Ordinal);
    }, cancellationToken);

    private static async Task<IReadOnlyList<RepositoryView>> WithHistoryAsync(OrchestratorDbContext db, List<RepositoryView> repositories, CancellationToken cancellationToken)
    {
        var lanes = repositories.ConvertAll(view => RunQueue.LaneOf(view.Target));
        var runs = (await db.Runs.Where(run => lanes.Contains(run.Lane)).GroupBy(run => run.Lane)
                .Select(group => group.OrderByDescending(run => run.CreatedAt).Select(run => new { run.Lane, run.RunId, run.Status, run.CreatedAt }).First()).ToListAsync(cancellationToken))
            .ToDictionary(run => run.Lane, run => new RepositoryRun(run.RunId, run.Status.ToLowerInvariant(), run.CreatedAt), StringComparer.Ordinal);
        var charters = (await db.Charters.Join(db.Runs, charter => charter.RunId, run => run.RunId, (charter, run) => new { run.Lane, charter.Version, charter.RunId, charter.HeadSha, charter.CreatedAt })
                .Where(charter => lanes.Contains(charter.Lane)).GroupBy(charter => charter.Lane)
                .Select(group => group.OrderByDescending(charter => charter.CreatedAt).First()).ToListAsync(cancellationToken))
            .ToDictionary(charter => charter.Lane, charter => new RepositoryCharter(charter.Version, charter.RunId, charter.HeadSha, charter.CreatedAt), StringComparer.Ordinal);
        return [.. repositories.Select((view, i) => view with { Charter = charters.GetValueOrDefault(lanes[i]), LastRun = runs.GetValueOrDefault(lanes[i]) })];
    }

    private bool IsConfigured(string lane) => options.Repositories.Any(target => RunQueue.LaneOf(target) == lane);

    /// <summary>No folder: those are read for whoever types the command, never for a schedule. The rest is RepoSync's to say, when it tries.</summary>
    private static void Check(string target)
    {
        if (!HttpsTarget.IsOne(target))
            throw new RunRequestException("invalid_target", $"'{(target.Contains('@', StringComparison.Ordinal) ? "***" : target[..Math.Min(target.Length, 200)])}' is no https:// URL without a user", "Give the address that the repository is cloned from.");
    }
}

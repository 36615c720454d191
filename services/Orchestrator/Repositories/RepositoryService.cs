using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>The registry of this process's database, and of its configuration.</summary>
public sealed class RepositoryService : IRepositoryService
{
    private readonly Database<OrchestratorDbContext> database;
    private readonly RepositoryRegistry registry;
    private readonly OrchestratorOptions options;

    internal RepositoryService(Database<OrchestratorDbContext> database, RepositoryRegistry registry, OrchestratorOptions options) =>
        (this.database, this.registry, this.options) = (database, registry, options);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RepositoryView>> ListAsync(string? target, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<RepositoryView>>(async (db, token) =>
    {
        var all = target is null ? await registry.AllAsync(db, token) : await registry.FindAsync(db, target, token) is { } one ? [one] : [];
        var history = await RepositoryHistory.OfAsync(db, [.. all.Select(registration => registration.RunLane)], token);
        return [.. all.Select(registration => View(registration, history))];
    }, cancellationToken);

    /// <inheritdoc/>
    public async Task<RepositoryView> AddAsync(string target, RepositoryWishes? wishes, string? actor, CancellationToken cancellationToken)
    {
        Check(target);
        if (wishes is not null) RuleTexts.Check(wishes);
        return await database.WriteAsync(async (db, token) =>
        {
            await RepositoryRegistry.LockAsync(db, token);
            var known = await registry.FindAsync(db, target, token);
            if (known is not null && known.Lane != Runs.RunQueue.LaneOf(target)) known = null; // one that was there before; what is there now is another
            var row = known is null ? await registry.AddAsync(db, target, actor, null, token)
                : known.Row is not null || wishes is { IsEmpty: false } ? await registry.RowAsync(db, known, token) : null;
            if (row is not null)
            {
                (row.Paused, row.MissingSince) = (null, null);
                Apply(row, wishes);
            }
            return await ViewAsync(db, known is null ? registry.OfAdded(row!) : known with { Row = row }, token);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RepositoryView?> SetAsync(string target, RepositoryWishes wishes, CancellationToken cancellationToken)
    {
        RuleTexts.Check(wishes);
        return await database.WriteAsync(async (db, token) =>
        {
            await RepositoryRegistry.LockAsync(db, token);
            if (await registry.FindAsync(db, target, token) is not { } known) return null;
            var row = await registry.RowAsync(db, known, token);
            Apply(row, wishes);
            return await ViewAsync(db, known with { Row = row }, token);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string target, CancellationToken cancellationToken) => database.WriteAsync(async (db, token) =>
    {
        await RepositoryRegistry.LockAsync(db, token);
        if (await registry.FindAsync(db, target, token) is not { } known) return false;
        if (known.Setting is not null)
            throw new RequestException("repository_is_configured", $"{target} stands in the setting 'repositories'", "Remove it there, and start the process again.");
        return await db.RegisteredRepositories.Where(row => row.Lane == known.Lane).ExecuteDeleteAsync(token) > 0;
    }, cancellationToken);

    private async Task<RepositoryView> ViewAsync(OrchestratorDbContext db, Registration registration, CancellationToken cancellationToken) =>
        View(registration, await RepositoryHistory.OfAsync(db, [registration.RunLane], cancellationToken));

    private RepositoryView View(Registration one, RepositoryHistory history) => new(
        one.Target, one.Origin, one.Setting is null ? one.Row?.AddedAt : null, one.Setting is null ? one.Row?.AddedBy : null, history.CharterOf(one.RunLane), history.RunOf(one.RunLane))
    {
        Name = one.Row?.Name,
        ForgeId = one.Row?.ForgeId,
        KnownAs = one.KnownAs,
        DefaultBranch = one.Row?.DefaultBranch,
        Paused = one.Paused,
        MissingSince = one.Row?.MissingSince,
        Schedule = one.Schedule,
        Rules = RuleTexts.Describe(one, options.TriggersSet),
    };

    private static void Apply(RegisteredRepositoryRow row, RepositoryWishes? wishes)
    {
        if (wishes is null) return;
        if (wishes.Reset) (row.Rules, row.Schedule) = (null, null);
        row.Schedule = wishes.Schedule ?? row.Schedule;
        if (wishes.Rules is not { } rules) return;
        var own = row.Rules is null ? new Dictionary<string, string>(StringComparer.Ordinal)
            : new Dictionary<string, string>(RuleTexts.Write(JsonSerializer.Deserialize<TriggerRuleOverrides>(row.Rules, CanonicalJson.Options)!), StringComparer.Ordinal);
        foreach (var (name, text) in RuleTexts.Write(rules)) own[name] = text;
        row.Rules = own.Count == 0 ? null : JsonSerializer.Serialize(RuleTexts.Read(own), CanonicalJson.Options);
    }

    /// <summary>No folder: those are read for whoever types the command, never for a schedule. The rest is RepoSync's to say, when it tries.</summary>
    private static void Check(string target)
    {
        if (!HttpsTarget.IsOne(target))
            throw new RequestException("invalid_target", $"'{(target.Contains('@', StringComparison.Ordinal) ? "***" : target[..Math.Min(target.Length, 200)])}' is no https:// URL without a user", "Give the address that the repository is cloned from.");
    }
}

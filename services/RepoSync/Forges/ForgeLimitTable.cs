using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.RepoSync.Forges;

/// <summary>A row of <c>forge_limits</c>: what a forge said to one of the replicas.</summary>
internal sealed class ForgeLimitRow
{
    /// <summary>See <see cref="ForgeGrant"/>.</summary>
    public required string Credential { get; init; }
    public required string Resource { get; init; }
    public int? Remaining { get; set; }
    public int? Limit { get; set; }
    public DateTimeOffset? ResetAt { get; set; }
    public DateTimeOffset? BlockedUntil { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>As it is reckoned with.</summary>
    public RateLimit Known => new(Limit, Remaining, ResetAt, BlockedUntil);
}

/// <summary>The table <c>forge_limits</c>, by which replicas share what forges told them.</summary>
internal sealed class ForgeLimitTable(Database<RepoSyncDbContext> database, TimeProvider time)
{
    /// <summary>What is known of a credential's resources.</summary>
    public async Task<IReadOnlyDictionary<string, RateLimit>> ReadAsync(string credential, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync((db, token) => db.ForgeLimits.Where(row => row.Credential == credential).ToListAsync(token), cancellationToken);
        return rows.ToDictionary(row => row.Resource, row => row.Known, StringComparer.Ordinal);
    }

    /// <summary>Puts down what a forge said, unless another replica knows more. What cannot be stored holds in this process all the same: a call that was made must not fail for it.</summary>
    public async Task StoreAsync(string credential, string resource, RateLimit limit, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(async (db, token) =>
            {
                var row = await db.ForgeLimits.FindAsync([credential, resource], token);
                if (row is null) db.ForgeLimits.Add(row = new ForgeLimitRow { Credential = credential, Resource = resource, UpdatedAt = time.GetUtcNow() });
                var known = row.Known.With(limit);
                (row.Limit, row.Remaining) = (Number(known.Limit), Number(known.Remaining));
                (row.ResetAt, row.BlockedUntil, row.UpdatedAt) = (known.ResetAt, known.BlockedUntil, time.GetUtcNow());
            }, cancellationToken);
        }
        // the second: another replica made the row at the same time; the next answer is stored again
        catch (Exception problem) when (problem is StorageException || StorageException.IsDuplicateKey(problem))
        {
        }
    }

    private static int? Number(long? number) => number is null ? null : (int)Math.Min(number.Value, int.MaxValue);
}

using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Registry;

/// <summary>The list of repositories that were ever synced.</summary>
internal interface IRepositoryRegistry
{
    /// <summary>Notes what the last sync found. Idempotent.</summary>
    Task RecordAsync(RepositoryIdentity identity, RepoContext context, CancellationToken cancellationToken);
}

/// <summary>The table <c>repositories</c>.</summary>
internal sealed class RepositoryRegistry(Database<RepoSyncDbContext> database, TimeProvider time) : IRepositoryRegistry
{
    public Task RecordAsync(RepositoryIdentity identity, RepoContext context, CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
        {
            var now = time.GetUtcNow();
            var row = await db.Repositories.FindAsync([identity.Id], token);
            if (row is null)
            {
                row = new RepositoryRow { RepositoryId = identity.Id, Name = identity.Name, Identity = identity.Key, CreatedAt = now };
                db.Repositories.Add(row);
            }
            row.Name = context.Repository.Name;
            row.Url = context.Repository.Url;
            row.DefaultBranch = context.Repository.DefaultBranch;
            row.HeadSha = context.HeadSha;
            row.SyncedAt = now;
        }, cancellationToken);
}

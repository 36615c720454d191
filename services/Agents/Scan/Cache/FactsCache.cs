using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Agents.Scan.Cache;

/// <summary>A row of <c>facts_cache</c>.</summary>
internal sealed class FactsCacheRow
{
    public required string RepositoryId { get; set; }
    public required string Part { get; set; }
    public required string CacheKey { get; set; }
    public required byte[] Content { get; set; }
}

/// <summary><see cref="IFactsCache"/> in the Agents' database: two rows a repository.</summary>
internal sealed class FactsCache(Database<AgentsDbContext> database) : IFactsCache
{
    public Task<byte[]?> ReadAsync(string repositoryId, string part, string key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (context, token) => context.FactsCache
                .Where(row => row.RepositoryId == repositoryId && row.Part == part && row.CacheKey == key)
                .Select(row => row.Content)
                .FirstOrDefaultAsync(token),
            cancellationToken);

    public Task WriteAsync(string repositoryId, string part, string key, byte[] content, CancellationToken cancellationToken) =>
        database.WriteAsync(
            // Two runs of one repository may write at once: the last one wins, both are right.
            (context, token) => context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO facts_cache (repository_id, part, cache_key, content) VALUES ({repositoryId}, {part}, {key}, {content})
                ON CONFLICT (repository_id, part) DO UPDATE SET cache_key = excluded.cache_key, content = excluded.content
                """,
                token),
            cancellationToken);
}

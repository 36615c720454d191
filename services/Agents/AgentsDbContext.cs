using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Agents;

/// <summary>The Agents' tables beside the platform's.</summary>
public sealed class AgentsDbContext(DbContextOptions<AgentsDbContext> options) : ServiceDbContext(options, Contracts.Steps.Services.Agents)
{
    internal DbSet<FactsCacheRow> FactsCache => Set<FactsCacheRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<FactsCacheRow>(row =>
        {
            row.ToTable("facts_cache");
            row.HasKey(r => new { r.RepositoryId, r.Part });
            row.Property(r => r.RepositoryId).HasColumnName("repository_id");
            row.Property(r => r.Part).HasColumnName("part");
            row.Property(r => r.CacheKey).HasColumnName("cache_key");
            row.Property(r => r.Content).HasColumnName("content");
        });
    }
}

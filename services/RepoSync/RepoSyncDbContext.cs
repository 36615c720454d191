using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Effects;
using Charterhouse.RepoSync.Forges;
using Charterhouse.RepoSync.Registry;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.RepoSync;

/// <summary>RepoSync's tables.</summary>
public sealed class RepoSyncDbContext(DbContextOptions<RepoSyncDbContext> options) : ServiceDbContext(options, Contracts.Steps.Services.RepoSync)
{
    internal DbSet<RepositoryRow> Repositories => Set<RepositoryRow>();

    internal DbSet<EffectRow> Effects => Set<EffectRow>();

    internal DbSet<ForgeLimitRow> ForgeLimits => Set<ForgeLimitRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<RepositoryRow>(row =>
        {
            row.ToTable("repositories");
            row.HasKey(repository => repository.RepositoryId);
        });
        modelBuilder.Entity<EffectRow>().ToTable("effects").HasKey(row => row.EffectId);
        modelBuilder.Entity<ForgeLimitRow>().ToTable("forge_limits").HasKey(row => new { row.Credential, row.Resource });
    }
}

using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Ingest.Persistence;

/// <summary>Ingest's table.</summary>
public sealed class IngestDbContext(DbContextOptions<IngestDbContext> options) : ServiceDbContext(options, Contracts.Steps.Services.Ingest)
{
    internal DbSet<WebhookEventRow> WebhookEvents => Set<WebhookEventRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<WebhookEventRow>().ToTable("webhook_events").HasKey(row => row.EventId);
    }
}

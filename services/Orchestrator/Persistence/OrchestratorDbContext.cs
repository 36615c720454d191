using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Persistence;

/// <summary>The Orchestrator's tables.</summary>
public sealed class OrchestratorDbContext(DbContextOptions<OrchestratorDbContext> options) : ServiceDbContext(options, Services.Orchestrator)
{
    internal DbSet<RunSaga> Runs => Set<RunSaga>();
    internal DbSet<RunRequestRow> RunRequests => Set<RunRequestRow>();
    internal DbSet<RunCommandRow> RunCommands => Set<RunCommandRow>();
    internal DbSet<WorkflowTextRow> WorkflowTexts => Set<WorkflowTextRow>();
    internal DbSet<RunTaskRow> RunTasks => Set<RunTaskRow>();
    internal DbSet<RunEventRow> RunEvents => Set<RunEventRow>();
    internal DbSet<CheckpointRow> Checkpoints => Set<CheckpointRow>();
    internal DbSet<ChannelVersionRow> ChannelVersions => Set<ChannelVersionRow>();
    internal DbSet<CharterRow> Charters => Set<CharterRow>();
    internal DbSet<IntentRecordRow> IntentRecords => Set<IntentRecordRow>();
    internal DbSet<ArtifactRow> Artifacts => Set<ArtifactRow>();
    internal DbSet<FindingRow> Findings => Set<FindingRow>();
    internal DbSet<RegisteredRepositoryRow> RegisteredRepositories => Set<RegisteredRepositoryRow>();
    internal DbSet<ScheduleFiringRow> ScheduleFirings => Set<ScheduleFiringRow>();
    internal DbSet<TriggerWindow> TriggerWindows => Set<TriggerWindow>();
    internal DbSet<TriggerEventRow> TriggerEvents => Set<TriggerEventRow>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<RunSaga>(run =>
        {
            run.ToTable("runs").HasKey(x => x.CorrelationId);
            run.Property(x => x.CorrelationId).ValueGeneratedNever();
            run.Property(x => x.Version).IsConcurrencyToken();
            // MassTransit names states like properties; tables and APIs use lower case.
            run.Property(x => x.Status).HasConversion(state => state.ToLowerInvariant(), text => RunStates.NameOf(text));
            run.Ignore(x => x.Phase);
        });
        modelBuilder.Entity<RunRequestRow>().ToTable("run_requests").HasKey(x => x.RunId);
        modelBuilder.Entity<RunCommandRow>().ToTable("run_commands").HasKey(x => x.CommandId);
        modelBuilder.Entity<WorkflowTextRow>().ToTable("workflow_texts").HasKey(x => x.Hash);
        modelBuilder.Entity<RunTaskRow>().ToTable("run_tasks").HasKey(x => x.TaskId);
        modelBuilder.Entity<RunEventRow>().ToTable("run_events").HasKey(x => new { x.RunId, x.Seq });
        modelBuilder.Entity<CheckpointRow>().ToTable("checkpoints").HasKey(x => new { x.ThreadId, x.Seq });
        modelBuilder.Entity<ChannelVersionRow>().ToTable("channel_versions").HasKey(x => new { x.ThreadId, x.Channel, x.Seq });
        modelBuilder.Entity<CharterRow>().ToTable("charters").HasKey(x => new { x.RepositoryId, x.Version });
        modelBuilder.Entity<IntentRecordRow>().ToTable("intent_records").HasKey(x => new { x.RepositoryId, x.RecordId });
        modelBuilder.Entity<ArtifactRow>().ToTable("artifacts").HasKey(x => new { x.RunId, x.Type });
        modelBuilder.Entity<FindingRow>().ToTable("findings").HasKey(x => new { x.RepositoryId, x.Id });
        modelBuilder.Entity<RegisteredRepositoryRow>().ToTable("registered_repositories").HasKey(x => x.Lane);
        modelBuilder.Entity<TriggerWindow>(window =>
        {
            window.ToTable("trigger_windows").HasKey(x => x.CorrelationId);
            window.Property(x => x.CorrelationId).ValueGeneratedNever();
            window.Property(x => x.Version).IsConcurrencyToken();
            window.Property(x => x.Status).HasConversion(state => state.ToLowerInvariant(), text => char.ToUpperInvariant(text[0]) + text.Substring(1));
        });
        modelBuilder.Entity<TriggerEventRow>().ToTable("trigger_events").HasKey(x => x.EventId);
        modelBuilder.Entity<ScheduleFiringRow>(firing =>
        {
            firing.ToTable("schedule_firings").HasKey(x => new { x.Schedule, x.DueAt });
            firing.Property(x => x.Claim).IsConcurrencyToken();
        });
    }
}

using Charterhouse.Platform.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Persistence;

/// <summary>
/// Base of every service's EF context: snake_case names, sortable UTC time stamps, JSON columns, and the platform's tables
/// (outbox, node executions, blobs). The schema itself is <c>database/</c>'s scripts; this model is tested against them.
/// </summary>
public abstract class ServiceDbContext(DbContextOptions options, string service) : DbContext(options)
{
    /// <summary>The service whose rows this context reads and writes.</summary>
    public string Service { get; } = service;

    /// <summary>Set while a write lasts; contexts are pooled.</summary>
    internal WriteUnit? Unit { get; set; }

    /// <summary>The time that this write is stamped with.</summary>
    internal DateTimeOffset Now => Writing.Now;

    /// <summary>A point in time as a parameter of a plain statement in this write.</summary>
    public object Time(DateTimeOffset value) => Writing.Time(value);

    /// <summary>The trace that this write belongs to, for a row from which something follows later; null for none.</summary>
    public string? TraceContext => Writing.Trace;

    private WriteUnit Writing => Unit ?? throw new InvalidOperationException("This belongs inside Database.WriteAsync.");

    /// <summary>
    /// Puts a message into the outbox: it leaves when the surrounding <c>Database.WriteAsync</c> has committed, and
    /// again after a crash, at least once.
    /// </summary>
    /// <param name="queue">The receiving queue, see <c>StepKinds.QueueOf</c> and <c>Queues</c>.</param>
    /// <param name="message">A contract.</param>
    /// <param name="delay">Not before this much time has passed; null for now.</param>
    /// <param name="trace">The trace that the message belongs to, where that is not the write's.</param>
    /// <exception cref="InvalidOperationException">Called outside a write.</exception>
    /// <exception cref="ArgumentException">The type is no contract.</exception>
    public void Send<T>(string queue, T message, TimeSpan? delay = null, string? trace = null) where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        ArgumentNullException.ThrowIfNull(message);
        var unit = Unit ?? throw new InvalidOperationException("Send belongs inside Database.WriteAsync: the message leaves with the commit.");
        unit.Add(Service, queue, message, typeof(T), delay, trace);
    }

    /// <summary>
    /// Adds a row that nothing in this write looks for: it is not tracked, which for small rows is most of their cost.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called outside a write.</exception>
    public void Append<T>(T row) where T : class =>
        (Unit ?? throw new InvalidOperationException("Append belongs inside Database.WriteAsync.")).Appended.Add(row);

    /// <summary>An answer that holds for the whole of this write, asked for once: several messages may share it.</summary>
    /// <param name="question">What is asked, with whatever the answer depends on.</param>
    /// <exception cref="InvalidOperationException">Called outside a write.</exception>
    public Task<T> OnceAsync<T>(string question, Func<Task<T>> ask)
    {
        var answers = Writing.Answers;
        if (!answers.TryGetValue(question, out var answer)) answers.Add(question, answer = ask());
        return (Task<T>)answer;
    }

    /// <summary>
    /// Does something in this process when the surrounding <c>Database.WriteAsync</c> has committed: a hint for whoever waits here. It is lost
    /// with the process and never done for a write that failed, so nothing may depend on it. Must be quick and must not throw.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called outside a write.</exception>
    public void AfterCommit(Action action) =>
        (Unit ?? throw new InvalidOperationException("AfterCommit belongs inside Database.WriteAsync.")).Afterwards.Add(action);

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        var provider = Database.ProviderName!.Contains("Npgsql", StringComparison.Ordinal) ? DatabaseProvider.PostgreSql : DatabaseProvider.Sqlite;
        if (provider == DatabaseProvider.Sqlite)
        {
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<SortableTimeConverter>();
            configurationBuilder.Properties<Guid>().HaveConversion<GuidTextConverter>();
        }
        else
        {
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTimeConverter>();
        }
        configurationBuilder.Conventions.Add(_ => new SnakeCaseConvention(provider));
    }

    /// <summary>Maps the platform's tables; an override calls it first.</summary>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OutboxMessage>(row =>
        {
            row.ToTable("outbox_messages");
            row.HasKey(m => m.Id);
            row.Property(m => m.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<NodeExecution>(row =>
        {
            row.ToTable("node_executions");
            row.HasKey(e => new { e.TaskId, e.Attempt });
        });
        modelBuilder.Entity<Blob>(row =>
        {
            row.ToTable("blobs");
            row.HasKey(b => b.Sha256);
        });
    }
}

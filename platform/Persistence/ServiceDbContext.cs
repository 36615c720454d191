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

    /// <summary>
    /// Puts a message into the outbox: it leaves when the surrounding <see cref="Database{TContext}.WriteAsync{T}"/> has committed, and
    /// again after a crash, at least once.
    /// </summary>
    /// <param name="queue">The receiving queue, see <c>StepKinds.QueueOf</c> and <c>Queues</c>.</param>
    /// <param name="message">A contract.</param>
    /// <param name="delay">Not before this much time has passed; null for now.</param>
    public void Send<T>(string queue, T message, TimeSpan? delay = null) where T : class => throw new NotSupportedException();
}

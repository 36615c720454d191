using System.Diagnostics.Metrics;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Telemetry;

/// <summary>How many messages of a service are due and not sent, and for how long the oldest of them.</summary>
internal sealed class OutboxGauges<TContext> : Gauges where TContext : ServiceDbContext
{
    private readonly Database<TContext> database;
    private volatile Measurement<double>[] messages = [];
    private volatile Measurement<double>[] age = [];

    public OutboxGauges(Database<TContext> database)
    {
        this.database = database;
        Add("charter.outbox.messages", "{message}", "Messages that are due and not sent yet", () => messages);
        Add("charter.outbox.age", "s", "How long the oldest of them has been due", () => age);
    }

    public override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var now = database.Clock.UtcNow;
        var (count, oldest) = await database.ReadAsync(async (db, token) =>
        {
            var due = db.Set<OutboxMessage>().Where(row => row.Service == database.Service && row.NotBefore <= now);
            return (await due.CountAsync(token), await due.OrderBy(row => row.NotBefore).Select(row => (DateTimeOffset?)row.NotBefore).FirstOrDefaultAsync(token));
        }, cancellationToken);
        var service = Metrics.Label("service", database.Service);
        messages = [new(count, service)];
        age = [new(oldest is { } since ? (now - since).TotalSeconds : 0, service)];
    }
}

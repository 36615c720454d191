using Charterhouse.Platform.Persistence;

namespace Charterhouse.Platform.Messaging;

/// <summary>Inserts outbox rows with one parsed statement: on SQLite, which has no round trips to save, EF's change tracking is most of a row's cost.</summary>
internal static class OutboxRows
{
    private const string Insert =
        """
        INSERT INTO outbox_messages (id, service, destination, message_type, body, attempts, created_at, not_before)
        VALUES (@id, @service, @destination, @message_type, @body, 0, @created_at, @not_before)
        """;

    /// <summary>Inserts them in the context's transaction.</summary>
    public static async Task InsertAsync(ServiceDbContext context, IReadOnlyList<OutboxMessage> rows, DatabaseClock clock, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            await using var command = context.Command(Insert)
                .Add("id", row.Id.ToString("D")).Add("service", row.Service).Add("destination", row.Destination).Add("message_type", row.MessageType)
                .Add("body", row.Body).Add("created_at", clock.Time(row.CreatedAt)).Add("not_before", clock.Time(row.NotBefore));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}

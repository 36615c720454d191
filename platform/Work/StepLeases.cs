using Charterhouse.Platform.Persistence;

namespace Charterhouse.Platform.Work;

/// <summary>Takes claims away from processes that are known to be dead.</summary>
public sealed class StepLeases
{
    private readonly DatabaseEngine engine;

    internal StepLeases(DatabaseEngine engine) => this.engine = engine;

    /// <summary>
    /// Ends every open claim of a service (null: of all), so that its step can be claimed at once. It counts as lost, because the step may be
    /// what killed the process. Only for a host that knows itself to be the only one.
    /// </summary>
    /// <returns>How many claims were open.</returns>
    public Task<int> VoidAsync(string? service, CancellationToken cancellationToken) =>
        engine.WriteAsync(async (connection, transaction, token) =>
        {
            await using var command = connection.Command(
                "UPDATE node_executions SET lease_until = NULL WHERE lease_until IS NOT NULL AND status IN ('running', 'cancelled')", transaction);
            if (service is not null)
            {
                command.CommandText += " AND service = @service";
                command.Add("service", service);
            }
            return await command.ExecuteNonQueryAsync(token);
        }, once: false, cancellationToken);
}

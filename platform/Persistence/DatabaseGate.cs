using Charterhouse.Database;
using Charterhouse.Platform.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Persistence;

/// <summary>Holds the start of everything behind it until the database is there with this program's schema. Says why it waits.</summary>
internal sealed partial class DatabaseGate(DatabaseSchema schema, ProcessState state, TimeProvider time, ILogger<DatabaseGate> logger) : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int RemindEvery = 30;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var look = 0; ; look++)
        {
            try
            {
                await schema.StartAsync(cancellationToken);
                state.Waiting = null;
                return;
            }
            catch (Exception problem) when (problem is SchemaException or StorageException { MayPass: true })
            {
                // the same sentence once, then now and then: a log that fills up helps nobody
                if (state.Waiting != problem.Message || look % RemindEvery == 0) LogWaits(logger, problem.Message);
                state.Waiting = problem.Message;
            }
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1101, LogLevel.Warning, "waiting for the database: {Reason}")]
    private static partial void LogWaits(ILogger logger, string reason);
}

namespace Charterhouse.Testing;

/// <summary>
/// The PostgreSQL of this test process, started at the first use and stopped at its end; each caller gets a fresh database.
/// Without PostgreSQL on the machine tests are skipped locally and fail when <c>CI=true</c>.
/// </summary>
public static class PostgresServer
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static PostgresInstance? running;
    private static int databases;

    /// <summary>Why there is no PostgreSQL here, or null.</summary>
    public static string? Unavailable => PostgresInstance.Unavailable;

    /// <summary>The connection string of a new, empty database.</summary>
    /// <exception cref="InvalidOperationException">The server does not start, or (in CI) is not installed.</exception>
    public static async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var server = await StartAsync(cancellationToken);
        return await server.CreateDatabaseAsync($"charter_{Environment.ProcessId}_{Interlocked.Increment(ref databases)}", cancellationToken);
    }

    private static async Task<PostgresInstance> StartAsync(CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (running is { Runs: true }) return running;
            running = await PostgresInstance.StartNewAsync(cancellationToken);
            AppDomain.CurrentDomain.ProcessExit += static (_, _) => running.Stop();
            return running;
        }
        finally
        {
            Gate.Release();
        }
    }
}

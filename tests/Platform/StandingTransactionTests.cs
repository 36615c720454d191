using System.Data.Common;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using Npgsql;

namespace Charterhouse.Platform.Tests;

/// <summary>PostgreSQL ends a transaction in which a process stands still. SQLite's writers are of one process, which the system ends with its locks.</summary>
public sealed class StandingTransactionTests
{
    [Fact]
    public async Task Write_ProcessStandsStill_LetsOthersHaveItsRowsAndThenWritesAgain()
    {
        var token = TestContext.Current.CancellationToken;
        using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql, token);
        var patience = new NpgsqlConnectionStringBuilder(database.Settings.Location);
        patience.Options.ShouldBe("-c idle_in_transaction_session_timeout=15s");
        patience.Options = "-c idle_in_transaction_session_timeout=1s";
        await using var halted = new PostgreSqlEngine(DatabaseSettings.ForPostgreSql(patience.ConnectionString), TimeProvider.System);
        await using var other = new PostgreSqlEngine(database.Settings, TimeProvider.System);
        await other.WriteAsync((connection, _, cancel) => RunAsync(connection, "CREATE TABLE notes (text text); INSERT INTO notes VALUES ('')", cancel), once: false, token);
        var (attempts, hasBegun, goesOn) = (0, new TaskCompletionSource(), new TaskCompletionSource());

        var first = halted.WriteAsync(async (connection, _, cancel) =>
        {
            attempts++;
            await RunAsync(connection, "UPDATE notes SET text = text || 'halted'", cancel);
            hasBegun.TrySetResult();
            await goesOn.Task.WaitAsync(cancel);
            return await RunAsync(connection, "SELECT 1", cancel);
        }, once: false, token);
        await hasBegun.Task.WaitAsync(token);
        // waits for the row, which nobody gives back but the server
        await other.WriteAsync((connection, _, cancel) => RunAsync(connection, "UPDATE notes SET text = text || 'other '", cancel), once: false, token);
        goesOn.SetResult();
        await first;

        attempts.ShouldBe(2);
        (await other.WriteAsync((connection, _, cancel) => RunAsync(connection, "SELECT text FROM notes", cancel), once: false, token)).ShouldBe("other halted");

        static async Task<object?> RunAsync(DbConnection connection, string text, CancellationToken cancellationToken)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = text;
            return await command.ExecuteScalarAsync(cancellationToken);
        }
    }
}

using System.Data;
using System.Data.Common;
using Npgsql;

namespace Charterhouse.Platform.Persistence;

/// <summary>PostgreSQL: pooled connections; a transaction that lost a race or its connection before the commit runs again.</summary>
internal sealed class PostgreSqlEngine : DatabaseEngine
{
    private const int Attempts = 6;
    private readonly NpgsqlDataSource source;
    private readonly TimeProvider time;

    public PostgreSqlEngine(DatabaseSettings settings, TimeProvider time)
    {
        var text = new NpgsqlConnectionStringBuilder(settings.Location)
        {
            MinPoolSize = settings.LeastPoolSize,
            MaxPoolSize = settings.PoolSize,
            // Every statement of the program is one of a few hundred: preparing those that recur saves the server's planning.
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 5,
            // Pooled connections carry no session state, so the reset on reuse would be a round trip for nothing.
            NoResetOnClose = true,
            ApplicationName = "charterhouse",
        };
        this.time = time;
        Location = $"{text.Host}:{text.Port}/{text.Database}";
        source = NpgsqlDataSource.Create(text);
    }

    public override DatabaseProvider Provider => DatabaseProvider.PostgreSql;

    public override string Location { get; }

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken) => await source.OpenConnectionAsync(cancellationToken);

    protected override async Task<T> TransactAsync<T>(Func<DbConnection, DbTransaction, CancellationToken, Task<T>> work, bool once, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var result = await work(connection, transaction, cancellationToken);
                committing = true;
                // not cancellable: a cancelled commit would leave the caller in doubt
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (Exception problem) when (!once && attempt < Attempts && StorageException.IsTransient(problem) && (!committing || problem is PostgresException))
            {
                // A connection that broke during the commit is not tried again: it may have happened.
                var wait = TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20) << attempt);
                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    protected override ValueTask<DbTransaction> BeginSnapshotAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public override ValueTask DisposeAsync() => source.DisposeAsync();
}

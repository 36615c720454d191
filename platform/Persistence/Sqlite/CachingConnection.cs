using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Charterhouse.Platform.Persistence.Sqlite;

/// <summary>
/// A connection that keeps parsed statements by their text: the same few dozen come again with every message, and parsing one costs more than
/// running it. Used by one caller at a time, like any connection.
/// </summary>
/// <param name="giveBack">Takes a connection that its user disposed and that may be used again; false to close it. Null: always close.</param>
internal sealed class CachingConnection(string connectionString, Func<CachingConnection, bool>? giveBack = null) : SqliteConnection(connectionString)
{
    private const int MaxStatements = 256;
    private readonly Dictionary<string, Stack<SqliteCommand>> idle = new(StringComparer.Ordinal);
    private int count;
    private bool closing;
    private int inUse = 1;

    /// <summary>Taken again after it was given back.</summary>
    public CachingConnection Again()
    {
        Volatile.Write(ref inUse, 1);
        return this;
    }

    /// <summary>Closes it for good.</summary>
    public void End()
    {
        closing = true;
        Dispose();
    }

    protected override DbCommand CreateDbCommand() => new CachingCommand(this);

    internal SqliteCommand Rent(string text)
    {
        if (idle.TryGetValue(text, out var commands) && commands.TryPop(out var known))
        {
            count--;
            return known;
        }
        var command = CreateCommand();
#pragma warning disable CA2100 // the text is the caller's, as it would be without this class
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }

    internal void Return(SqliteCommand command)
    {
        command.Parameters.Clear();
        command.Transaction = null;
        if (State != ConnectionState.Open || count >= MaxStatements)
        {
            command.Dispose();
            return;
        }
        if (!idle.TryGetValue(command.CommandText, out var commands)) idle.Add(command.CommandText, commands = new Stack<SqliteCommand>());
        commands.Push(command);
        count++;
    }

    public override void Close()
    {
        idle.Clear();
        count = 0;
        base.Close(); // disposes of every command that was made here
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !closing && giveBack is not null)
        {
            // a second dispose by the same user must not give it back twice
            if (Interlocked.Exchange(ref inUse, 0) == 0) return;
            if (State == ConnectionState.Open && giveBack(this)) return;
        }
        base.Dispose(disposing);
    }

    /// <summary>A command of whose text the connection may have a parsed one.</summary>
    private sealed class CachingCommand(CachingConnection connection) : DbCommand
    {
        private SqliteCommand? inner;
        private DbTransaction? transaction;
        private int? timeout;

        private SqliteCommand Inner
        {
            get
            {
                inner ??= connection.Rent("");
                return inner;
            }
        }

        [AllowNull]
        public override string CommandText
        {
            get => inner?.CommandText ?? "";
            set
            {
                if (inner is null)
                {
                    inner = connection.Rent(value ?? "");
                    return;
                }
                if (inner.CommandText == value) return;
                var before = inner;
                inner = connection.Rent(value ?? "");
                foreach (SqliteParameter parameter in before.Parameters) inner.Parameters.Add(parameter);
                connection.Return(before);
            }
        }

        public override int CommandTimeout
        {
            get => timeout ?? Inner.CommandTimeout;
            set => timeout = value;
        }

        public override CommandType CommandType
        {
            get => CommandType.Text;
            set
            {
                if (value != CommandType.Text) throw new NotSupportedException("SQLite has only text commands.");
            }
        }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection
        {
            get => connection;
            set
            {
                if (value != connection) throw new NotSupportedException("The command belongs to its connection.");
            }
        }

        protected override DbParameterCollection DbParameterCollection => Inner.Parameters;

        protected override DbTransaction? DbTransaction
        {
            get => transaction;
            set => transaction = value;
        }

        public override void Cancel() => inner?.Cancel();

        public override int ExecuteNonQuery() => Ready().ExecuteNonQuery();

        public override object? ExecuteScalar() => Ready().ExecuteScalar();

        public override void Prepare() => Ready().Prepare();

        protected override DbParameter CreateDbParameter() => new SqliteParameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Ready().ExecuteReader(behavior);

        protected override void Dispose(bool disposing)
        {
            if (disposing && inner is not null)
            {
                connection.Return(inner);
                inner = null;
            }
            base.Dispose(disposing);
        }

        private SqliteCommand Ready()
        {
            var command = Inner;
            command.Transaction = (SqliteTransaction?)transaction;
            command.CommandTimeout = timeout ?? connection.DefaultTimeout;
            return command;
        }
    }
}

using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Messaging;

namespace Charterhouse.Platform.Persistence;

/// <summary>What one write collects beside its rows: the messages to hand to the dispatcher after the commit.</summary>
internal sealed class WriteUnit(DatabaseClock clock, MessageTypes types, string? trace)
{
    public List<OutgoingMessage> Messages { get; } = [];

    /// <summary>What to do in this process once the commit is on the disk.</summary>
    public List<Action> Afterwards { get; } = [];

    /// <summary>See <see cref="ServiceDbContext.OnceAsync{T}"/>.</summary>
    public Dictionary<string, Task> Answers { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset Now => clock.UtcNow;

    /// <summary>The trace that the write belongs to, as it stands in rows; where messages share a write, that of the one at hand.</summary>
    public string? Trace { get; set; } = trace;

    /// <summary>Rows to add that EF does not track: those of <see cref="Messages"/>, and whatever else nobody looks for before the commit.</summary>
    public List<object> Appended { get; private set; } = [];

    /// <summary>Changes of tracked rows have been looked for, and nothing was changed since.</summary>
    public bool Detected { get; set; }

    /// <summary>What was appended since the last call, for whoever saves it now.</summary>
    public IReadOnlyList<object> TakeAppended()
    {
        var taken = Appended;
        Appended = [];
        return taken;
    }

    public object Time(DateTimeOffset value) => clock.Time(value);

    public void Add(string service, string queue, object message, Type type, TimeSpan? delay, string? ownTrace)
    {
        var now = clock.UtcNow;
        var row = new OutboxMessage
        {
            Id = Guid.CreateVersion7(now),
            Service = service,
            Destination = queue,
            MessageType = types.NameOf(type),
            Body = JsonSerializer.Serialize(message, type, CanonicalJson.Options),
            CreatedAt = now,
            NotBefore = delay is { } wait && wait > TimeSpan.Zero ? now + wait : now,
            TraceContext = ownTrace ?? Trace,
        };
        Messages.Add(new OutgoingMessage(row.Id, queue, message, type, row.Body, row.NotBefore == row.CreatedAt ? null : row.NotBefore, row.TraceContext, now));
        Appended.Add(row);
    }
}

/// <summary>A message on its way from a commit to the bus.</summary>
/// <param name="Body">The message as its row has it.</param>
/// <param name="NotBefore">Null for now.</param>
/// <param name="Trace">The trace that it belongs to, or null.</param>
/// <param name="Since">When it was written.</param>
internal sealed record OutgoingMessage(Guid Id, string Queue, object Message, Type Type, string Body, DateTimeOffset? NotBefore, string? Trace, DateTimeOffset Since);

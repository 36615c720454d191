namespace Charterhouse.Platform.Messaging;

/// <summary>What carries the messages of a process. Follows from what is configured; see the profiles in ARCHITECTURE.md.</summary>
public sealed record BusSettings
{
    /// <summary>The broker with user, password and virtual host (<c>amqp://user:password@host:5672/vhost</c>); null for this process's memory.</summary>
    public Uri? RabbitMq { get; private init; }

    /// <summary>Messages stay in this process and end with it.</summary>
    public static BusSettings InMemory { get; } = new();

    /// <summary>The broker without its password, for messages to people; null in memory.</summary>
    public string? Location => RabbitMq is { } uri ? $"{uri.Scheme}://{uri.Host}:{(uri.IsDefaultPort || uri.Port < 0 ? DefaultPort(uri) : uri.Port)}{uri.AbsolutePath}" : null;

    /// <summary>A RabbitMQ broker.</summary>
    /// <exception cref="FormatException">Not an absolute <c>amqp(s)://</c> URL.</exception>
    public static BusSettings ForRabbitMq(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" or "rabbitmq" or "rabbitmqs"
            ? new BusSettings { RabbitMq = uri }
            : throw new FormatException("not an amqp:// or amqps:// URL");

    /// <summary>
    /// Where a queue's messages are sent. On RabbitMQ to the exchange of the same name: a sender that named the queue would declare it,
    /// with other arguments than the receiver (406).
    /// </summary>
    public Uri AddressOf(string queue) => new((RabbitMq is null ? "queue:" : "exchange:") + queue);

    private static int DefaultPort(Uri uri) => uri.Scheme.EndsWith('s') ? 5671 : 5672;
}

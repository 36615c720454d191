using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace Charterhouse.Platform.Messaging;

/// <summary>The broker cannot be worked with. The message is a sentence for a person, without a full stop.</summary>
public sealed class BrokerException(string message, string remedy, Exception? inner) : Exception(message, inner)
{
    /// <summary>What the person can do.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>The typed form of the client's error, or null when it is none.</summary>
    internal static BrokerException? From(Exception problem, BusSettings bus)
    {
        const string look = "Look at RABBITMQ_URL, and whether the broker runs.";
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case BrokerException known:
                    return known;
                case AuthenticationFailureException:
                    return new BrokerException($"the broker at {bus.Location} refuses the user or the password", look, problem);
                case OperationInterruptedException { ShutdownReason: { } reason }:
                    return new BrokerException($"the broker at {bus.Location} refuses: {reason.ReplyText}", look, problem);
                case SocketException or BrokerUnreachableException { InnerException: null }:
                    return new BrokerException($"the broker at {bus.Location} cannot be reached: {cause.Message}", look, problem);
            }
        }
        return problem is BrokerUnreachableException or AlreadyClosedException ? new BrokerException($"the broker at {bus.Location} cannot be reached: {problem.Message}", look, problem) : null;
    }
}

using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Charterhouse.Platform.Messaging;

/// <summary>A queue of the product as the broker has it.</summary>
/// <param name="Missing">It is not there: its service has never run.</param>
/// <param name="Problem">Why it cannot be used as it is, or null.</param>
public sealed record QueueState(string Name, bool Missing, uint Messages, uint Consumers, string? Problem);

/// <summary>What a look at a broker finds. Nothing is created, no message is touched.</summary>
/// <param name="Server">Product and version.</param>
public sealed record BrokerExamination(string Server, IReadOnlyList<QueueState> Queues)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The queues that services listen to.</summary>
    public static IReadOnlyList<string> Expected { get; } =
    [
        Contracts.Steps.Queues.Runs, Contracts.Steps.Queues.StepSignals, Contracts.Steps.Queues.RepoSyncEvents,
        StepKinds.QueueOf(Services.Orchestrator), StepKinds.QueueOf(Services.RepoSync), StepKinds.QueueOf(Services.Agents),
    ];

    /// <summary>Looks at the broker of the distributed profile.</summary>
    /// <exception cref="BrokerException">It cannot be reached, or refuses the user.</exception>
    public static async Task<BrokerExamination> OfAsync(BusSettings settings, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = settings.RabbitMq ?? throw new ArgumentException("messages stay in the process", nameof(settings)),
            ClientProvidedName = "charter doctor",
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = Patience,
            ContinuationTimeout = Patience,
        };
        try
        {
            await using var connection = await factory.CreateConnectionAsync(cancellationToken);
            var queues = new List<QueueState>();
            foreach (var name in Expected) queues.Add(await LookAsync(connection, name, Arguments(), cancellationToken));
            queues.Add(await LookAsync(connection, EndpointRegistry.DeadLetters, new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = EndpointRegistry.DeadLetterLimit }, cancellationToken));
            return new BrokerExamination($"{Text(connection, "product")} {Text(connection, "version")}", queues);
        }
        catch (Exception problem) when (BrokerException.From(problem, settings) is not null)
        {
            throw BrokerException.From(problem, settings)!;
        }
        catch (Exception problem) when (problem is RabbitMQClientException or IOException or TimeoutException)
        {
            throw new BrokerException($"the broker at {settings.Location} cannot be worked with: {problem.Message}", "Look at RABBITMQ_URL, and whether the broker runs.", problem);
        }
    }

    private static Dictionary<string, object?> Arguments()
    {
        var arguments = EndpointRegistry.Arguments.ToDictionary(pair => pair.Key, pair => (object?)pair.Value, StringComparer.Ordinal);
        arguments["x-queue-type"] = "quorum";
        arguments["x-dead-letter-exchange"] = EndpointRegistry.DeadLetters;
        return arguments;
    }

    // Each look has a channel of its own: the broker closes the channel of whatever it refuses.
    private static async Task<QueueState> LookAsync(IConnection connection, string name, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        uint messages, consumers;
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var found = await channel.QueueDeclarePassiveAsync(name, cancellationToken);
            (messages, consumers) = (found.MessageCount, found.ConsumerCount);
        }
        catch (OperationInterruptedException problem)
        {
            var missing = problem.ShutdownReason?.ReplyCode == Constants.NotFound;
            return new QueueState(name, missing, 0, 0, missing ? null : Reason(problem));
        }
        try
        {
            // Declaring what is there changes nothing: the broker compares the arguments and the user's right to configure it.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
            return new QueueState(name, Missing: false, messages, consumers, null);
        }
        catch (OperationInterruptedException problem)
        {
            return new QueueState(name, Missing: false, messages, consumers, Reason(problem));
        }
    }

    private static string Reason(Exception problem) => problem is OperationInterruptedException { ShutdownReason: { } shutdown } ? shutdown.ReplyText : problem.Message;

    private static string Text(IConnection connection, string name) =>
        connection.ServerProperties?.TryGetValue(name, out var value) == true ? value is byte[] bytes ? System.Text.Encoding.UTF8.GetString(bytes) : value?.ToString() ?? "" : "";
}

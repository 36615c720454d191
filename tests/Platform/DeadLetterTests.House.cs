using System.Text;
using System.Text.Json;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Charterhouse.Platform.Tests;

/// <content>The broker as the tests use it.</content>
public sealed partial class DeadLetterTests
{
    /// <summary>A virtual host of the broker, seen as its owner sees it.</summary>
    private sealed class House(TestDatabase database, BusSettings bus, RabbitMqServer server) : IDisposable
    {
        public static async Task<House> StartAsync()
        {
            var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql, Token);
            return new House(database, await database.BusAsync(Token), await RabbitMqServer.SharedAsync(Token));
        }

        public Task<PlatformHost> HostAsync(Action<IReceiveEndpointConfigurator> configure) =>
            PlatformHost.StartAsync(database, module => module.Endpoints = endpoints => endpoints.Receive(Queue, 8, configure), Token);

        /// <summary>A host without queues.</summary>
        public Task<PlatformHost> SenderAsync() => PlatformHost.StartAsync(database, configure: null, Token);

        /// <summary>The ids that they are sent under.</summary>
        public async Task<List<Guid>> SendAsync(PlatformHost host, int count, string mark)
        {
            var endpoint = await ((IBus)host.Services.GetService(typeof(IBus))!).GetSendEndpoint(bus.AddressOf(Queue));
            var ids = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToList();
            await Task.WhenAll(ids.Select(id => endpoint.Send(new MarkAdded(Guid.NewGuid(), mark), context => context.MessageId = id, Token)));
            return ids;
        }

        public static byte[] Envelope(Guid id, string mark) => Encoding.UTF8.GetBytes($$"""
            {"messageId":"{{id}}","messageType":["urn:message:Charterhouse.Platform.Tests:MarkAdded"],"message":{"tallyId":"{{Guid.NewGuid()}}","mark":"{{mark}}"} }
            """);

        public async Task PublishAsync(byte[] body, string? contentType, string queue = Queue)
        {
            await using var connection = await ConnectAsync();
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Token);
            await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { ContentType = contentType, Persistent = true }, body, Token);
        }

        /// <summary>Takes the oldest message and dies; false when it is another one.</summary>
        public async Task<bool> TakeAndDieAsync(Guid id)
        {
            await using var connection = await ConnectAsync();
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
            await channel.BasicQosAsync(0, 1, global: false, Token);
            var taken = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, delivery) =>
            {
                taken.TrySetResult(Encoding.UTF8.GetString(delivery.Body.Span));
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, Token);
            var body = await taken.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
            return body.Contains(id.ToString(), StringComparison.Ordinal);
        }

        /// <summary>To wait for: it may be of a moment ago.</summary>
        public async Task<int> CountAsync(string queue = EndpointRegistry.DeadLetters)
        {
            await using var connection = await ConnectAsync();
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
            return (int)await channel.MessageCountAsync(queue, Token);
        }

        public async Task DeleteAsync(string queue)
        {
            await using var connection = await ConnectAsync();
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
            await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: Token);
        }

        public async Task<List<DeadLetter>> ListAsync()
        {
            await using var reader = await DeadLetterQueue.OpenAsync(bus, TimeProvider.System, Token);
            var letters = new List<DeadLetter>();
            await foreach (var held in reader.ReadAsync(Token)) letters.Add(held.Letter);
            return letters;
        }

        /// <summary>What became of each; null is well.</summary>
        public async Task<List<string?>> RequeueAsync(int most = int.MaxValue)
        {
            await using var reader = await DeadLetterQueue.OpenAsync(bus, TimeProvider.System, Token);
            var problems = new List<string?>();
            await foreach (var held in reader.ReadAsync(Token))
            {
                problems.Add(await reader.RequeueAsync(held, Token));
                if (problems.Count == most) break;
            }
            return problems;
        }

        /// <summary>Neither MassTransit's <c>_error</c> nor its <c>_skipped</c>.</summary>
        public async Task ShouldHaveNoOtherQueuesAsync()
        {
            using var client = server.Management();
            var queues = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(new Uri($"/api/queues{bus.RabbitMq!.AbsolutePath}", UriKind.Relative), Token));
            queues.EnumerateArray().Select(queue => queue.GetProperty("name").GetString()).Where(name => !name!.Contains("_bus_", StringComparison.Ordinal)).ShouldBe([EndpointRegistry.DeadLetters, Queue], ignoreOrder: true);
        }

        public void Dispose() => database.Dispose();

        private Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = bus.RabbitMq!, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Token);
    }
}

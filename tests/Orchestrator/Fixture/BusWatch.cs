using System.Collections.Concurrent;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Triggers;
using MassTransit;

namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>A message that got lost between the bus and its consumer, as with a process that dies there.</summary>
internal sealed class MessageLostException(string message) : Exception(message);

/// <summary>Sees every message at its consumer: counts, remembers what failed, and loses what a test says.</summary>
internal sealed class BusWatch : IConsumeObserver, IConsumer<RunEnded>, IConsumer<TriggerDisposed>, IConsumer<CheckCommand>
{
    private readonly ConcurrentDictionary<Type, int> toLose = new();
    private readonly ConcurrentQueue<(Type Type, Exception? Problem)> consumed = new();
    private readonly ConcurrentQueue<RunEnded> ended = new();
    private readonly ConcurrentQueue<TriggerDisposed> disposed = new();
    private readonly ConcurrentQueue<CheckCommand> questions = new();

    /// <summary>What was thrown by consumers, losses apart.</summary>
    public IReadOnlyList<Exception> Faults => [.. consumed.Where(entry => entry.Problem is not null and not MessageLostException).Select(entry => entry.Problem!)];

    public IReadOnlyList<RunEnded> Ended => [.. ended];

    /// <summary>What became of events, as Ingest is told.</summary>
    public IReadOnlyList<TriggerDisposed> Disposed => [.. disposed];

    /// <summary>What RepoSync is asked about commands.</summary>
    public IReadOnlyList<CheckCommand> Questions => [.. questions];

    public int CountOf<T>() => consumed.Count(entry => entry.Type == typeof(T) && entry.Problem is null);

    public int LostOf<T>() => consumed.Count(entry => entry.Type == typeof(T) && entry.Problem is MessageLostException);

    /// <summary>The next messages of this type never arrive.</summary>
    public void Lose<T>(int count = 1) => toLose[typeof(T)] = count;

    public Task Consume(ConsumeContext<RunEnded> context)
    {
        ended.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<TriggerDisposed> context)
    {
        disposed.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<CheckCommand> context)
    {
        questions.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public Task PreConsume<T>(ConsumeContext<T> context) where T : class
    {
        while (toLose.TryGetValue(typeof(T), out var left) && left > 0)
        {
            if (!toLose.TryUpdate(typeof(T), left - 1, left)) continue;
            var lost = new MessageLostException($"a {typeof(T).Name} is lost");
            consumed.Enqueue((typeof(T), lost));
            throw lost;
        }
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context) where T : class
    {
        consumed.Enqueue((typeof(T), null));
        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception) where T : class
    {
        if (exception is not MessageLostException) consumed.Enqueue((typeof(T), exception));
        return Task.CompletedTask;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>Counts the statements that EF sends for each consumed message. One at a time in a process; made before the host, because EF looks only now and then whether anybody listens.</summary>
internal sealed class StatementCount : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly ActivityListener activities;
    private readonly IDisposable listeners;
    private readonly ConcurrentBag<IDisposable> subscriptions = [];
    private readonly ConcurrentQueue<(string Message, ActivitySpanId Id, string Sql)> statements = new();

    public StatementCount()
    {
        activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(activities);
        listeners = DiagnosticListener.AllListeners.Subscribe(this);
    }

    /// <summary>Forgets what was before.</summary>
    public void Clear() => statements.Clear();

    /// <summary>Per message type: for each message consumed, how many statements of this sort it took.</summary>
    public IReadOnlyDictionary<string, List<int>> PerMessage(Func<string, bool> counts) => statements.GroupBy(entry => entry.Id)
        .Select(group => (group.First().Message, Count: group.Count(entry => counts(entry.Sql))))
        .GroupBy(entry => entry.Message, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Select(entry => entry.Count).Order().ToList(), StringComparer.Ordinal);

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory) subscriptions.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is not CommandExecutedEventData executed) return;
        var activity = Activity.Current;
        while (activity is not null && activity.GetTagItem("messaging.masstransit.message_types") is null) activity = activity.Parent;
        if (activity is null) return;
        var types = (string)activity.GetTagItem("messaging.masstransit.message_types")!;
        statements.Enqueue((types[(types.LastIndexOf(':') + 1)..], activity.SpanId, executed.Command.CommandText));
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    public void Dispose()
    {
        listeners.Dispose();
        foreach (var subscription in subscriptions) subscription.Dispose();
        activities.Dispose();
    }

    private const string DbLoggerCategory = "Microsoft.EntityFrameworkCore";
}

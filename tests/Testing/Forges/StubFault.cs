using System.Text.Json.Nodes;

namespace Charterhouse.Testing.Forges;

/// <summary>How a stub forge misbehaves at a request.</summary>
public sealed class StubFault
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<StubCall, bool> matches = _ => false;
    private int left;
    private bool holds;

    private StubFault() { }

    internal StubAnswer? Instead { get; private init; }
    internal bool CutsBefore { get; private init; }
    internal bool CutsAfter { get; private init; }
    internal IReadOnlyDictionary<string, string> Headers { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Ends when a request is being held.</summary>
    public Task Reached => reached.Task;

    /// <summary>Answers a status and does nothing.</summary>
    public static StubFault Answer(int status, string message = "", params (string Name, string Value)[] headers) => new()
    {
        Instead = new StubAnswer(status, new JsonObject { ["message"] = message }),
        Headers = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase),
    };

    /// <summary>Answers as it should, with other headers.</summary>
    public static StubFault With(params (string Name, string Value)[] headers) => new() { Headers = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase) };

    /// <summary>Drops the connection before anything has happened.</summary>
    public static StubFault CutBefore() => new() { CutsBefore = true };

    /// <summary>Does what was asked for, then drops the connection without an answer.</summary>
    public static StubFault CutAfter() => new() { CutsAfter = true };

    /// <summary>Waits before it does anything, until it is released.</summary>
    public static StubFault Slow() => new() { holds = true };

    /// <summary>Lets what is held go on.</summary>
    public void Release() => released.TrySetResult();

    internal StubFault Prepare(Func<StubCall, bool> when, int times)
    {
        (matches, left) = (when, times);
        return this;
    }

    internal bool Takes(StubCall call)
    {
        if (left == 0 || !matches(call)) return false;
        left--;
        return true;
    }

    internal async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (!holds) return;
        reached.TrySetResult();
        await released.Task.WaitAsync(cancellationToken);
    }
}

using System.Diagnostics;

namespace Charterhouse.Testing;

/// <summary>Waits for what becomes true in its own time: looks again and again until a deadline, never sleeps for a fixed time.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns once <paramref name="condition"/> holds.</summary>
    /// <exception cref="TimeoutException">It did not hold before the deadline; the message says what was waited for.</exception>
    public static async Task Holds(string what, Func<Task<bool>> condition, TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > (deadline ?? DefaultDeadline)) throw new TimeoutException($"not within {deadline ?? DefaultDeadline}: {what}");
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <inheritdoc cref="Holds(string, Func{Task{bool}}, TimeSpan?, CancellationToken)"/>
    public static Task Holds(string what, Func<bool> condition, TimeSpan? deadline = null, CancellationToken cancellationToken = default) =>
        Holds(what, () => Task.FromResult(condition()), deadline, cancellationToken);

    /// <summary>Returns the first value that is not null.</summary>
    public static async Task<T> Gets<T>(string what, Func<Task<T?>> look, TimeSpan? deadline = null, CancellationToken cancellationToken = default) where T : class
    {
        T? found = null;
        await Holds(what, async () => (found = await look()) is not null, deadline, cancellationToken);
        return found!;
    }
}

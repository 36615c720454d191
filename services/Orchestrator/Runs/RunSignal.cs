namespace Charterhouse.Orchestrator.Runs;

/// <summary>
/// Wakes those in this process who wait for something new of a run. A hint and no more: what another process writes wakes nobody here, so
/// every waiter also looks from time to time.
/// </summary>
internal sealed class RunSignal
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Watch>> watches = new(StringComparer.Ordinal);

    /// <summary>Watches a run; take it before looking, so that nothing falls in between.</summary>
    /// <param name="endOnly">Only the run's end wakes.</param>
    public Watch Begin(string runId, bool endOnly)
    {
        var watch = new Watch(this, runId, endOnly);
        lock (gate)
        {
            if (!watches.TryGetValue(runId, out var list)) watches[runId] = list = [];
            list.Add(watch);
        }
        return watch;
    }

    /// <summary>Something new of a run has been committed.</summary>
    public void Tell(string runId, bool ended)
    {
        lock (gate)
        {
            if (!watches.TryGetValue(runId, out var list)) return;
            foreach (var watch in list) watch.Wake(ended);
        }
    }

    private void End(Watch watch, string runId)
    {
        lock (gate)
        {
            if (watches.TryGetValue(runId, out var list) && list.Remove(watch) && list.Count == 0) watches.Remove(runId);
        }
    }

    /// <summary>One waiter.</summary>
    internal sealed class Watch(RunSignal signal, string runId, bool endOnly) : IDisposable
    {
        private TaskCompletionSource woken = New();

        /// <summary>Until something new was told since the last wait, or this time has passed.</summary>
        public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
        {
            // no exception for a time that is up: most waits end so while a step takes its time
            await Volatile.Read(ref woken).Task.WaitAsync(longest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
            // made anew before the next look: what is told from now on is either seen by it or wakes the wait after it
            if (Volatile.Read(ref woken).Task.IsCompleted) Volatile.Write(ref woken, New());
        }

        /// <summary>Called under the gate.</summary>
        internal void Wake(bool ended)
        {
            if (ended || !endOnly) Volatile.Read(ref woken).TrySetResult();
        }

        /// <inheritdoc/>
        public void Dispose() => signal.End(this, runId);

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

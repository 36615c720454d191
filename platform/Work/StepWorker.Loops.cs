using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Telemetry;

namespace Charterhouse.Platform.Work;

/// <content>What goes on beside the messages: claiming what waits, renewing what runs.</content>
internal sealed partial class StepWorker<TContext>
{
    private async Task ClaimLoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (pending || await database.ReadAsync(store.AnyClaimableAsync, cancellationToken)) await ClaimAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                LogRoundFailed(log, problem, Service);
            }
            await WaitAsync(cancellationToken);
        }
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        var places = 0;
        while (await slots.WaitAsync(0, CancellationToken.None)) places++;
        if (places == 0) return; // whoever ends wakes this loop
        List<ClaimedStep> claimed = [];
        try
        {
            pending = false; // before looking: a step stored meanwhile sets it again
            claimed = await database.WriteAsync(async (db, token) =>
            {
                var all = await store.ClaimAsync(db, places, token);
                foreach (var lost in all.Where(step => step.LostClaims >= options.MaxClaims))
                {
                    var reply = StepExecution.WorkerLost(lost.Command, lost.LostClaims);
                    await store.FinishAsync(db, lost.Key, lost.Claim, "failed", StoredReply.Of(reply), token);
                    db.Send(Queues.Runs, reply);
                }
                return all;
            }, cancellationToken);
            // one that was given back after an earlier loss counts once more: the row does not tell
            var vanished = claimed.Count(step => step.LostClaims > 0);
            if (vanished > 0) Metrics.LeasesLost.Add(vanished, Metrics.Label("service", Service), Metrics.Label("reason", "vanished"));
            if (claimed.Count == places) pending = true; // there may be more
        }
        catch
        {
            pending = true;
            throw;
        }
        finally
        {
            var begun = 0;
            foreach (var step in claimed.Where(step => step.LostClaims < options.MaxClaims))
            {
                var next = new RunningStep(step.Command, step.Trace) { Claim = step.Claim };
                if (running.TryAdd(next.Key, next)) Begin(next);
                else _ = BeginAfterAsync(next);
                begun++;
            }
            if (places > begun) slots.Release(places - begun);
        }
        if (claimed.Count > 0 && claimed.TrueForAll(step => step.LostClaims >= options.MaxClaims)) Wake();
    }

    /// <summary>A step whose earlier claim this very process lost: that execution ends first, so that no two of one attempt run side by side.</summary>
    private async Task BeginAfterAsync(RunningStep next)
    {
        while (!running.TryAdd(next.Key, next))
        {
            if (!running.TryGetValue(next.Key, out var earlier)) continue;
            // What is only being stored, by a message that came twice, goes by itself.
            if (earlier.RenewedAt is not null) earlier.Stop(StopReason.Lost);
            await earlier.Gone;
        }
        Begin(next);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Tick, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // time to look again, or to stop
        }
    }

    private async Task TickLoopAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await TickAsync(cancellationToken);
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    LogRoundFailed(log, problem, Service);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // stopping; what runs is drained or released by StopAsync
        }
    }

    /// <summary>Stops what was cancelled elsewhere, renews, tells the Orchestrator what is taking its time, and shows progress: one write, and none when there is nothing.</summary>
    private async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = database.Clock.UtcNow;
        var due = running.Values.Where(step => step.RenewedAt is { } at && now - at >= options.Renew).ToList();
        var progress = running.Values.Where(step => step.RenewedAt is not null)
            .Select(step => (Step: step, Text: step.TakeProgress())).Where(entry => entry.Text is not null).ToList();
        var overdue = await database.ReadAsync(async (db, token) =>
        {
            // A cancel may have reached another replica: the row tells this one, well before the claim is due for renewal.
            if (!running.IsEmpty)
            {
                foreach (var key in await store.StoppingAsync(db, token))
                    if (running.TryGetValue(key, out var step)) step.Stop(StopReason.Cancelled);
            }
            return await store.AcceptOverdueAsync(db, mark: false, token);
        }, cancellationToken);
        if (due.Count == 0 && progress.Count == 0 && overdue.Count == 0) return;

        var lost = await database.WriteAsync(async (db, token) =>
        {
            var gone = new List<RunningStep>();
            foreach (var step in due)
            {
                if (await store.RenewAsync(db, step.Key, step.Claim, token))
                    db.Send(Queues.StepSignals, new StepAccepted(step.Command.RunId, step.Key.TaskId, step.Key.Attempt));
                else
                    gone.Add(step);
            }
            foreach (var accepted in await store.AcceptOverdueAsync(db, mark: true, token)) db.Send(Queues.StepSignals, accepted);
            foreach (var (step, text) in progress) await StepStore.ProgressAsync(db, step.Key, step.Claim, text!, token);
            return gone;
        }, cancellationToken);

        foreach (var step in due.Except(lost)) step.RenewedAt = now;
        foreach (var step in lost.Where(step => running.ContainsKey(step.Key)))
        {
            LogClaimLost(log, new RunId(step.Command.RunId), step.Key.TaskId, step.Key.Attempt);
            Metrics.LeasesLost.Add(1, Metrics.Label("service", Service), Metrics.Label("reason", "late"));
            step.Stop(StopReason.Lost);
        }
    }
}

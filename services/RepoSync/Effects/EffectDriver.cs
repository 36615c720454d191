using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Forges;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.RepoSync.Effects;

/// <summary>Does what no step waits for: effects that somebody released, and webhooks until they are taken.</summary>
internal sealed partial class EffectDriver(Database<RepoSyncDbContext> database, EffectLedger ledger, EffectCalls calls, IEnumerable<EffectKind> kinds, ForgeDirectory forges, RepoSyncOptions options, DatabaseSettings settings, TimeProvider time, ILogger<EffectDriver> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromHours(1);
    private DateTimeOffset forgetAt;
    private const int Batch = 20;
    private const int AtATime = 4;

    /// <summary>How long is waited before each further attempt; after the last one it failed. A day in all.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(6), TimeSpan.FromHours(10),
    ];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A host that has the database for itself need not wait: whoever was at work is gone.
        if (settings.Exclusive)
        {
            var now = time.GetUtcNow();
            await database.WriteAsync((db, token) => db.Effects.Where(row => row.LeaseUntil != null && row.UpdatedAt < now).ExecuteUpdateAsync(row => row.SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null), token), stoppingToken);
            await database.WriteAsync((db, token) => db.Effects.Where(row => row.DriveAt > now && row.State == Contracts.Steps.EffectStates.Released).ExecuteUpdateAsync(row => row.SetProperty(x => x.DriveAt, now), token), stoppingToken);
        }
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await DriveAsync(stoppingToken);
                if (options.RetentionDays == 0 || time.GetUtcNow() < forgetAt) continue;
                var forgotten = await ledger.ForgetAsync(time.GetUtcNow() - TimeSpan.FromDays(options.RetentionDays), stoppingToken);
                if (forgotten > 0) Forgotten(logger, forgotten, options.RetentionDays);
                forgetAt = time.GetUtcNow() + ForgetEvery;
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                DriveFailed(logger, problem);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One round.</summary>
    internal async Task DriveAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await database.ReadAsync((db, token) => db.Effects.Where(row => row.DriveAt != null && row.DriveAt <= now).OrderBy(row => row.DriveAt).Take(Batch).Select(row => row.EffectId).ToListAsync(token), cancellationToken);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken }, async (id, token) => await DoAsync(id, token));
    }

    private async Task DoAsync(string effectId, CancellationToken cancellationToken)
    {
        if (await ledger.TakeAsync(effectId, cancellationToken) is not { Row: { } row } reservation) return;
        var kind = kinds.First(one => one.Name == row.Kind);
        var found = kind.NeedsForge ? forges.Find(row.Repository) : null;
        if (kind.NeedsForge && found is null)
        {
            await ledger.FailAsync(effectId, "there are no credentials for the forge any more", again: null, isFinal: true, cancellationToken);
            return;
        }
        try
        {
            await calls.MakeAsync(kind, reservation, found?.Forge, found?.Path ?? "", ForgePriority.Interactive, cancellationToken);
        }
        catch (StepFailedException problem) when (problem.Failure.Retryable)
        {
            var failure = problem.Failure;
            var pause = row.Attempts <= Pauses.Length ? Pauses[row.Attempts - 1] : (TimeSpan?)null;
            if (pause is not null && failure.RetryAfterMs is { } ms && TimeSpan.FromMilliseconds(ms) is var wish && wish > pause && wish < Pauses[^1]) pause = wish;
            await ledger.FailAsync(effectId, failure.Message, pause, isFinal: pause is null, cancellationToken);
            Again(logger, effectId, failure.Message);
        }
        catch (StepFailedException problem)
        {
            GivenUp(logger, effectId, problem.Failure.Message);
        }
    }

    [LoggerMessage(3101, LogLevel.Warning, "effect {EffectId} did not succeed and is tried again: {Problem}")]
    private static partial void Again(ILogger logger, string effectId, string problem);

    [LoggerMessage(3102, LogLevel.Error, "effect {EffectId} failed: {Problem}")]
    private static partial void GivenUp(ILogger logger, string effectId, string problem);

    [LoggerMessage(3104, LogLevel.Information, "{Count} effects older than {Days} days were removed")]
    private static partial void Forgotten(ILogger logger, int count, int days);

    [LoggerMessage(3103, LogLevel.Error, "A round over the effects failed; the next one tries again")]
    private static partial void DriveFailed(ILogger logger, Exception problem);
}

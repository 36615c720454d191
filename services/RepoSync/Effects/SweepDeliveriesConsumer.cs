using Charterhouse.Contracts.Triggers;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Effects.Kinds;
using Charterhouse.RepoSync.Forges;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Charterhouse.RepoSync.Effects;

/// <summary>
/// Looks through the deliveries of the GitHub App's webhook and has those sent again that never arrived. GitHub itself never does. Each failed attempt is made good once, so a repeated
/// message changes nothing; what arrives twice is one event, by its delivery id.
/// </summary>
internal sealed partial class SweepDeliveriesConsumer(ForgeDirectory forges, EffectLedger ledger, EffectCalls calls, RedeliveryEffect kind, RepoSyncOptions options, TimeProvider time, ILogger<SweepDeliveriesConsumer> logger) : IConsumer<SweepDeliveries>
{
    private static readonly TimeSpan Back = TimeSpan.FromHours(24);
    /// <summary>A younger attempt may still be under way.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(2);
    private const int MostAttempts = 5;
    /// <summary>Of one sweep; the next one has the others.</summary>
    private const int Most = 50;

    public async Task Consume(ConsumeContext<SweepDeliveries> context)
    {
        if (forges.GitHub is not { HasChecks: true } github) return; // only an App has a list of deliveries
        try
        {
            await SweepAsync(github, context.CancellationToken);
        }
        catch (StepFailedException problem)
        {
            NotSwept(logger, problem.Failure.Message);
        }
    }

    private async Task SweepAsync(GitHubForge github, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var all = await github.ListDeliveriesAsync(now - Back, ForgePriority.Background, cancellationToken);
        foreach (var failed in Failed(all, now).Take(Most))
        {
            var wish = new EffectWish(RedeliveryEffect.PlanOf(failed), null, "deliveries", "deliveries", kind.Name, github.Kind, github.Web.AbsoluteUri.TrimEnd('/'), options.DryRun);
            if (await ledger.ReserveAsync(wish, cancellationToken) is { IsMine: true } reservation)
                await calls.MakeAsync(kind, reservation, github, "", ForgePriority.Background, cancellationToken);
        }
    }

    /// <summary>The last attempts at what has never arrived, the oldest first.</summary>
    internal static IEnumerable<GitHubDelivery> Failed(IReadOnlyList<GitHubDelivery> all, DateTimeOffset now) =>
        all.GroupBy(delivery => delivery.Guid, StringComparer.Ordinal)
            .Where(attempts => attempts.Count() < MostAttempts && !attempts.Any(attempt => attempt.StatusCode is >= 200 and < 300))
            .Select(attempts => attempts.MaxBy(attempt => attempt.DeliveredAt)!)
            .Where(last => last.DeliveredAt <= now - Young)
            .OrderBy(last => last.DeliveredAt);

    [LoggerMessage(3111, LogLevel.Warning, "The deliveries of GitHub's webhook could not be looked through: {Problem}")]
    private static partial void NotSwept(ILogger logger, string problem);
}

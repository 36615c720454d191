using System.Globalization;
using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Effects.Text;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Effects;

/// <summary>A step that writes outside of the house: what its run found becomes a plan, the ledger says whether it may happen, and then it does.</summary>
internal sealed class EffectHandler<TKind>(TKind kind, ForgeDirectory forges, EffectLedger ledger, EffectCalls calls, RepoSyncOptions options, TimeProvider time) : IStepHandler where TKind : EffectKind
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public string Kind => kind.Name;

    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var trigger = await context.ReadAsync<RunTrigger>(Channels.Trigger, cancellationToken);
        var place = forges.Find(trigger.Target);
        if (place is null && kind.NeedsForge)
        {
            throw StepFailedException.Permanent("forge_not_configured", "nothing can be written about this repository: its host is no forge that RepoSync has credentials for",
                "Set github.url and GITHUB_TOKEN (or the App's GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY), or gitlab.url and GITLAB_TOKEN, for RepoSync; or leave the step out.");
        }
        var decision = kind.Plan(await SubjectAsync(context, trigger, place, cancellationToken));
        var result = decision switch
        {
            EffectPlan plan => await ApplyAsync(context, trigger, place, plan, cancellationToken),
            EffectNothing nothing => new EffectResult(EffectStates.Skipped, nothing.Why, null, null),
            _ => throw new InvalidOperationException($"{decision.GetType().Name} is no decision"),
        };
        var all = new Dictionary<string, EffectResult>(StringComparer.Ordinal) { [context.Step] = result };
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Effects] = CanonicalJson.ToElement(all) };
    }

    private async Task<EffectSubject> SubjectAsync(StepContext context, RunTrigger trigger, ForgePlace? place, CancellationToken cancellationToken)
    {
        var published = await context.ReadAsync<PublishedCharter>(Channels.Charter, cancellationToken);
        var repository = await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken);
        var charter = await context.Blobs.GetJsonAsync<JsonElement>(published.Document, cancellationToken);
        var run = context.RunId.ToString();
        var url = options.PublicUrl is { } house ? new Uri($"{house.AbsoluteUri.TrimEnd('/')}/api/v1/runs/{run}") : null;
        // what goes elsewhere than to a forge links to nothing
        var links = place is null ? null : new ForgeLinks(place.Forge.Kind, place.Forge.Web, place.Path);
        var report = EffectReport.Read(charter, trigger, run, url, links) with { Changes = published.Changes ?? [] };
        return new EffectSubject(place?.Forge, place?.Path ?? trigger.Target, report, Parameter(context, StepKinds.FailOn), published.Sarif,
            trigger.Ref ?? (repository.HeadBranch is { } branch ? "refs/heads/" + branch : null));
    }

    private async Task<EffectResult> ApplyAsync(StepContext context, RunTrigger trigger, ForgePlace? place, EffectPlan plan, CancellationToken cancellationToken)
    {
        var run = context.RunId.ToString();
        var wish = new EffectWish(plan, run, trigger.Lineage ?? run, context.Step, kind.Name, place?.Forge.Kind ?? "", place is null ? trigger.Target : $"{place.Forge.Web.AbsoluteUri.TrimEnd('/')}/{place.Path}",
            options.DryRun || Parameter(context, StepKinds.DryRun) == "true");
        var patience = time.GetTimestamp();
        Reservation reservation;
        while ((reservation = await ledger.ReserveAsync(wish, cancellationToken)).Row is null)
        {
            if (time.GetElapsedTime(patience) > EffectLedger.Lease)
                throw StepFailedException.Transient("effect_busy", $"another run has been at work on the same for {EffectLedger.Lease.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s: {plan.Would}", null);
            context.Progress($"waits for another run to {plan.Would}");
            await Task.Delay(Look, time, cancellationToken);
        }
        if (!reservation.IsMine) return reservation.Row!.Result;
        context.Progress(plan.Would);
        // whoever only looks in from time to time waits for nobody
        var priority = trigger.Source == "schedule" ? ForgePriority.Background : ForgePriority.Interactive;
        return (await calls.MakeAsync(kind, reservation, place?.Forge, place?.Path ?? "", priority, cancellationToken)).Result;
    }

    private static string? Parameter(StepContext context, string name) =>
        context.Parameters.ValueKind == JsonValueKind.Object && context.Parameters.TryGetProperty(name, out var value) ? value.GetString() : null;
}

using System.Globalization;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Forges;

/// <summary><c>forge/repositories</c>: the repositories of what the run's target names.</summary>
internal sealed class RepositoriesHandler(ForgeDirectory forges) : IStepHandler
{
    private const int Most = 10_000;

    public string Kind => StepKinds.ForgeRepositories;

    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var trigger = await context.ReadAsync<RunTrigger>(Channels.Trigger, cancellationToken);
        if (forges.Find(trigger.Target) is not { } place)
            throw StepFailedException.Permanent(ForgeProblems.Unauthorized, $"{RepositoryTarget.Shown(trigger.Target)} is at no forge that there are credentials for", "Set GITHUB_TOKEN, GITHUB_APP_ID with its key, or GITLAB_TOKEN for RepoSync; and give https://HOST/ORGANISATION.");
        var priority = trigger.Source == "schedule" ? ForgePriority.Background : ForgePriority.Interactive;
        var found = new List<TriggerRepository>();
        await foreach (var one in place.Forge.ListRepositoriesAsync(place.Path.Length == 0 ? null : place.Path, priority, cancellationToken))
        {
            if (found.Count == Most) throw StepFailedException.Permanent(ForgeProblems.Refused, string.Create(CultureInfo.InvariantCulture, $"{place.Forge.Name} lists more than {Most} repositories"), "Name an organisation or a group that has fewer.");
            found.Add(new TriggerRepository(one.Url, one.Path, one.ForgeId, one.DefaultBranch));
        }
        context.Progress(string.Create(CultureInfo.InvariantCulture, $"{place.Forge.Name} lists {found.Count} repositories"));
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Repositories] = CanonicalJson.ToElement(found) };
    }
}

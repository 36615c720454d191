using Charterhouse.Contracts.Triggers;

namespace Charterhouse.Orchestrator.Tests.Triggers;

/// <summary>What Ingest makes of a forge's events.</summary>
internal static class Forge
{
    public const string Shop = "https://forge.example/acme/shop";

    private static int number;

    /// <summary>A commit that is called by a letter.</summary>
    public static string Sha(char commit) => new(commit, 40);

    /// <summary>A push to a branch; its id is its own.</summary>
    /// <param name="before">0 for a new branch.</param>
    public static TriggerReceived Push(char before, char head, string branch = "main", string url = Shop, DateTimeOffset? at = null, string? id = null) =>
        Event(TriggerKinds.Push, url, TriggerLine.OfRef("refs/heads/" + branch), head, at, id) with { Ref = "refs/heads/" + branch, BeforeSha = before == '0' ? null : Sha(before) };

    /// <summary>Something about pull request 17, which is to be merged into main.</summary>
    public static TriggerReceived Pull(string action, char head, DateTimeOffset? at = null, char before = '0', bool draft = false, bool fork = false) =>
        Event(TriggerKinds.PullRequest, Shop, TriggerLine.OfPullRequest(17), head, at, null) with
        {
            Action = action,
            PullRequest = 17,
            Ref = "refs/pull/17/head",
            BaseBranch = "main",
            BeforeSha = before == '0' ? null : Sha(before),
            Draft = draft,
            Fork = fork,
        };

    private static TriggerReceived Event(string kind, string url, string line, char head, DateTimeOffset? at, string? id)
    {
        var repository = new TriggerRepository(url, "acme/shop", null, "main");
        var count = Interlocked.Increment(ref number);
        return new TriggerReceived
        {
            WindowId = TriggerLine.WindowOf(repository, line),
            EventId = id ?? $"event-{count}",
            Provider = "github",
            Kind = kind,
            Repository = repository,
            Line = line,
            HeadSha = Sha(head),
            Actor = "ada",
            HappenedAt = at,
            // in the order in which they are made, within a moment
            ReceivedAt = TimeProvider.System.GetUtcNow().AddTicks(count * 10L),
        };
    }
}

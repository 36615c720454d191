namespace Charterhouse.Contracts.Triggers;

/// <summary>
/// An event of a forge that may call for a run, as Ingest understood it. Owned by its row in <c>webhook_events</c>; sent again every 30 s until a
/// <see cref="TriggerDisposed"/> ends the event. Everything in it came from outside: checked for its form, never to be believed.
/// </summary>
public sealed record TriggerReceived
{
    /// <summary>The window that takes it, see <see cref="TriggerLine"/>.</summary>
    public required Guid WindowId { get; init; }
    /// <summary>The row in <c>webhook_events</c>.</summary>
    public required string EventId { get; init; }
    /// <summary><c>github</c>, <c>gitlab</c> or the name of a configured provider.</summary>
    public required string Provider { get; init; }
    /// <summary>One of <see cref="TriggerKinds"/>.</summary>
    public required string Kind { get; init; }
    /// <summary>
    /// What somebody with the right to do so asked for, as they wrote it: <c>/charter analyze</c>. Such an event starts its run whatever the rules say; null for what just happened.
    /// </summary>
    public string? Command { get; init; }
    /// <summary>What happened, in the forge's word (<c>opened</c>, <c>closed</c> …); null where it has none.</summary>
    public string? Action { get; init; }
    public required TriggerRepository Repository { get; init; }
    /// <summary>What a burst is about, see <see cref="TriggerLine"/>: a branch or a pull request.</summary>
    public required string Line { get; init; }
    /// <summary>What to fetch: <c>refs/heads/main</c>, <c>refs/pull/17/head</c>, <c>refs/merge-requests/17/head</c>; null for the default branch.</summary>
    public string? Ref { get; init; }
    /// <summary>The commit that the ref is at now, 40 or 64 hex digits; null where the event names none.</summary>
    public string? HeadSha { get; init; }
    /// <summary>The commit that the ref was at before; null where the event names none, and for a new branch.</summary>
    public string? BeforeSha { get; init; }
    /// <summary>Further commits that the event says lie between the two, without the head.</summary>
    public IReadOnlyList<string> Commits { get; init; } = [];
    /// <summary>Number of the pull or merge request; null for none.</summary>
    public long? PullRequest { get; init; }
    /// <summary>The branch that the pull request is to be merged into; null for none.</summary>
    public string? BaseBranch { get; init; }
    public bool Draft { get; init; }
    /// <summary>The head of the pull request is in another repository.</summary>
    public bool Fork { get; init; }
    /// <summary>A program did it, not a person.</summary>
    public bool Bot { get; init; }
    /// <summary>Files that the event says have changed; null where it does not say, or not all of them.</summary>
    public IReadOnlyList<string>? Paths { get; init; }
    /// <summary>Who did it, for people.</summary>
    public string? Actor { get; init; }
    /// <summary>When it happened, by the forge's clock; null where it does not say.</summary>
    public DateTimeOffset? HappenedAt { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>A repository as a forge names it.</summary>
/// <param name="Url">Where it is cloned from: an https URL without a user.</param>
/// <param name="Name"><c>owner/name</c>.</param>
/// <param name="ForgeId">The forge's host and its number for the repository, which outlives names: <c>github.com/1296269</c>; null where the event has none.</param>
/// <param name="DefaultBranch">Null where the event does not say.</param>
public sealed record TriggerRepository(string Url, string Name, string? ForgeId, string? DefaultBranch);

/// <summary>
/// Something happened to repositories themselves: another name or owner, deleted, archived, given to or taken from an installation. Owned and answered
/// like <see cref="TriggerReceived"/>.
/// </summary>
public sealed record RepositoriesReported
{
    public required string EventId { get; init; }
    public required string Provider { get; init; }
    /// <summary>One of <see cref="RepositoryChanges"/>.</summary>
    public required string Change { get; init; }
    /// <summary>As they are now; one, unless an installation reports several.</summary>
    public required IReadOnlyList<TriggerRepository> Repositories { get; init; }
    /// <summary>The URL before, for <see cref="RepositoryChanges.Moved"/>; null where the event does not say.</summary>
    public string? FormerUrl { get; init; }
    public string? Actor { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>
/// Another system has something to say about a run: what it made for it, or how that stands. Becomes, or changes, an artifact of the run that
/// <see cref="Key"/> finds. Owned and answered like <see cref="TriggerReceived"/>.
/// </summary>
public sealed record ArtifactReported
{
    public required string EventId { get; init; }
    /// <summary>The configured provider's name.</summary>
    public required string Provider { get; init; }
    /// <summary>The id of a run, or the commit that one analysed (the newest run then).</summary>
    public required string Key { get; init; }
    /// <summary>The artifact's type; with the run its key.</summary>
    public required string Type { get; init; }
    /// <summary>Where people look at it; null for nowhere.</summary>
    public string? Url { get; init; }
    /// <summary>How it stands, in the provider's word; null for nothing.</summary>
    public string? State { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>
/// The Orchestrator's answer to an event. Sent again whenever the event is; the first final one counts.
/// </summary>
/// <param name="EventId">The row in <c>webhook_events</c>.</param>
/// <param name="Disposition">One of <see cref="Dispositions"/>.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="RunId">The run (in its written form) that the event led to; null for none.</param>
public sealed record TriggerDisposed(string EventId, string Disposition, string Reason, string? RunId);

/// <summary>
/// A window has been open for as long as it may (a delayed message, sent when it opens). Owned by <c>trigger_windows.due_at</c>. Harmless when it comes
/// early or twice.
/// </summary>
public sealed record TriggerWindowDue(Guid WindowId);

/// <summary>The values of <see cref="TriggerReceived.Kind"/>.</summary>
public static class TriggerKinds
{
    public const string Push = "push";
    public const string PullRequest = "pull_request";
    public const string Issues = "issues";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Push, PullRequest, Issues];
}

/// <summary>The values of <see cref="RepositoriesReported.Change"/>.</summary>
public static class RepositoryChanges
{
    /// <summary>Another name or owner.</summary>
    public const string Moved = "moved";
    public const string Deleted = "deleted";
    public const string Archived = "archived";
    public const string Unarchived = "unarchived";
    /// <summary>An installation was given the repositories.</summary>
    public const string Installed = "installed";
    /// <summary>An installation lost the repositories.</summary>
    public const string Uninstalled = "uninstalled";
}

/// <summary>What became of an event.</summary>
public static class Dispositions
{
    /// <summary>On record, not yet answered.</summary>
    public const string Received = "received";
    /// <summary>In a window that is still open.</summary>
    public const string Waiting = "waiting";
    /// <summary>It led to its run, or to what it asked for.</summary>
    public const string Accepted = "accepted";
    /// <summary>A newer event of the same burst led to the run.</summary>
    public const string Collapsed = "collapsed";
    /// <summary>The same happening was reported before.</summary>
    public const string Duplicate = "duplicate";
    /// <summary>A rule says that it calls for nothing.</summary>
    public const string Ignored = "ignored";
    /// <summary>It became void before anything could be done.</summary>
    public const string Expired = "expired";
    /// <summary>It should have led to something, and could not.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Received, Waiting, Accepted, Collapsed, Duplicate, Ignored, Expired, Failed];

    /// <summary>True when nothing follows any more.</summary>
    public static bool IsFinal(string disposition) => disposition is not (Received or Waiting);
}

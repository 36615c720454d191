namespace Charterhouse.Contracts.Triggers;

/// <summary>
/// Somebody told the house to do something, in a comment or by ticking a box. Owned by its row in <c>webhook_events</c> like <see cref="TriggerReceived"/>, and
/// sent again until a <see cref="TriggerDisposed"/> ends the event. That the person may do so is not known yet.
/// </summary>
public sealed record CommandReceived
{
    /// <summary>The row in <c>webhook_events</c>.</summary>
    public required string EventId { get; init; }
    /// <summary><c>github</c> or <c>gitlab</c>.</summary>
    public required string Provider { get; init; }
    public required TriggerRepository Repository { get; init; }
    /// <summary>The number of the pull request or issue.</summary>
    public required long Number { get; init; }
    /// <summary>False for an issue.</summary>
    public required bool IsPullRequest { get; init; }
    /// <summary>The forge's id of the comment; null for a box of the dashboard issue.</summary>
    public string? CommentId { get; init; }
    /// <summary>The login, in the forge's own form.</summary>
    public required string Login { get; init; }
    /// <summary>The forge's number of the user.</summary>
    public required long UserId { get; init; }
    public required ForgeCommand Command { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>
/// Asks RepoSync, which has the forge's token, whether the person may do that, and how the pull request stands. Sent again with every
/// <see cref="CommandReceived"/>: asking twice changes nothing.
/// </summary>
/// <param name="Target">Where the repository is now.</param>
/// <param name="KnownAs">The address that its charters and findings are kept under.</param>
/// <param name="MayShow">The comment may be marked as seen: the repository's rules let the house write at the forge.</param>
public sealed record CheckCommand(CommandReceived Command, string Target, string KnownAs, bool MayShow = false);

/// <summary>RepoSync's answer to <see cref="CheckCommand"/>. Its loss is made up for by the next question.</summary>
public sealed record CommandChecked
{
    public required CommandReceived Command { get; init; }
    /// <summary>What the person may do, in the forge's word (<c>read</c>, <c>write</c> …); null where nobody could say.</summary>
    public string? Permission { get; init; }
    /// <summary>That is enough.</summary>
    public bool IsAllowed { get; init; }
    /// <summary>How the pull request stands; null for an issue, and where <see cref="Problem"/> says why.</summary>
    public CommandSubject? Subject { get; init; }
    /// <summary>The repository's id, under which its findings are kept; null where <see cref="Problem"/> says why.</summary>
    public string? RepositoryId { get; init; }
    /// <summary>Why nothing can be done, in a sentence; null where something can.</summary>
    public string? Problem { get; init; }
    /// <summary>The problem may pass: ask again.</summary>
    public bool MayPass { get; init; }
}

/// <summary>How a pull request stands.</summary>
/// <param name="Ref">What to fetch: <c>refs/pull/17/head</c>.</param>
public sealed record CommandSubject(string Ref, string HeadSha, string BaseBranch, bool IsFork);

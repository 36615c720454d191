using Charterhouse.Platform.Git;

namespace Charterhouse.RepoSync.Targets;

/// <summary>A target that was looked at: what it is and the one commit that will be analysed.</summary>
internal sealed record SyncSource
{
    public required RepositoryIdentity Identity { get; init; }
    /// <summary>What git fetches from: <c>file://</c> or <c>https://</c>.</summary>
    public required string FetchUrl { get; init; }
    /// <summary>The commit of the wanted ref, and its branch.</summary>
    public required HeadState Head { get; init; }
    /// <summary>The branch that the source's HEAD names; null when it names none.</summary>
    public string? DefaultBranch { get; init; }
    /// <summary>The full name of the wanted ref; null for HEAD.</summary>
    public string? Ref { get; init; }
    /// <summary>The commit that an event said the ref is at; null for none.</summary>
    public string? Announced { get; init; }
    /// <summary>Who may read the source; null for everybody.</summary>
    public GitCredential? Credential { get; init; }
    public bool IsShallow { get; init; }
    /// <summary>Null for an https source.</summary>
    public LocalRepository? Local { get; init; }
    /// <summary>For messages.</summary>
    public required string Shown { get; init; }
    /// <summary>Settings that every git command which talks to the source needs.</summary>
    public IReadOnlyList<string> Config { get; init; } = [];

    /// <summary>Length of the object ids.</summary>
    public string ObjectFormat => Head.Sha.Length == 64 ? "sha256" : "sha1";
}

using System.Net;

namespace Charterhouse.RepoSync.Targets;

/// <summary>A target that was looked at: what it is and the one commit that will be analysed.</summary>
internal sealed record SyncSource
{
    public required RepositoryIdentity Identity { get; init; }
    /// <summary>What git fetches from: <c>file://</c> or <c>https://</c>.</summary>
    public required string FetchUrl { get; init; }
    public required HeadState Head { get; init; }
    public bool IsShallow { get; init; }
    /// <summary>Null for an https source.</summary>
    public LocalRepository? Local { get; init; }
    /// <summary>The addresses that were checked; empty for a local source.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];
    /// <summary>For messages.</summary>
    public required string Shown { get; init; }
    /// <summary>Settings that every git command which talks to the source needs.</summary>
    public IReadOnlyList<string> Config { get; init; } = [];

    /// <summary>Length of the object ids.</summary>
    public string ObjectFormat => Head.Sha.Length == 64 ? "sha256" : "sha1";
}

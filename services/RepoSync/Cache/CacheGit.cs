using Charterhouse.Platform.Git;

namespace Charterhouse.RepoSync.Cache;

/// <summary>Settings of the git commands on the cache.</summary>
internal static class CacheGit
{
    // Local work on our own repository; ample, so that only a hanging disk meets it.
    private static readonly TimeSpan LocalTimeout = TimeSpan.FromMinutes(5);

    /// <summary>For a command that changes the cache.</summary>
    public static GitProcess.Settings Writing(string gitDir) => new()
    {
        Timeout = LocalTimeout,
        AllowProtocol = "none",
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { [CacheRecovery.Marker] = gitDir },
    };

    /// <summary>For a command that only reads.</summary>
    public static GitProcess.Settings Reading { get; } = new() { Timeout = LocalTimeout, AllowProtocol = "none" };
}

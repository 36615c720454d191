using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Cache;

/// <summary>What git and .NET say of a full disk.</summary>
internal static partial class GitFailures
{
    private const string StorageFull = "storage_full";

    // Long enough for other runs to end, and to let go of repositories that can then be evicted.
    private static readonly TimeSpan FullAgain = TimeSpan.FromSeconds(15);

    private static readonly string[] Reasons = ["No space left on device", "Disk quota exceeded", "There is not enough space on the disk."];

    /// <summary>True when the cause is that no space or quota is left.</summary>
    public static bool IsFull(Exception problem) =>
        problem is StepFailedException { Failure.Code: StorageFull } || (problem is IOException && Has(problem.Message, Reasons));

    /// <summary>True when git ended because no space or quota is left. What a server says of its own disk is no word on ours.</summary>
    public static bool IsFull(string error)
    {
        foreach (var part in error.AsSpan().SplitAny('\n', '\r'))
        {
            var line = error.AsSpan()[part].Trim();
            if (line.StartsWith("remote:") || line.StartsWith("fatal: remote error:") || line.StartsWith("fatal: unable to access")) continue;
            // The system's reason closes a line of git; of refs git gives none.
            foreach (var reason in Reasons)
            {
                if (line.EndsWith(reason)) return true;
            }
            if ((line.StartsWith("error: cannot update ref '") || line.StartsWith("fatal: cannot update ref '")) && line.Contains("': couldn't write '", StringComparison.Ordinal)) return true;
        }
        return false;
    }

    /// <summary>The same failure with its true cause: git often keeps the system's reason to itself, so the disk is asked when it complains of our own files.</summary>
    /// <returns>The failure of a full disk, or null when there is room.</returns>
    public static StepFailedException? AsFull(Exception problem, string folder)
    {
        if (IsFull(problem)) return problem as StepFailedException ?? Full(problem.Message);
        return problem is StepFailedException { Failure: { Code: "corrupt_repository" or "storage_failed" } failure } && !HasRoom(folder) ? Full(failure.Detail ?? failure.Message) : null;
    }

    private static bool HasRoom(string folder)
    {
        try
        {
            // by writing: quotas and reserves stand in no number of free bytes
            using var probe = new FileStream(Path.Combine(folder, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            probe.Write(new byte[64 * 1024]);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return !IsFull(problem);
        }
    }

    private static StepFailedException Full(string detail) =>
        Make(StorageFull, "there is no space left for the repository cache, and nothing in it that can be removed", "Free some space on the data folder's disk, then run again.", retryable: true, detail, retryAfter: FullAgain);
}

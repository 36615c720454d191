using System.Diagnostics;
using System.Text;
using Charterhouse.Platform.Git;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// Clears what a killed sync left behind. Called under the lock, so every lock file and temporary found belongs to nobody.
/// </summary>
internal static class CacheRecovery
{
    /// <summary>Set for every writing git command, and inherited by what it starts: finds the orphans of a killed process.</summary>
    public const string Marker = "CHARTERHOUSE_CACHE";

    /// <summary>Removes lock files; after a death also orphaned processes and half-written objects.</summary>
    public static void Run(string gitDir, bool predecessorDied)
    {
        if (predecessorDied) KillOrphans(gitDir);
        foreach (var half in Halves(gitDir)) Directory.Delete(half, recursive: true);
        if (!Directory.Exists(gitDir)) return;
        Delete(gitDir, "*.lock", SearchOption.TopDirectoryOnly);
        Delete(Path.Combine(gitDir, "refs"), "*.lock", SearchOption.AllDirectories);
        Delete(Path.Combine(gitDir, "objects", "info"), "*.lock", SearchOption.AllDirectories);
        if (!predecessorDied) return;
        var objects = Path.Combine(gitDir, "objects");
        Delete(gitDir, "shallow_*", SearchOption.TopDirectoryOnly);
        Delete(objects, "tmp_*", SearchOption.AllDirectories);
        Delete(objects, ".tmp-*", SearchOption.AllDirectories);
        Delete(objects, "*.keep", SearchOption.AllDirectories);
        foreach (var quarantine in Directory.EnumerateDirectories(objects, "*_objdir-*").Concat(Directory.EnumerateDirectories(objects, "incoming-*")))
            Directory.Delete(quarantine, recursive: true);
    }

    /// <summary>Folders of a repository that was being made, or removed, by somebody who did not come to the end.</summary>
    public static IEnumerable<string> Halves(string gitDir) => Directory.EnumerateDirectories(Path.GetDirectoryName(gitDir)!, $".*-{Path.GetFileName(gitDir)}-*");

    /// <summary>A folder's name while it is made (<c>new</c>) or removed (<c>old</c>).</summary>
    public static string Half(string gitDir, string what) => Path.Combine(Path.GetDirectoryName(gitDir)!, $".{what}-{Path.GetFileName(gitDir)}-{Environment.ProcessId}");

    private static void Delete(string folder, string pattern, SearchOption depth)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, pattern, depth)) File.Delete(file);
    }

    /// <summary>A git whose parent was killed goes on writing; on Linux it is found by the marker in its environment.</summary>
    private static void KillOrphans(string gitDir)
    {
        if (!OperatingSystem.IsLinux()) return;
        var marker = Encoding.UTF8.GetBytes($"{Marker}={gitDir}\0");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id) || id == Environment.ProcessId) continue;
            try
            {
                if (File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(marker) < 0) continue;
                using var orphan = Process.GetProcessById(id);
                GitProcess.Kill(orphan);
                orphan.WaitForExit(TimeSpan.FromSeconds(5));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // it ended meanwhile, or belongs to somebody else: not ours
            }
        }
    }
}

using System.Globalization;
using System.Text;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// Takes what is there from a partial or damaged source. git refuses to serve such a source, so its object folder is read as an alternate
/// of ours, with none of its configuration, and what is found is packed into the cache.
/// </summary>
internal sealed class ObjectRescue(GitProcess git)
{
    private const string CountFile = "charterhouse-absent";

    /// <summary>Packs what the commit needs and the source has; returns how many objects neither has.</summary>
    public async Task<int> RunAsync(SyncSource source, string gitDir, GitResult fetch, CancellationToken cancellationToken)
    {
        var objects = Path.Combine(source.Local!.CommonDir, "objects");
        // Alternates would lead to a third repository that nobody named.
        if (File.Exists(Path.Combine(objects, "info", "alternates")))
            throw GitFailures.Damaged(source.Shown, "objects are missing, and it borrows others from a further repository", fetch.Error);
        var reading = CacheGit.Writing(gitDir);
        reading = reading with
        {
            Environment = new Dictionary<string, string>(reading.Environment, StringComparer.Ordinal) { ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Quote(objects) },
        };
        var walk = await git.RunAsync(["--git-dir=" + gitDir, "rev-list", "--objects", "--no-object-names", "--missing=print", source.Head.Sha, "--"], reading, cancellationToken);
        if (!walk.Succeeded) throw GitFailures.Damaged(source.Shown, "its history cannot be walked", walk.Error + "\n" + fetch.Error);
        var lines = walk.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var present = string.Join('\n', lines.Where(line => line[0] != '?')) + "\n";
        var pack = await git.RunAsync(["--git-dir=" + gitDir, "pack-objects", "--quiet", Path.Combine(gitDir, "objects", "pack", "pack")],
            reading with { Input = Encoding.ASCII.GetBytes(present) }, cancellationToken);
        if (!pack.Succeeded) throw GitFailures.IsFull(pack.Error) ? GitFailures.OfCache(pack, "copying objects") : GitFailures.Damaged(source.Shown, "objects cannot be read", pack.Error + "\n" + fetch.Error);
        var absent = lines.Count(line => line[0] == '?');
        Write(gitDir, source.Head.Sha, absent);
        return absent;
    }

    /// <summary>How many objects of a commit are known to be absent; 0 for every sound repository.</summary>
    public static int Absent(string gitDir, string sha)
    {
        var file = Path.Combine(gitDir, CountFile);
        if (!File.Exists(file)) return 0;
        var parts = File.ReadAllText(file).Split(' ');
        return parts.Length == 2 && parts[0] == sha && int.TryParse(parts[1], out var count) ? count : 0;
    }

    /// <summary>True when objects were absent at the last sync, of whatever commit.</summary>
    public static bool IsIncomplete(string gitDir) => File.Exists(Path.Combine(gitDir, CountFile));

    /// <summary>The source gave everything: nothing is absent any more.</summary>
    public static void Forget(string gitDir) => File.Delete(Path.Combine(gitDir, CountFile));

    private static void Write(string gitDir, string sha, int absent)
    {
        if (absent == 0) return;
        var temporary = Path.Combine(gitDir, CountFile + ".lock");
        File.WriteAllText(temporary, string.Create(CultureInfo.InvariantCulture, $"{sha} {absent}"));
        File.Move(temporary, Path.Combine(gitDir, CountFile), overwrite: true);
    }

    // The variable is a list; a quoted entry may hold ':' (git(1)).
    private static string Quote(string path) =>
        "\"" + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}

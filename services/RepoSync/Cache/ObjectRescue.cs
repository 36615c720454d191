using System.Globalization;
using System.Security.Cryptography;
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
    /// <param name="store">What <see cref="StoreOf"/> said before the fetch.</param>
    public async Task<int> RunAsync(SyncSource source, string gitDir, GitResult fetch, string store, CancellationToken cancellationToken)
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
        var list = new PresentObjects();
        GitResult? walk = null;
        var pack = await git.RunAsync(["--git-dir=" + gitDir, "pack-objects", "--quiet", Path.Combine(gitDir, "objects", "pack", "pack")], reading with
        {
            WriteInput = async (input, token) => walk = await git.StreamAsync(
                ["--git-dir=" + gitDir, "rev-list", "--objects", "--no-object-names", "--missing=print", source.Head.Sha, "--"], reading, (output, stop) => list.CopyAsync(output, input, stop), token),
        }, cancellationToken);
        if (walk is { Succeeded: false }) throw GitFailures.Damaged(source.Shown, "its history cannot be walked", walk.Error + "\n" + fetch.Error);
        if (!pack.Succeeded) throw GitFailures.IsFull(pack.Error) ? GitFailures.OfCache(pack, "copying objects") : GitFailures.Damaged(source.Shown, "objects cannot be read", pack.Error + "\n" + fetch.Error);
        Write(gitDir, source.Head.Sha, list.Absent, store);
        return list.Absent;
    }

    /// <summary>
    /// What a folder's object store looks like: another text as soon as an object or pack is added or removed. An incomplete source that
    /// has not changed cannot give more than it did.
    /// </summary>
    public static string StoreOf(LocalRepository repository)
    {
        var objects = new DirectoryInfo(Path.Combine(repository.CommonDir, "objects"));
        var text = new StringBuilder(objects.FullName);
        foreach (var folder in objects.EnumerateDirectories().Append(objects).OrderBy(folder => folder.FullName, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"\n{folder.Name} {folder.LastWriteTimeUtc.Ticks}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>True when this commit was already taken from the source as it is now.</summary>
    public static bool IsAllThereIs(string gitDir, SyncSource source) =>
        source.Local is not null && Read(gitDir) is [var sha, _, var store] && sha == source.Head.Sha && store == StoreOf(source.Local);

    /// <summary>How many objects of a commit are known to be absent; 0 for every sound repository.</summary>
    public static int Absent(string gitDir, string sha) =>
        Read(gitDir) is [var known, var text, ..] && known == sha && int.TryParse(text, CultureInfo.InvariantCulture, out var count) ? count : 0;

    /// <summary>True when objects were absent at the last sync, of whatever commit.</summary>
    public static bool IsIncomplete(string gitDir) => File.Exists(Path.Combine(gitDir, CountFile));

    /// <summary>The source gave everything: nothing is absent any more.</summary>
    public static void Forget(string gitDir) => File.Delete(Path.Combine(gitDir, CountFile));

    private static string[] Read(string gitDir)
    {
        var file = Path.Combine(gitDir, CountFile);
        return File.Exists(file) ? File.ReadAllText(file).Split(' ') : [];
    }

    private static void Write(string gitDir, string sha, int absent, string store)
    {
        if (absent == 0) return;
        var temporary = Path.Combine(gitDir, CountFile + ".lock");
        File.WriteAllText(temporary, string.Create(CultureInfo.InvariantCulture, $"{sha} {absent} {store}"));
        File.Move(temporary, Path.Combine(gitDir, CountFile), overwrite: true);
    }

    // The variable is a list; a quoted entry may hold ':' (git(1)).
    private static string Quote(string path) =>
        "\"" + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    /// <summary>Hands on the lines of rev-list that name objects and counts those that say "missing": a history may have millions.</summary>
    private sealed class PresentObjects
    {
        /// <summary>How many were missing.</summary>
        public int Absent { get; private set; }

        public async Task CopyAsync(Stream output, Stream input, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(output, Encoding.ASCII, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16, leaveOpen: true);
            await using var writer = new StreamWriter(input, Encoding.ASCII, bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\n" };
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.StartsWith('?')) Absent++;
                else if (line.Length > 0) await writer.WriteLineAsync(line.AsMemory(), cancellationToken);
            }
        }
    }
}

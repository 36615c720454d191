using Charterhouse.Platform.Configuration;

namespace Charterhouse.Platform.Hosting;

/// <summary>The folder that holds everything of an embedded house: database, git cache, artifacts and the host's lock.</summary>
public sealed class DataFolder
{
    // Less than this and SQLite's first commits could fail half way: better to say so at the start.
    private const long LeastFreeBytes = 16L * 1024 * 1024;

    private DataFolder(string root) => Root = root;

    /// <summary>Absolute path of the folder.</summary>
    public string Root { get; }
    /// <summary>The git cache.</summary>
    public string Repositories => Path.Combine(Root, "repositories");
    /// <summary>Files that runs made.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");
    /// <summary>Held by the process that runs the bus.</summary>
    public string LockFile => Path.Combine(Root, "host.lock");

    /// <summary>The folder at a path; touches nothing.</summary>
    public static DataFolder At(string path) => new(Path.GetFullPath(path));

    /// <summary>
    /// The database file. A <c>memory</c> checkpointer has a file of its own, which the holder of the lock deletes when it starts and when it
    /// ends (see <see cref="DeleteTemporaryDatabase"/>).
    /// </summary>
    public string DatabaseFile(Checkpointer checkpointer) =>
        Path.Combine(Root, checkpointer == Checkpointer.Memory ? "temporary.db" : "charterhouse.db");

    /// <summary>Deletes the database of a <c>memory</c> checkpointer. Only for the holder of the host lock.</summary>
    public void DeleteTemporaryDatabase()
    {
        var file = DatabaseFile(Checkpointer.Memory);
        foreach (var suffix in new[] { "", "-wal", "-shm" }) File.Delete(file + suffix);
    }

    /// <summary>Creates what is missing (mode 0700) and makes sure that it can be written. Idempotent.</summary>
    /// <param name="database">Whether it also holds the database. Without, a full disk is no reason not to start: the cache makes room for itself.</param>
    /// <exception cref="DataFolderException">Not a folder, not writable, or no space left.</exception>
    public void Prepare(bool database = true)
    {
        if (File.Exists(Root)) throw DataFolderException.NotAFolder(Root);
        try
        {
            CreatePrivate(Root);
            CreatePrivate(Repositories);
            CreatePrivate(Artifacts);
            ProbeWriting();
        }
        catch (UnauthorizedAccessException problem)
        {
            throw DataFolderException.NotWritable(Root, problem);
        }
        catch (IOException problem)
        {
            var cause = DataFolderException.From(Root, problem);
            if (database || !cause.IsFull) throw cause;
        }
        if (database && FreeBytes() is { } free and < LeastFreeBytes) throw DataFolderException.Full(Root, free, null);
    }

    /// <summary>Free bytes of the volume, or null where the system does not say.</summary>
    public long? FreeBytes()
    {
        try
        {
            return new DriveInfo(Root).AvailableFreeSpace;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // Only writing tells whether one can write: modes lie on read-only mounts and for root. Some bytes, for a full volume.
    private void ProbeWriting()
    {
        var probe = Path.Combine(Root, $".probe-{Environment.ProcessId}-{Path.GetRandomFileName()}");
        using var stream = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        stream.Write(new byte[4096]);
        stream.Flush(flushToDisk: true);
    }
}

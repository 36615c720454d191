using System.Text;

namespace Charterhouse.Platform.Hosting;

/// <summary>
/// The exclusive right to run the bus on a data folder. The operating system holds it (<c>flock</c> on Unix, a share mode on Windows), so it
/// ends with the process however that dies, and a file that a dead process left behind means nothing.
/// </summary>
public sealed class HostLock : IDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);
    private readonly FileStream file;

    private HostLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock if nobody holds it, else null.</summary>
    /// <exception cref="DataFolderException">The file cannot be written at all.</exception>
    public static HostLock? TryAcquire(DataFolder folder, string command, TimeProvider time)
    {
        FileStream stream;
        try
        {
            // On Windows the description stays readable for others; on Unix every share mode but None would be a shared lock.
            stream = new FileStream(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None, bufferSize: 1);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw DataFolderException.NotWritable(folder.Root, problem);
        }
        catch (IOException problem) when (IsHeld(problem))
        {
            return null;
        }
        catch (IOException problem)
        {
            throw DataFolderException.From(folder.Root, problem);
        }
        var taken = new HostLock(stream);
        taken.Describe(new HostLockHolder(Environment.ProcessId, time.GetUtcNow(), command));
        return taken;
    }

    /// <summary>Takes the lock, waiting for its holder if need be.</summary>
    /// <param name="command">What this process does, for whoever has to wait for it.</param>
    /// <param name="onWait">Called once before the wait, with the holder as far as it is known; null: do not wait.</param>
    /// <exception cref="DataFolderException">Held while <paramref name="onWait"/> is null, or not writable.</exception>
    public static async Task<HostLock> AcquireAsync(DataFolder folder, string command, TimeProvider time, Action<HostLockHolder?>? onWait, CancellationToken cancellationToken)
    {
        var told = false;
        while (true)
        {
            if (TryAcquire(folder, command, time) is { } taken) return taken;
            var holder = HostLockHolder.Read(folder);
            if (onWait is null) throw DataFolderException.Held(folder.Root, holder);
            if (!told) onWait(holder);
            told = true;
            await Task.Delay(PollEvery, time, cancellationToken);
        }
    }

    /// <summary>Lets go. The file stays: deleting it could pull it from under the next holder.</summary>
    public void Dispose()
    {
        try
        {
            if (file.CanWrite) file.SetLength(0);
        }
        catch (IOException)
        {
            // an old description without a lock means nothing
        }
        file.Dispose();
    }

    private void Describe(HostLockHolder holder)
    {
        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(holder.ToFile()));
        file.Flush(flushToDisk: false);
    }

    private static bool IsHeld(IOException problem)
    {
        const int wouldBlockLinux = 11;
        const int wouldBlockMac = 35;
        const int sharingViolation = unchecked((int)0x80070020);
        return problem.HResult is wouldBlockLinux or wouldBlockMac or sharingViolation;
    }
}

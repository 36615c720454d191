using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Charterhouse.RepoSync.Cache;

/// <summary>
/// One writer per cached repository: inside the process by a semaphore, between processes by a locked file. The kernel lets go of the
/// file when its holder dies; what the file then still holds says that the holder did not end well.
/// </summary>
internal sealed class CacheLocks(TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    // One entry per repository of this process's life; never removed, because a waiter may hold it.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Waits for the lock of a cached repository.</summary>
    public async Task<CacheLock> AcquireAsync(string gitDir, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(gitDir, static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(gitDir)!);
            return new CacheLock(await OpenAsync(gitDir + ".lock", cancellationToken), gate);
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    /// <summary>The lock of a cached repository, or null when somebody else holds it, or it cannot be had.</summary>
    public CacheLock? TryAcquire(string gitDir)
    {
        var gate = _gates.GetOrAdd(gitDir, static _ => new SemaphoreSlim(1, 1));
        if (!gate.Wait(0, CancellationToken.None)) return null;
        try
        {
            return new CacheLock(Open(gitDir + ".lock"), gate);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            gate.Release();
            return null;
        }
    }

    /// <summary>When a cached repository was last synced or let go of.</summary>
    public static DateTime LastUsed(string gitDir) => File.GetLastWriteTimeUtc(gitDir + ".lock");

    private static FileStream Open(string file) => new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private async Task<FileStream> OpenAsync(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return Open(file);
            }
            catch (IOException problem) when (!GitFailures.IsFull(problem) && File.Exists(file))
            {
                await Task.Delay(Poll, time, cancellationToken);
            }
        }
    }
}

/// <summary>A held lock. Who only removes things needs no mark, and so no space: what it leaves half-made is recognised by its name.</summary>
internal sealed class CacheLock : IDisposable
{
    private readonly FileStream _file;
    private readonly SemaphoreSlim _gate;
    private bool _clean;

    public CacheLock(FileStream file, SemaphoreSlim gate)
    {
        (_file, _gate) = (file, gate);
        PredecessorDied = file.Length > 0;
    }

    /// <summary>True when the last holder was killed, or gave up in the middle.</summary>
    public bool PredecessorDied { get; }

    /// <summary>Says that something may be half-made from now on.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Mark()
    {
        _file.SetLength(0);
        _file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
    }

    /// <summary>Says that nothing half-made is left behind.</summary>
    public void MarkClean() => _clean = true;

    public void Dispose()
    {
        try
        {
            if (_clean) _file.SetLength(0);
            _file.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Charterhouse.Platform.Hosting;

/// <summary>Who holds a host lock, as it wrote itself into the file.</summary>
/// <param name="Since">When it took the lock.</param>
/// <param name="Command">What it does, such as <c>charter analyze</c>.</param>
public sealed record HostLockHolder(int ProcessId, DateTimeOffset Since, string Command)
{
    /// <summary>For people.</summary>
    public override string ToString() => $"process {ProcessId} ({Command}, since {Since.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC)";

    /// <summary>Reads the description; null when there is none or it is not readable. Says nothing about whether the lock is held.</summary>
    public static HostLockHolder? Read(DataFolder folder)
    {
        try
        {
            return Parse(OperatingSystem.IsWindows() ? ReadShared(folder.LockFile) : ReadUnlocked(folder.LockFile));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether that process still runs. A hint for people: only taking the lock tells for certain.</summary>
    public bool IsAlive()
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(ProcessId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    internal string ToFile() => $"{ProcessId}\n{Since.ToUniversalTime():O}\n{Command}\n";

    internal static HostLockHolder? Parse(string text)
    {
        var lines = text.Split('\n');
        return lines.Length >= 3
            && int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && DateTimeOffset.TryParse(lines[1], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var since)
            ? new HostLockHolder(process, since, lines[2])
            : null;
    }

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    // .NET takes a shared flock with every open by path, which the holder's exclusive one refuses; the system's own open does not.
    private static string ReadUnlocked(string file)
    {
        const int readOnly = 0;
        var descriptor = Open(Encoding.UTF8.GetBytes(file + "\0"), readOnly);
        if (descriptor < 0) throw new IOException($"{file} cannot be opened");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(handle, buffer, 0));
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);
}

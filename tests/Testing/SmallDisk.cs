using System.Diagnostics;
using System.Globalization;

namespace Charterhouse.Testing;

/// <summary>A file system of a few MiB that can be filled to the last byte, mounted on a folder until it is disposed.</summary>
public sealed class SmallDisk : IDisposable
{
    private static readonly string? MountProblem = Try();

    private readonly string ballast;

    private SmallDisk(string folder) => (Folder, ballast) = (folder, Path.Combine(folder, "ballast"));

    /// <summary>Why none can be mounted here, or null.</summary>
    public static string? Unavailable => MountProblem;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Bytes that are left.</summary>
    public long Free => new DriveInfo(Folder).AvailableFreeSpace;

    /// <summary>Mounts one; the folder is made, and what it holds cannot be seen meanwhile.</summary>
    /// <exception cref="InvalidOperationException">It cannot be mounted.</exception>
    public static SmallDisk Mount(string folder, int mebibytes)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m,mode=0755"), "tmpfs", folder) is { } problem
            ? throw new InvalidOperationException(problem)
            : new SmallDisk(folder);
    }

    /// <summary>Takes all space that is left, now.</summary>
    public void Fill()
    {
        using var file = new FileStream(ballast, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // full
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> has taken.</summary>
    public void Empty() => File.Delete(ballast);

    /// <inheritdoc/>
    public void Dispose()
    {
        // lazily, where a process still holds a file
        if (Run("umount", Folder) is not null) Run("umount", "--lazy", Folder);
    }

    private static string? Try()
    {
        if (!OperatingSystem.IsLinux()) return "a small file system is mounted on Linux only";
        if (Environment.UserName != "root") return "only root may mount a small file system";
        using var folder = new TemporaryFolder();
        try
        {
            Mount(folder.FullPath, 1).Dispose();
            return null;
        }
        catch (InvalidOperationException problem)
        {
            return problem.Message;
        }
    }

    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program} ended with {process.ExitCode}: {error}";
    }
}

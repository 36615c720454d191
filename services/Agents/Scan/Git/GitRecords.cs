using System.Diagnostics;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents.Scan.Git;

/// <summary>Takes one NUL-terminated record of git's output; the bytes are only valid during the call. False when it wants no more.</summary>
internal delegate bool RecordHandler(ReadOnlySpan<byte> record);

/// <summary>Runs a git command that prints NUL-terminated records and hands them over one by one, whatever the output's size.</summary>
internal static class GitRecords
{
    /// <summary>Settings for reading a cached repository: nothing is ever fetched.</summary>
    public static GitProcess.Settings ReadOnly { get; } = new()
    {
        // An agent reports a missing object, it does not fetch it; older gits know only the second of the two locks.
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_NO_LAZY_FETCH"] = "1" },
        AllowProtocol = "none",
    };

    /// <summary>Reads to the end; false when the handler wanted no more before it.</summary>
    /// <exception cref="StepFailedException">git failed; its own words are the message.</exception>
    public static async Task<bool> ReadAsync(
        GitProcess git, string gitDir, IReadOnlyList<string> arguments, IReadOnlyList<string> config, RecordHandler onRecord, CancellationToken cancellationToken)
    {
        using var process = git.Start(["--git-dir=" + gitDir, .. arguments], ReadOnly with { Config = config });
        try
        {
            await using var killing = cancellationToken.Register(static state => GitProcess.Kill((Process)state!), process);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var whole = await Task.Run(() => Split(process.StandardOutput.BaseStream, onRecord), cancellationToken);
            if (!whole) return false;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw StepFailedException.Transient("git_failed", $"git {arguments[0]} ended with {process.ExitCode}: {(await error).Trim()}", "Run the analysis again; if it fails again, remove the repository from the cache.");
            return true;
        }
        finally
        {
            GitProcess.Kill(process);
        }
    }

    private static bool Split(Stream stream, RecordHandler onRecord)
    {
        var buffer = new byte[1 << 16];
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var count = stream.Read(buffer, filled, buffer.Length - filled);
            if (count == 0) break;
            StepActivity.Sign();
            filled += count;
            var begin = 0;
            for (int end; (end = buffer.AsSpan(begin, filled - begin).IndexOf((byte)0)) >= 0; begin += end + 1)
                if (!onRecord(buffer.AsSpan(begin, end))) return false;
            buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
            filled -= begin;
        }
        return filled == 0 || onRecord(buffer.AsSpan(0, filled));
    }
}

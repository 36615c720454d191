using System.Diagnostics;
using System.Globalization;
using System.Text;
using Charterhouse.Platform.Work;

namespace Charterhouse.Platform.Git;

/// <summary>
/// One <c>git cat-file --batch</c> for a whole job: objects are asked for by id and read in order. Not thread-safe; asking (a writer) and
/// reading (a reader) may overlap, so that git never waits.
/// </summary>
public sealed class CatFileBatch : IDisposable
{
    private readonly Process _process;
    private readonly BufferedStream _output;

    private CatFileBatch(Process process)
    {
        _process = process;
        _output = new BufferedStream(process.StandardOutput.BaseStream, 1 << 16);
        // Nobody reads it, but a full pipe would stop git.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>Starts the process on a bare repository of ours.</summary>
    public static CatFileBatch Open(GitProcess git, string gitDir, GitProcess.Settings? settings = null) =>
        new(git.Start(["--git-dir=" + gitDir, "cat-file", "--batch", "--buffer"], settings ?? new GitProcess.Settings()));

    /// <summary>Asks for objects; call <see cref="Complete"/> after the last one.</summary>
    public Task RequestAsync(string objectId, CancellationToken cancellationToken) =>
        _process.StandardInput.BaseStream.WriteAsync(Encoding.ASCII.GetBytes(objectId + "\n"), cancellationToken).AsTask();

    /// <summary>With <c>--buffer</c>, git answers at the latest when its input ends: call once after the last request.</summary>
    public void Complete() => _process.StandardInput.Close();

    /// <summary>The next answer, in the order of the requests.</summary>
    /// <param name="maxBytes">Content beyond this is skipped: <see cref="GitObject.Content"/> is then cut to it.</param>
    public async Task<GitObject> ReadAsync(int maxBytes, CancellationToken cancellationToken)
    {
        var header = await ReadLineAsync(cancellationToken);
        StepActivity.Sign();
        var parts = header.Split(' ');
        if (parts.Length == 2) return new GitObject(parts[0], null, 0, []);
        if (parts.Length != 3 || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            throw new InvalidDataException($"git cat-file answered '{header}'");
        var content = new byte[Math.Min(size, maxBytes)];
        await _output.ReadExactlyAsync(content, cancellationToken);
        await SkipAsync(size - content.Length + 1, cancellationToken);
        return new GitObject(parts[0], parts[1], size, content);
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            if (await _output.ReadAsync(one, cancellationToken) == 0) throw new EndOfStreamException("git cat-file ended early");
            if (one[0] == '\n') return line.ToString();
            line.Append((char)one[0]);
        }
    }

    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[81920];
        while (count > 0)
        {
            var read = await _output.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellationToken);
            if (read == 0) throw new EndOfStreamException("git cat-file ended early");
            count -= read;
        }
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        GitProcess.Kill(_process);
        _process.Dispose();
    }
}

/// <summary>An object as git gave it.</summary>
/// <param name="Type"><c>blob</c>, <c>tree</c>, <c>commit</c>, <c>tag</c>; null when the object is missing.</param>
/// <param name="Size">The whole size, however much of it was read.</param>
public sealed record GitObject(string Id, string? Type, long Size, byte[] Content);

using System.Diagnostics;
using System.Text;
using Charterhouse.Platform.Work;

namespace Charterhouse.Platform.Git;

/// <summary>Result of a finished git command.</summary>
/// <param name="RawOutput">Standard output.</param>
/// <param name="Error">The last 64 KB of standard error.</param>
public sealed record GitResult(int ExitCode, byte[] RawOutput, string Error, bool TimedOut)
{
    /// <summary>It ended by itself, with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0 && !TimedOut;
    /// <summary>Standard output, decoded as UTF-8 (invalid bytes become U+FFFD).</summary>
    public string Output => Encoding.UTF8.GetString(RawOutput);
}

/// <summary>
/// The one place that starts git: arguments as an array, a cleared environment and the hardened settings for untrusted repositories.
/// The process tree dies with the call (time-out or cancellation).
/// </summary>
public sealed class GitProcess
{
    private static readonly string[] Hardening =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.symlinks=false", "core.protectNTFS=true", "core.protectHFS=true",
        "transfer.fsckObjects=true", "http.followRedirects=false", "transfer.bundleURI=false", "submodule.recurse=false",
        "credential.helper=", "safe.bareRepository=explicit", "gc.auto=0", "maintenance.auto=false", "protocol.version=2",
    ];

    /// <summary>Settings that hold for one call.</summary>
    public sealed record Settings
    {
        /// <summary>Time for the whole call; null for none.</summary>
        public TimeSpan? Timeout { get; init; }
        /// <summary>Transports that git may use: <c>https</c>, and <c>file</c> only for a target typed on the local command line.</summary>
        public string AllowProtocol { get; init; } = "https";
        /// <summary>Further <c>-c key=value</c> settings.</summary>
        public IReadOnlyList<string> Config { get; init; } = [];
        /// <summary>Further environment (index file, global configuration of ours).</summary>
        public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
        /// <summary>Standard input; null for none.</summary>
        public ReadOnlyMemory<byte>? Input { get; init; }
        /// <summary>Writes standard input instead, for what is too much to be held.</summary>
        public Func<Stream, CancellationToken, Task>? WriteInput { get; init; }
        /// <summary>Output beyond this many bytes fails the call.</summary>
        public long MaxOutput { get; init; } = 512L * 1024 * 1024;
    }

    /// <summary>Runs git to its end.</summary>
    /// <exception cref="GitMissingException">There is no git on the PATH.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the process tree is dead.</exception>
    public async Task<GitResult> RunAsync(IReadOnlyList<string> arguments, Settings settings, CancellationToken cancellationToken)
    {
        using var process = Start(arguments, settings);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (settings.Timeout is { } timeout) deadline.CancelAfter(timeout);
        await using var killing = deadline.Token.Register(() => Kill(process));
        var output = ReadAllAsync(process, settings.MaxOutput, deadline.Token);
        var error = ReadTailAsync(process.StandardError);
        try
        {
            if (settings.Input is { } input) await process.StandardInput.BaseStream.WriteAsync(input, deadline.Token);
            if (settings.WriteInput is { } write) await write(process.StandardInput.BaseStream, deadline.Token);
        }
        catch (IOException)
        {
            // git ended before it read its input; its exit code tells why
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // timed out; reported below
        }
        process.StandardInput.Close();
        byte[] bytes;
        try
        {
            bytes = await output;
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            return new GitResult(-1, [], $"git {arguments.FirstOrDefault()} did not end within {settings.Timeout}", TimedOut: true);
        }
        return new GitResult(process.ExitCode, bytes, await error, TimedOut: false);
    }

    /// <summary>Runs git to its end while <paramref name="read"/> reads its output as it comes; the result holds no output.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<GitResult> StreamAsync(IReadOnlyList<string> arguments, Settings settings, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        using var process = Start(arguments, settings);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (settings.Timeout is { } timeout) deadline.CancelAfter(timeout);
        await using var killing = deadline.Token.Register(() => Kill(process));
        var error = ReadTailAsync(process.StandardError);
        process.StandardInput.Close();
        try
        {
            await read(process.StandardOutput.BaseStream, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new GitResult(-1, [], $"git {arguments.FirstOrDefault()} did not end within {settings.Timeout}", TimedOut: true);
        }
        finally
        {
            Kill(process);
        }
        return new GitResult(process.ExitCode, [], await error, TimedOut: false);
    }

    /// <summary>Starts git for a caller that streams. Dispose kills the process tree.</summary>
    /// <exception cref="GitMissingException">There is no git on the PATH.</exception>
    public Process Start(IReadOnlyList<string> arguments, Settings settings)
    {
        try
        {
            return Process.Start(Describe(arguments, settings)) ?? throw new GitMissingException(null);
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new GitMissingException(problem);
        }
    }

    /// <summary>Ends the process and everything that it started.</summary>
    public static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it was never started or is gone: nothing to end
        }
    }

    private static async Task<byte[]> ReadAllAsync(Process process, long limit, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[81920];
        int count;
        while ((count = await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            StepActivity.Sign();
            if (memory.Length + count > limit)
            {
                Kill(process);
                throw new GitOutputTooLargeException(limit);
            }
            await memory.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        return memory.ToArray();
    }

    private static async Task<string> ReadTailAsync(StreamReader reader)
    {
        const int limit = 64 * 1024;
        var text = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            StepActivity.Sign();
            text.Append(buffer, 0, count);
            if (text.Length > 2 * limit) text.Remove(0, text.Length - limit);
        }
        return text.ToString();
    }

    /// <summary>How to start git with these arguments, for callers that stream; standard streams are redirected.</summary>
    public ProcessStartInfo Describe(IReadOnlyList<string> arguments, Settings settings)
    {
        var start = new ProcessStartInfo("git")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment.Clear();
        if (path is not null) start.Environment["PATH"] = path;
        start.Environment["HOME"] = "/nonexistent";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_ALLOW_PROTOCOL"] = settings.AllowProtocol;
        start.Environment["GIT_PROTOCOL_FROM_USER"] = "0";
        start.Environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        start.Environment["GIT_LFS_SKIP_SMUDGE"] = "1";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        // A partial source must never fetch on its own: that would run what its configuration names.
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in settings.Environment) start.Environment[name] = value;
        foreach (var item in Hardening.Concat(settings.Config))
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(item);
        }
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }
}

/// <summary>git is not installed, or not on the PATH.</summary>
public sealed class GitMissingException(Exception? inner)
    : Exception("git was not found on the PATH; install git 2.39 or later", inner);

/// <summary>A git command printed more than it may.</summary>
public sealed class GitOutputTooLargeException(long limit) : Exception($"git printed more than {limit} bytes");

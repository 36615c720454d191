using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Charterhouse.Bench.Analysis;

/// <summary>Makes a repository of a given size with <c>git fast-import</c>; the same arguments make the same commits.</summary>
internal static class SyntheticRepository
{
    private static readonly string[] Extensions = ["cs", "ts", "py", "go", "md", "json", "java", "rs"];
    private const long FirstCommit = 1_600_000_000;

    /// <summary>The files come in the first commits, spread evenly; every further commit changes a few.</summary>
    public static async Task CreateAsync(string folder, int files, int commits)
    {
        Directory.CreateDirectory(folder);
        await Git.RunAsync(folder, null, "init", "--quiet", "--initial-branch=main");
        await Git.RunAsync(folder, stream => WriteAsync(stream, files, commits), "fast-import", "--quiet");
        await Git.RunAsync(folder, null, "reset", "--quiet", "--hard", "main");
        await Console.Error.WriteLineAsync($"{folder}: {files} files, {commits} commits");
    }

    /// <summary>Commits one changed (at first, new) source file onto HEAD of a bare repository.</summary>
    public static Task ChangeOneFileAsync(string repository, int version) =>
        Git.RunAsync(repository, async stream =>
        {
            var author = $"Author <author@example.org> {TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)} +0000";
            await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
            await writer.WriteLineAsync($"commit HEAD\ncommitter {author}\ndata 6\nChange\nfrom HEAD^0");
            await WriteFileAsync(writer, file: 0, version + 1_000_000);
            await writer.WriteLineAsync("done");
        }, "fast-import", "--quiet");

    private static async Task WriteAsync(Stream stream, int files, int commits)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16) { NewLine = "\n" };
        var perCommit = Math.Max(1, files / Math.Max(1, commits / 4));
        var added = 0;
        for (var commit = 0; commit < commits; commit++)
        {
            var at = FirstCommit + (commit * 3600L);
            var author = $"Author {commit % 17} <author{commit % 17}@example.org> {at.ToString(CultureInfo.InvariantCulture)} +0000";
            var message = $"Change number {commit}\n";
            await writer.WriteLineAsync($"commit refs/heads/main\nmark :{commit + 1}\nauthor {author}\ncommitter {author}\ndata {message.Length}\n{message}");
            if (commit > 0) await writer.WriteLineAsync($"from :{commit}");
            var last = commit == commits - 1 ? files : Math.Min(files, added + perCommit);
            for (; added < last; added++) await WriteFileAsync(writer, added, commit);
            for (var i = 0; i < 3 && commit > 0; i++) await WriteFileAsync(writer, (int)(((long)commit * 7919) + (i * 104_729)) % added, commit);
            await writer.WriteLineAsync();
        }
        await writer.WriteLineAsync("done");
    }

    private static async Task WriteFileAsync(StreamWriter writer, int file, int version)
    {
        var text = new StringBuilder();
        var lines = 20 + (file * 37 % 180);
        for (var line = 0; line < lines; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"let value_{line} = compute({file}, {line * 31 % 97}); // line {line}\n");
            if (line % 9 == 0) text.Append('\n');
        }
        text.Append(CultureInfo.InvariantCulture, $"// version {version}\n");
        var path = $"src/module{file % 50}/part{file % 7}/file{file}.{Extensions[file % Extensions.Length]}";
        await writer.WriteLineAsync($"M 100644 inline {path}\ndata {text.Length}\n{text}");
    }
}

/// <summary>Bare git, for preparing and comparing.</summary>
internal static class Git
{
    /// <summary>Runs it, with input when there is some; output goes nowhere.</summary>
    public static async Task RunAsync(string folder, Func<Stream, Task>? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        if (input is not null) await input(process.StandardInput.BaseStream);
        process.StandardInput.BaseStream.Close(); // the writer around it would flush into a stream that the input may have closed
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"git {arguments[0]} ended with {process.ExitCode}");
    }
}

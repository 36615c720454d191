using System.Diagnostics;
using System.Text;

namespace Charterhouse.RepoSync.Tests.Fixture;

/// <summary>A real repository made by real git, with fixed names and times, so that its ids are the same on every machine.</summary>
internal sealed class SourceRepository
{
    private int _clock = 1_700_000_000;

    public SourceRepository(string path, bool init = true)
    {
        Path = path;
        Directory.CreateDirectory(path);
        if (init) Git("init", "--quiet", "--initial-branch=main", ".");
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public SourceRepository Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), content);
        return this;
    }

    /// <summary>Commits everything and returns the commit's id.</summary>
    public string Commit(string message = "change")
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "-m", message);
        return Head();
    }

    public string Head() => Git("rev-parse", "HEAD").Trim();

    public string Git(params string[] arguments) => Run(Path, Environment(), arguments);

    private Dictionary<string, string> Environment()
    {
        var stamp = $"{_clock++} +0000";
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = "/nonexistent", ["GIT_CONFIG_NOSYSTEM"] = "1", ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_AUTHOR_NAME"] = "Ada", ["GIT_AUTHOR_EMAIL"] = "ada@example.org", ["GIT_AUTHOR_DATE"] = stamp,
            ["GIT_COMMITTER_NAME"] = "Ada", ["GIT_COMMITTER_EMAIL"] = "ada@example.org", ["GIT_COMMITTER_DATE"] = stamp,
        };
    }

    /// <summary>Runs git and fails the test when it fails: a set-up that did nothing must not pass.</summary>
    public static string Run(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) => Run(folder, environment, null, arguments);

    public string GitWithInput(byte[] input, params string[] arguments) => Run(Path, Environment(), input, arguments);

    private static string Run(string folder, IReadOnlyDictionary<string, string> environment, byte[]? input, string[] arguments)
    {
        var start = new ProcessStartInfo("git") { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        if (input is not null) process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
    }
}

using System.Diagnostics;
using System.Text;

namespace Charterhouse.Testing;

/// <summary>Runs real git for a test's set-up, without anything of the machine's own git configuration.</summary>
public static class GitCommand
{
    /// <summary>Runs git and returns its standard output.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="arguments">One array element per argument.</param>
    /// <param name="environment">What is set beside the isolation.</param>
    /// <param name="input">Its standard input.</param>
    /// <exception cref="InvalidOperationException">git failed (a set-up that did nothing must not pass); the message has its standard error.</exception>
    public static string Run(string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, byte[]? input = null)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["-c", "commit.gpgSign=false", "-c", "core.autocrlf=false", "-c", "gc.auto=0", .. arguments]) start.ArgumentList.Add(argument);
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(inherited);
        start.Environment["HOME"] = "/nonexistent";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal)) start.Environment[key] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("git did not start");
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();
        if (input is not null) process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Charterhouse.Testing;

/// <summary>
/// A real repository, built step by step with real git: fixed dates and authors give the same shas everywhere, and nothing of the
/// machine's own git configuration takes part.
/// </summary>
public sealed class GitRepository : IDisposable
{
    private readonly TemporaryFolder folder = new("charter git");
    private DateTimeOffset next = new(2024, 1, 1, 9, 0, 0, TimeSpan.Zero);

    public GitRepository(string branch = "main")
    {
        Path = folder.File("repository");
        Directory.CreateDirectory(Path);
        Git("init", "--quiet", "--initial-branch", branch);
    }

    /// <summary>The working tree.</summary>
    public string Path { get; }

    /// <summary>HEAD's commit.</summary>
    public string Head => Git("rev-parse", "HEAD").Trim();

    /// <summary>Writes a file of the working tree.</summary>
    public GitRepository Write(string file, string content) => Write(file, System.Text.Encoding.UTF8.GetBytes(content));

    /// <inheritdoc cref="Write(string, string)"/>
    public GitRepository Write(string file, byte[] content)
    {
        var full = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return this;
    }

    /// <summary>Removes a file of the working tree.</summary>
    public GitRepository Delete(string file)
    {
        File.Delete(System.IO.Path.Combine(Path, file));
        return this;
    }

    /// <summary>Commits the whole working tree; each commit is a day after the one before unless a date is given.</summary>
    /// <returns>The commit's sha.</returns>
    public string Commit(string message, string author = "Ada Lovelace <ada@example.org>", DateTimeOffset? date = null)
    {
        var when = date ?? next;
        next = when.AddDays(1);
        var stamp = when.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        var mark = author.IndexOf('<', StringComparison.Ordinal);
        var (name, mail) = (author[..mark].Trim(), author[(mark + 1)..].TrimEnd('>'));
        Git("add", "--all");
        Run(["commit", "--quiet", "--allow-empty", "--message", message], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GIT_AUTHOR_NAME"] = name,
            ["GIT_AUTHOR_EMAIL"] = mail,
            ["GIT_AUTHOR_DATE"] = stamp,
            ["GIT_COMMITTER_NAME"] = name,
            ["GIT_COMMITTER_EMAIL"] = mail,
            ["GIT_COMMITTER_DATE"] = stamp,
        });
        return Head;
    }

    /// <summary>Goes to a branch, made from HEAD when it is not there.</summary>
    public GitRepository Branch(string name)
    {
        if (Git("branch", "--list", name).Length == 0) Git("checkout", "--quiet", "-b", name);
        else Git("checkout", "--quiet", name);
        return this;
    }

    /// <summary>Any git command in the repository; its standard output.</summary>
    /// <exception cref="InvalidOperationException">git failed; the message has its standard error.</exception>
    public string Git(params string[] arguments) => Run(arguments, new Dictionary<string, string>(StringComparer.Ordinal));

    private string Run(string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Path, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", "commit.gpgSign=false", "-c", "core.autocrlf=false", "-c", "gc.auto=0", .. arguments]) start.ArgumentList.Add(argument);
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(inherited);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        foreach (var (key, value) in environment) start.Environment[key] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("git did not start");
        var error = new System.Text.StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
    }

    public void Dispose() => folder.Dispose();
}

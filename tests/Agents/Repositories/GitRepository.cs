using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Charterhouse.Agents.Tests.Repositories;

/// <summary>
/// Makes a bare repository by <c>git fast-import</c>: any path, mode and content, with fixed authors and dates, so that its ids are the
/// same everywhere.
/// </summary>
internal sealed class GitRepository : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agents-tests-");
    private int _commits;

    public GitRepository()
    {
        GitDir = Path.Combine(_folder.FullName, "repo_aaaaaaaaaaaaaaaaaaaaaaaaaa.git");
        Run([], "init", "--quiet", "--bare", "--initial-branch=main", GitDir);
    }

    public const string Id = "repo_aaaaaaaaaaaaaaaaaaaaaaaaaa";
    public string GitDir { get; }
    public string CacheRoot => _folder.FullName;

    /// <summary>Begins a commit on main; the entries follow.</summary>
    public GitRepository Commit(string author, string date, string? mergeOf = null)
    {
        var seconds = DateTimeOffset.Parse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds();
        Line("commit refs/heads/main");
        Line($"mark :{++_commits}");
        Line($"author {author} {seconds} +0000");
        Line($"committer {author} {seconds} +0000");
        Data(Encoding.UTF8.GetBytes($"Commit {_commits}"));
        if (_commits > 1) Line($"from :{_commits - 1}");
        if (mergeOf is not null) Line($"merge {mergeOf}");
        return this;
    }

    public GitRepository File(string path, string text) => File(path, Encoding.UTF8.GetBytes(text));

    public GitRepository File(string path, byte[] content, string mode = "100644") => File(Encoding.UTF8.GetBytes(path), content, mode);

    public GitRepository File(byte[] path, byte[] content, string mode = "100644")
    {
        Line($"M {mode} inline {Quote(path)}");
        Data(content);
        return this;
    }

    public GitRepository Link(string path, string target) => File(path, Encoding.UTF8.GetBytes(target), "120000");

    public GitRepository Submodule(string path, string commit)
    {
        Line($"M 160000 {commit} {Quote(Encoding.UTF8.GetBytes(path))}");
        return this;
    }

    public GitRepository Rename(string from, string to)
    {
        Line($"R {Quote(Encoding.UTF8.GetBytes(from))} {Quote(Encoding.UTF8.GetBytes(to))}");
        return this;
    }

    /// <summary>A lightweight tag on the last commit.</summary>
    public GitRepository Tag(string name)
    {
        Line($"reset refs/tags/{name}");
        Line($"from :{_commits}");
        return this;
    }

    /// <summary>Makes the repository; returns the head's id.</summary>
    public string Build()
    {
        Run(_stream.ToArray(), "--git-dir=" + GitDir, "fast-import", "--quiet", "--force");
        return Run([], "--git-dir=" + GitDir, "rev-parse", "refs/heads/main").Trim();
    }

    public string Git(params string[] arguments) => Run([], ["--git-dir=" + GitDir, .. arguments]);

    /// <summary>Puts the objects of a pack outside the repository into it, loose.</summary>
    public void Unpack(string pack) => Run(System.IO.File.ReadAllBytes(pack), "--git-dir=" + GitDir, "unpack-objects", "-q");

    public void Dispose()
    {
        foreach (var file in _folder.EnumerateFiles("*", SearchOption.AllDirectories)) file.Attributes = FileAttributes.Normal;
        _folder.Delete(recursive: true);
    }

    private void Line(string text) => _stream.Write(Encoding.UTF8.GetBytes(text + "\n"));

    private void Data(byte[] content)
    {
        Line($"data {content.Length}");
        _stream.Write(content);
        _stream.WriteByte((byte)'\n');
    }

    private static string Quote(byte[] path) =>
        "\"" + string.Concat(path.Select(b => b is > 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\' ? ((char)b).ToString() : "\\" + Convert.ToString(b, 8).PadLeft(3, '0'))) + "\"";

    private static string Run(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {arguments[0]} ended with {process.ExitCode}");
    }
}

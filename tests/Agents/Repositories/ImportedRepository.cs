using System.Globalization;
using System.Text;
using Charterhouse.Testing;

namespace Charterhouse.Agents.Tests.Repositories;

/// <summary>
/// Makes a bare repository by <c>git fast-import</c>: any path, mode and content, with fixed authors and dates, so that its ids are the
/// same everywhere.
/// </summary>
internal sealed class ImportedRepository : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly TemporaryFolder _folder = new TemporaryFolder("agents tests");
    private int _commits;

    public ImportedRepository()
    {
        GitDir = _folder.File(Id + ".git");
        Run([], "init", "--quiet", "--bare", "--initial-branch=main", GitDir);
    }

    public const string Id = "repo_aaaaaaaaaaaaaaaaaaaaaaaaaa";
    public string GitDir { get; }
    public string CacheRoot => _folder.FullPath;

    /// <summary>Begins a commit on main; the entries follow.</summary>
    public ImportedRepository Commit(string author, string date, string? mergeOf = null)
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

    public ImportedRepository File(string path, string text) => File(path, Encoding.UTF8.GetBytes(text));

    public ImportedRepository File(string path, byte[] content, string mode = "100644") => File(Encoding.UTF8.GetBytes(path), content, mode);

    public ImportedRepository File(byte[] path, byte[] content, string mode = "100644")
    {
        Line($"M {mode} inline {Quote(path)}");
        Data(content);
        return this;
    }

    public ImportedRepository Link(string path, string target) => File(path, Encoding.UTF8.GetBytes(target), "120000");

    public ImportedRepository Submodule(string path, string commit)
    {
        Line($"M 160000 {commit} {Quote(Encoding.UTF8.GetBytes(path))}");
        return this;
    }

    public ImportedRepository Delete(string path)
    {
        Line($"D {Quote(Encoding.UTF8.GetBytes(path))}");
        return this;
    }

    public ImportedRepository Rename(string from, string to)
    {
        Line($"R {Quote(Encoding.UTF8.GetBytes(from))} {Quote(Encoding.UTF8.GetBytes(to))}");
        return this;
    }

    /// <summary>A lightweight tag on the last commit.</summary>
    public ImportedRepository Tag(string name)
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

    public void Dispose() => _folder.Dispose();

    private void Line(string text) => _stream.Write(Encoding.UTF8.GetBytes(text + "\n"));

    private void Data(byte[] content)
    {
        Line($"data {content.Length}");
        _stream.Write(content);
        _stream.WriteByte((byte)'\n');
    }

    private static string Quote(byte[] path) =>
        "\"" + string.Concat(path.Select(b => b is > 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\' ? ((char)b).ToString() : "\\" + Convert.ToString(b, 8).PadLeft(3, '0'))) + "\"";

    private string Run(byte[] input, params string[] arguments) => GitCommand.Run(_folder.FullPath, arguments, input: input);
}

using System.Globalization;
using System.Text;

namespace Charterhouse.Testing;

/// <summary>
/// A real repository, built step by step with real git: fixed dates and authors give the same shas everywhere, and nothing of the
/// machine's own git configuration takes part.
/// </summary>
public sealed class GitRepository : IDisposable
{
    private const string Ada = "Ada Lovelace <ada@example.org>";

    private readonly TemporaryFolder? folder;
    private DateTimeOffset next = new(2024, 1, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>A new repository in a temporary folder of its own.</summary>
    public GitRepository(string branch = "main")
    {
        folder = new TemporaryFolder("charter git");
        Path = folder.File("repository");
        Directory.CreateDirectory(Path);
        Git("init", "--quiet", "--initial-branch", branch);
    }

    private GitRepository(string path, bool init)
    {
        Path = path;
        Directory.CreateDirectory(path);
        if (init) Git("init", "--quiet", "--initial-branch", "main");
    }

    /// <summary>The working tree.</summary>
    public string Path { get; }

    /// <summary>HEAD's commit.</summary>
    public string Head => Git("rev-parse", "HEAD").Trim();

    /// <summary>A repository in a folder that somebody else removes.</summary>
    /// <param name="init">False when git makes it there in another way: by a clone, as a work tree.</param>
    public static GitRepository At(string path, bool init = true) => new(path, init);

    /// <summary>A path in the working tree.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file of the working tree.</summary>
    public GitRepository Write(string file, string content) => Write(file, Encoding.UTF8.GetBytes(content));

    /// <inheritdoc cref="Write(string, string)"/>
    public GitRepository Write(string file, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(file))!);
        System.IO.File.WriteAllBytes(File(file), content);
        return this;
    }

    /// <summary>Removes a file of the working tree.</summary>
    public GitRepository Delete(string file)
    {
        System.IO.File.Delete(File(file));
        return this;
    }

    /// <summary>Commits the whole working tree; each commit is a day after the one before unless a date is given.</summary>
    /// <returns>The commit's sha.</returns>
    public string Commit(string message = "change", string author = Ada, DateTimeOffset? date = null)
    {
        var when = date ?? next;
        next = when.AddDays(1);
        Git("add", "--all");
        GitCommand.Run(Path, ["commit", "--quiet", "--allow-empty", "--message", message], Signed(author, when));
        return Head;
    }

    /// <summary>Goes to a branch, made from HEAD when it is not there.</summary>
    public GitRepository Branch(string name)
    {
        if (Git("branch", "--list", name).Length == 0) Git("checkout", "--quiet", "-b", name);
        else Git("checkout", "--quiet", name);
        return this;
    }

    /// <summary>Any git command in the repository; its standard output. What it commits is Ada's, of the next commit's date.</summary>
    /// <exception cref="InvalidOperationException">git failed; the message has its standard error.</exception>
    public string Git(params string[] arguments) => GitCommand.Run(Path, arguments, Signed(Ada, next));

    /// <inheritdoc cref="Git(string[])"/>
    public string GitWithInput(byte[] input, params string[] arguments) => GitCommand.Run(Path, arguments, Signed(Ada, next), input);

    private static Dictionary<string, string> Signed(string author, DateTimeOffset when)
    {
        var stamp = when.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        var mark = author.IndexOf('<', StringComparison.Ordinal);
        var (name, mail) = (author[..mark].Trim(), author[(mark + 1)..].TrimEnd('>'));
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GIT_AUTHOR_NAME"] = name,
            ["GIT_AUTHOR_EMAIL"] = mail,
            ["GIT_AUTHOR_DATE"] = stamp,
            ["GIT_COMMITTER_NAME"] = name,
            ["GIT_COMMITTER_EMAIL"] = mail,
            ["GIT_COMMITTER_DATE"] = stamp,
        };
    }

    public void Dispose() => folder?.Dispose();
}

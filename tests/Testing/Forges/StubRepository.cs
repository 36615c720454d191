using System.Text.Json.Nodes;

namespace Charterhouse.Testing.Forges;

/// <summary>A repository of a stub forge. What is in it is as the API shows it, so that a test can look at it, change it and take it away.</summary>
public sealed class StubRepository(string path, long id)
{
    /// <summary><c>owner/name</c>.</summary>
    public string Path { get; } = path;
    /// <summary>The forge's number.</summary>
    public long Id { get; } = id;
    /// <summary>Who owns it.</summary>
    public string Owner => Path[..Path.LastIndexOf('/')];
    /// <summary>True takes it out of use.</summary>
    public bool Archived { get; set; }
    /// <summary>Pull or merge requests by number.</summary>
    public Dictionary<long, StubPull> Pulls { get; } = [];
    /// <summary>Comments by the number of what they hang on, oldest first. GitLab counts issues apart: theirs are negative.</summary>
    public Dictionary<long, List<JsonObject>> Comments { get; } = [];
    /// <summary>Issues, oldest first.</summary>
    public List<JsonObject> Issues { get; } = [];
    /// <summary>Statuses by commit, oldest first.</summary>
    public Dictionary<string, List<JsonObject>> Statuses { get; } = new(StringComparer.Ordinal);
    /// <summary>Check runs, oldest first; each with <c>head_sha</c> and all annotations that it was ever given.</summary>
    public List<JsonObject> CheckRuns { get; } = [];
    /// <summary>SARIF uploads.</summary>
    public List<JsonObject> Sarifs { get; } = [];
    /// <summary>Reactions: the comment's id and the word.</summary>
    public List<(string Comment, string Reaction)> Reactions { get; } = [];
    /// <summary>Roles by login: <c>admin</c>, <c>maintain</c>, <c>write</c>, <c>triage</c>, <c>read</c>.</summary>
    public Dictionary<string, string> Roles { get; } = new(StringComparer.OrdinalIgnoreCase);
    /// <summary>Commits that are there; empty for any.</summary>
    public HashSet<string> Commits { get; } = new(StringComparer.Ordinal);

    /// <summary>True when the commit is there.</summary>
    internal bool Has(string sha) => Commits.Count == 0 || Commits.Contains(sha);

    /// <summary>Comments of a thing, made when there are none.</summary>
    public List<JsonObject> CommentsOf(long number)
    {
        if (!Comments.TryGetValue(number, out var list)) Comments[number] = list = [];
        return list;
    }
}

/// <summary>A pull or merge request.</summary>
public sealed class StubPull
{
    /// <summary>The head commit.</summary>
    public required string HeadSha { get; set; }
    /// <summary>False when it is closed or merged.</summary>
    public bool Open { get; set; } = true;
    /// <summary>True lets nobody comment.</summary>
    public bool Locked { get; set; }
    /// <summary>True when its head lies in another repository.</summary>
    public bool Fork { get; set; }
    /// <summary>The branch of its head.</summary>
    public string HeadRef { get; set; } = "topic";
    /// <summary>The branch that it is to be merged into.</summary>
    public string BaseRef { get; set; } = "main";
}

using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Testing.Forges;

/// <summary>GitLab as far as the house calls it.</summary>
public sealed class StubGitLab : StubForge
{
    /// <summary>The token that is let in.</summary>
    public const string Token = "glpat-stub-canary";
    /// <summary>Whose it is.</summary>
    public const string Login = "charter-robot";
    /// <summary>The number of whose it is.</summary>
    public const long UserId = 42;
    private const int LongestBody = 1_000_000;

    private readonly Dictionary<string, StubRepository> projects = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, long> users = new(StringComparer.OrdinalIgnoreCase) { [Login] = UserId };
    private long ids = 1000;

    private StubGitLab() { }

    /// <inheritdoc/>
    public override string ApiUrl => Url + Prefix;
    /// <summary>The projects.</summary>
    public IReadOnlyDictionary<string, StubRepository> Projects => projects;
    /// <summary>Where the pages of projects are, where that is another server; null for this one.</summary>
    public string? Web { get; set; }
    private protected override string Prefix => "/api/v4";
    private protected override string RateHeader => "ratelimit-";

    /// <summary>Starts one on a free port.</summary>
    public static async Task<StubGitLab> StartAsync(CancellationToken cancellationToken = default)
    {
        var stub = new StubGitLab();
        await stub.ListenAsync(cancellationToken);
        return stub;
    }

    /// <summary>Adds a project.</summary>
    public StubRepository Add(string path) => projects[path] = new StubRepository(path, ++ids);

    /// <summary>Adds a person.</summary>
    public long AddUser(string login) => users[login] = ++ids;

    private protected override StubAnswer? Refuse(string authorization, string path) => authorization == Token ? null : Problem(401, "401 Unauthorized");

    private protected override StubAnswer Handle(string method, string[] path, IQueryCollection query, JsonNode? body, string authorization) => (method, path) switch
    {
        ("GET", ["user"]) => new StubAnswer(200, User(Login)),
        ("GET", ["personal_access_tokens", "self"]) => new StubAnswer(200, new JsonObject { ["scopes"] = new JsonArray("api"), ["expires_at"] = "2099-01-01" }),
        ("GET", ["users"]) => new StubAnswer(200, new JsonArray([.. users.Keys.Where(login => login == query["username"]).Select(User)])),
        ("GET", ["groups", var group, "projects"]) => List(one => one.Path.StartsWith(group + "/", StringComparison.Ordinal), known: !users.ContainsKey(group)),
        ("GET", ["users", var user, "projects"]) => List(one => one.Owner == user, known: users.ContainsKey(user)),
        ("GET", ["projects"]) => List(_ => true, known: true),
        (_, ["projects", var id, .. var rest]) => projects.GetValueOrDefault(id) is { } project ? InProject(method, project, rest, query, body) : NotFound(),
        _ => NotFound(),
    };

    private StubAnswer InProject(string method, StubRepository project, string[] path, IQueryCollection query, JsonNode? body)
    {
        switch (method, path)
        {
            case ("GET", ["merge_requests", var iid]):
                return project.Pulls.TryGetValue(Number(iid), out var pull) ? new StubAnswer(200, Merge(project, Number(iid), pull)) : NotFound();
            case ("GET", [var kind, var iid, "notes"]):
                return new StubAnswer(200, Copy(project.CommentsOf(Key(kind, iid))));
            case ("POST", [var kind, var iid, "notes"]):
                return CreateNote(project, kind, iid, body!);
            case ("PUT", [var kind, var iid, "notes", var id]):
                return Change(project.CommentsOf(Key(kind, iid)).Find(one => one["id"]!.ToString() == id), note => note["body"] = body!["body"]!.ToString());
            case ("POST", [_, _, "notes", var id, "award_emoji"]):
                var reaction = (id, body!["name"]!.ToString());
                if (project.Reactions.Contains(reaction)) return Problem(404, "404 Award Emoji Name has already been taken Not Found");
                project.Reactions.Add(reaction);
                return new StubAnswer(201, new JsonObject { ["id"] = ++ids });
            case ("GET", ["issues"]):
                return new StubAnswer(200, Copy(project.Issues.Where(one => !query.ContainsKey("author_id") || one["author"]!["id"]!.ToString() == query["author_id"])));
            case ("POST", ["issues"]):
                var issue = new JsonObject { ["iid"] = project.Issues.Count + 1, ["title"] = body!["title"]!.ToString(), ["description"] = body["description"]!.ToString(), ["state"] = "opened", ["web_url"] = $"{Url}/{project.Path}/-/issues/{project.Issues.Count + 1}", ["author"] = User(Login) };
                project.Issues.Add(issue);
                return new StubAnswer(201, issue.DeepClone());
            case ("PUT", ["issues", var iid]):
                return Change(project.Issues.Find(one => one["iid"]!.ToString() == iid), one =>
                {
                    (one["title"], one["description"]) = (body!["title"]!.ToString(), body["description"]!.ToString());
                    if (body["state_event"]?.ToString() == "reopen") one["state"] = "opened";
                });
            case ("GET", ["members", "all", var user]):
                return users.FirstOrDefault(one => one.Value == Number(user)).Key is { } login && project.Roles.TryGetValue(login, out var role)
                    ? new StubAnswer(200, new JsonObject { ["id"] = Number(user), ["state"] = "active", ["access_level"] = role switch { "admin" => 50, "maintain" => 40, "write" => 30, "triage" => 20, _ => 10 } })
                    : Problem(404, "404 Not found");
            case ("POST", ["statuses", var sha]):
                return CreateStatus(project, sha, body!);
            case ("GET", ["repository", "commits", var sha, "statuses"]):
                return project.Has(sha) ? new StubAnswer(200, Copy(project.Statuses.GetValueOrDefault(sha, []))) : Problem(404, "404 Commit Not Found");
            default:
                return NotFound();
        }
    }

    private StubAnswer CreateNote(StubRepository project, string kind, string iid, JsonNode body)
    {
        var number = Number(iid);
        if (kind == "merge_requests" ? !project.Pulls.ContainsKey(number) : project.Issues.TrueForAll(one => one["iid"]!.GetValue<int>() != number)) return NotFound();
        if (kind == "merge_requests" && project.Pulls[number].Locked) return Problem(403, "403 Forbidden");
        if (body["body"]!.ToString().Length > LongestBody) return Problem(400, "400 Bad request - Note is too long");
        var note = new JsonObject { ["id"] = ++ids, ["body"] = body["body"]!.ToString(), ["author"] = User(Login), ["system"] = false };
        project.CommentsOf(Key(kind, iid)).Add(note);
        return new StubAnswer(201, note.DeepClone());
    }

    private StubAnswer CreateStatus(StubRepository project, string sha, JsonNode body)
    {
        var (state, name) = (body["state"]!.ToString(), body["name"]!.ToString());
        if (state is not ("pending" or "running" or "success" or "failed" or "canceled" or "skipped")) return Problem(400, "state does not have a valid value");
        if (!project.Has(sha)) return Problem(404, "404 Commit Not Found");
        if (!project.Statuses.TryGetValue(sha, out var list)) project.Statuses[sha] = list = [];
        var there = list.Find(one => one["name"]!.ToString() == name);
        if (there?["status"]!.ToString() == state) return Problem(400, $"Cannot transition status via :enqueue from :{state} (Reason(s): Status cannot transition via \"enqueue\")");
        if (there is null) list.Add(there = new JsonObject { ["id"] = ++ids, ["name"] = name, ["sha"] = sha });
        (there["status"], there["description"], there["target_url"]) = (state, body["description"]?.ToString(), body["target_url"]?.ToString());
        return new StubAnswer(201, there.DeepClone());
    }

    private static JsonObject Merge(StubRepository project, long iid, StubPull pull) => new()
    {
        ["iid"] = iid,
        ["state"] = pull.Open ? "opened" : "merged",
        ["sha"] = pull.HeadSha,
        ["source_branch"] = pull.HeadRef,
        ["target_branch"] = pull.BaseRef,
        ["source_project_id"] = pull.Fork ? project.Id + 1 : project.Id,
        ["target_project_id"] = project.Id,
        ["discussion_locked"] = pull.Locked ? true : null,
    };

    private StubAnswer List(Func<StubRepository, bool> which, bool known)
    {
        var found = projects.Values.Where(which).Where(one => !one.Archived).ToList();
        return !known || found.Count == 0 ? NotFound() : new StubAnswer(200, new JsonArray([.. found.Select(one => new JsonObject
        {
            ["id"] = one.Id,
            ["path_with_namespace"] = one.Path,
            ["web_url"] = $"{Web ?? Url}/{one.Path}",
            ["default_branch"] = "main",
            ["archived"] = false,
        })]));
    }

    private static StubAnswer Change(JsonObject? thing, Action<JsonObject> change)
    {
        if (thing is null) return NotFound();
        if (thing["author"]!["id"]!.GetValue<long>() != UserId) return Problem(403, "403 Forbidden");
        change(thing);
        return new StubAnswer(200, thing.DeepClone());
    }

    private JsonObject User(string login) => new() { ["id"] = users[login], ["username"] = login };
    private static long Key(string kind, string iid) => kind == "issues" ? -Number(iid) : Number(iid);
    private static JsonArray Copy(IEnumerable<JsonObject> items) => new([.. items.Select(item => item.DeepClone())]);
    private static long Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : -1;
}

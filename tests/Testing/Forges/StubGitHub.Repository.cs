using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Testing.Forges;

/// <summary>What GitHub has below a repository.</summary>
public sealed partial class StubGitHub
{
    private const int LongestBody = 65536;
    private const int LongestOutput = 65535;
    private const int MostAnnotations = 50;
    private const int LongestDescription = 140;

    private StubAnswer InRepository(string method, StubRepository repository, string[] path, IQueryCollection query, JsonNode? body, string login)
    {
        switch (method, path)
        {
            case ("GET", ["installation"]):
                return new StubAnswer(200, new JsonObject { ["id"] = installations[repository.Owner], ["account"] = User(repository.Owner) });
            case ("GET", ["pulls", var number]):
                return repository.Pulls.TryGetValue(Number(number), out var pull) ? new StubAnswer(200, Pull(repository, Number(number), pull)) : NotFound();
            case ("GET", ["issues", var number, "comments"]):
                return new StubAnswer(200, Copy(repository.CommentsOf(Number(number))));
            case ("POST", ["issues", var number, "comments"]):
                return CreateComment(repository, Number(number), body, login);
            case ("PATCH", ["issues", "comments", var id]):
                return Change(repository.Comments.Values.SelectMany(list => list).FirstOrDefault(one => one["id"]!.ToString() == id), login, comment => SetBody(comment, body));
            case ("POST", ["issues", "comments", var id, "reactions"]):
                if (repository.Comments.Values.SelectMany(list => list).All(one => one["id"]!.ToString() != id)) return NotFound();
                var reaction = (id, body!["content"]!.ToString());
                if (repository.Reactions.Contains(reaction)) return new StubAnswer(200, new JsonObject { ["id"] = 1 });
                repository.Reactions.Add(reaction);
                return new StubAnswer(201, new JsonObject { ["id"] = 1 });
            case ("GET", ["issues"]):
                return new StubAnswer(200, Copy(repository.Issues.Where(one => !query.ContainsKey("creator") || one["user"]!["login"]!.ToString() == query["creator"])));
            case ("POST", ["issues"]):
                return CreateIssue(repository, body, login);
            case ("PATCH", ["issues", var number]):
                return Change(repository.Issues.Find(one => one["number"]!.ToString() == number), login, issue =>
                {
                    if (SetBody(issue, body) is { } problem) return problem;
                    (issue["title"], issue["state"]) = (body!["title"]!.ToString(), body["state"]?.ToString() ?? issue["state"]!.ToString());
                    return null;
                });
            case ("GET", ["collaborators", var user, "permission"]):
                return repository.Roles.TryGetValue(user, out var role)
                    ? new StubAnswer(200, new JsonObject { ["permission"] = role switch { "maintain" => "write", "triage" => "read", _ => role }, ["role_name"] = role, ["user"] = User(user) })
                    : Problem(404, $"{user} is not a user");
            case ("POST", ["statuses", var sha]):
                return CreateStatus(repository, sha, body, login);
            case ("GET", ["commits", var sha, "status"]):
                if (!repository.Has(sha)) return Problem(422, $"No commit found for SHA: {sha}");
                var latest = repository.Statuses.GetValueOrDefault(sha, []).GroupBy(one => one["context"]!.ToString(), StringComparer.Ordinal).Select(group => group.Last());
                return new StubAnswer(200, new JsonObject { ["statuses"] = Copy(latest) }) { ListName = "statuses" };
            case ("GET", ["commits", var sha, "check-runs"]):
                if (!repository.Has(sha)) return Problem(422, $"No commit found for SHA: {sha}");
                var runs = repository.CheckRuns.Where(one => one["head_sha"]!.ToString() == sha && (!query.ContainsKey("check_name") || one["name"]!.ToString() == query["check_name"])).Reverse();
                if (query["filter"] != "all") runs = runs.DistinctBy(one => (one["name"]!.ToString(), one["app"]!["id"]!.ToString()));
                return new StubAnswer(200, new JsonObject { ["check_runs"] = Copy(runs) }) { ListName = "check_runs" };
            case ("POST", ["check-runs"]):
                return CreateCheckRun(repository, body, login);
            case ("PATCH", ["check-runs", var id]):
                return Change(repository.CheckRuns.Find(one => one["id"]!.ToString() == id), login, run => SetRun(run, body!));
            case ("POST", ["code-scanning", "sarifs"]):
                var upload = new JsonObject { ["id"] = $"sarif-{++ids}", ["commit_sha"] = body!["commit_sha"]!.ToString(), ["ref"] = body["ref"]!.ToString(), ["sarif"] = body["sarif"]!.ToString() };
                repository.Sarifs.Add(upload);
                return new StubAnswer(202, new JsonObject { ["id"] = upload["id"]!.ToString(), ["url"] = $"{ApiUrl}/repos/{repository.Path}/code-scanning/sarifs/{upload["id"]}" });
            default:
                return NotFound();
        }
    }

    private static JsonObject Pull(StubRepository repository, long number, StubPull pull) => new()
    {
        ["number"] = number,
        ["state"] = pull.Open ? "open" : "closed",
        ["locked"] = pull.Locked,
        ["head"] = new JsonObject { ["sha"] = pull.HeadSha, ["ref"] = pull.HeadRef, ["repo"] = new JsonObject { ["id"] = pull.Fork ? repository.Id + 1 : repository.Id } },
        ["base"] = new JsonObject { ["sha"] = pull.HeadSha, ["ref"] = pull.BaseRef, ["repo"] = new JsonObject { ["id"] = repository.Id } },
    };

    private StubAnswer CreateComment(StubRepository repository, long number, JsonNode? body, string login)
    {
        var known = repository.Pulls.TryGetValue(number, out var pull);
        if (!known && repository.Issues.TrueForAll(one => one["number"]!.GetValue<long>() != number)) return NotFound();
        if (pull?.Locked == true) return Problem(403, "Unable to create comment because issue is locked.");
        var comment = new JsonObject { ["id"] = ++ids, ["html_url"] = $"{Url}/{repository.Path}/pull/{number}#issuecomment-{ids}", ["user"] = User(login) };
        if (SetBody(comment, body) is { } problem) return problem;
        repository.CommentsOf(number).Add(comment);
        return new StubAnswer(201, comment.DeepClone());
    }

    private StubAnswer CreateIssue(StubRepository repository, JsonNode? body, string login)
    {
        var number = Math.Max(repository.Issues.Count, repository.Pulls.Keys.DefaultIfEmpty().Max()) + 1L;
        var issue = new JsonObject { ["number"] = number, ["id"] = ++ids, ["html_url"] = $"{Url}/{repository.Path}/issues/{number}", ["title"] = body!["title"]!.ToString(), ["state"] = "open", ["user"] = User(login) };
        if (SetBody(issue, body) is { } problem) return problem;
        repository.Issues.Add(issue);
        return new StubAnswer(201, issue.DeepClone());
    }

    private StubAnswer CreateStatus(StubRepository repository, string sha, JsonNode? body, string login)
    {
        if (!repository.Has(sha)) return Problem(422, $"No commit found for SHA: {sha}");
        if (body!["description"]?.ToString().Length > LongestDescription) return Problem(422, "Validation Failed: description is too long (maximum is 140 characters)");
        if (body["state"]!.ToString() is not ("error" or "failure" or "pending" or "success")) return Problem(422, "Validation Failed: state");
        var status = (JsonObject)body.DeepClone();
        (status["id"], status["creator"]) = (++ids, User(login));
        if (!repository.Statuses.TryGetValue(sha, out var list)) repository.Statuses[sha] = list = [];
        list.Add(status);
        return new StubAnswer(201, status.DeepClone());
    }

    private StubAnswer CreateCheckRun(StubRepository repository, JsonNode? body, string login)
    {
        if (login != AppLogin) return Problem(403, "You must authenticate via a GitHub App.");
        if (!repository.Has(body!["head_sha"]!.ToString())) return Problem(422, $"No commit found for SHA: {body["head_sha"]}");
        var run = new JsonObject { ["id"] = ++ids, ["html_url"] = $"{Url}/{repository.Path}/runs/{ids}", ["app"] = new JsonObject { ["id"] = AppId }, ["user"] = User(login), ["annotations"] = new JsonArray(), ["conclusion"] = null };
        if (SetRun(run, body) is { } problem) return problem;
        repository.CheckRuns.Add(run);
        return new StubAnswer(201, run.DeepClone());
    }

    private static StubAnswer? SetRun(JsonObject run, JsonNode body)
    {
        var annotations = body["output"]?["annotations"]?.AsArray();
        if (annotations?.Count > MostAnnotations) return Problem(422, "Invalid request. No more than 50 items are allowed");
        if (new[] { "summary", "text" }.Any(name => body["output"]?[name]?.ToString().Length > LongestOutput)) return Problem(422, "Invalid request. Only 65535 characters are allowed");
        foreach (var (name, value) in body.AsObject()) run[name] = value?.DeepClone();
        foreach (var annotation in annotations ?? []) run["annotations"]!.AsArray().Add(annotation!.DeepClone());
        if (run["output"] is JsonObject output) (output["annotations_count"], output["annotations"]) = (run["annotations"]!.AsArray().Count, null);
        if (run["conclusion"] is not null) run["status"] = "completed";
        return null;
    }

    private static StubAnswer Change(JsonObject? thing, string login, Func<JsonObject, StubAnswer?> change)
    {
        if (thing is null) return NotFound();
        if (thing["user"]!["login"]!.ToString() != login) return Problem(403, "Resource not accessible by integration");
        return change(thing) ?? new StubAnswer(200, thing.DeepClone());
    }

    private static StubAnswer? SetBody(JsonObject thing, JsonNode? body)
    {
        var text = body!["body"]!.ToString();
        if (text.Length > LongestBody) return Problem(422, $"Validation Failed: body is too long (maximum is {LongestBody} characters)");
        thing["body"] = text;
        return null;
    }

    private static JsonArray Copy(IEnumerable<JsonObject> items) => new([.. items.Select(item => item.DeepClone())]);
    private static long Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : -1;
}

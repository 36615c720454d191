using System.Text.Json;

namespace Charterhouse.Ingest.Tests.Fixture;

/// <summary>Payloads as forges write them, with what the product reads.</summary>
internal static class Payloads
{
    public static string Sha(char digit) => new(digit, 40);

    public static string Push(string head, string? before = null, string reference = "refs/heads/main", string name = "acme/shop", long id = 42, bool deleted = false) => JsonSerializer.Serialize(new
    {
        @ref = reference,
        before = before ?? Sha('0'),
        after = head,
        deleted,
        forced = false,
        commits = new[] { new { id = head, added = new[] { "src/New.cs" }, modified = new[] { "README.md" }, removed = Array.Empty<string>() } },
        head_commit = new { id = head, timestamp = "2026-11-20T10:00:00+01:00" },
        repository = Repository(name, id),
        sender = new { login = "ada", type = "User" },
    });

    public static string PullRequest(string action, string head, long number = 17, bool draft = false, long headRepository = 42, string? before = null) => JsonSerializer.Serialize(new
    {
        action,
        number,
        before,
        pull_request = new
        {
            number,
            draft,
            updated_at = "2026-11-20T10:00:00Z",
            head = new { sha = head, @ref = "feature", repo = new { id = headRepository } },
            @base = new { @ref = "main" },
        },
        repository = Repository("acme/shop", 42),
        sender = new { login = "renovate[bot]", type = "Bot" },
    });

    public static object Repository(string name, long id) => new
    {
        id,
        name = name.Split('/')[^1],
        full_name = name,
        clone_url = $"https://forge.example/{name}.git",
        html_url = $"https://forge.example/{name}",
        default_branch = "main",
        owner = new { login = name.Split('/')[0] },
    };

    public static string GitLabPush(string head, string before) => JsonSerializer.Serialize(new
    {
        object_kind = "push",
        @ref = "refs/heads/main",
        before,
        after = head,
        user_username = "grace",
        total_commits_count = 1,
        commits = new[] { new { id = head, added = new[] { "a.txt" } } },
        project = new { id = 7, git_http_url = "https://gitlab.example/team/tool.git", path_with_namespace = "team/tool", default_branch = "main" },
    });

    public static string GitLabMergeRequest(string action, string head, string? oldrev = null) => JsonSerializer.Serialize(new
    {
        object_kind = "merge_request",
        user = new { username = "grace" },
        project = new { id = 7, git_http_url = "https://gitlab.example/team/tool.git", path_with_namespace = "team/tool", default_branch = "main" },
        object_attributes = new { iid = 5, action, oldrev, source_project_id = 9, target_project_id = 7, target_branch = "main", last_commit = new { id = head }, draft = true, updated_at = "2026-11-20 10:00:00 UTC" },
    });
}

using System.Text.Json;

namespace Charterhouse.Journeys.Tests;

/// <summary>What a forge writes about a repository of the tests' git server.</summary>
internal static class ForgePayloads
{
    public static string Push(string target, string head, string? before = null, string branch = "main", long id = 42) => JsonSerializer.Serialize(new
    {
        @ref = "refs/heads/" + branch,
        before = before ?? new string('0', 40),
        after = head,
        deleted = false,
        forced = false,
        commits = Array.Empty<object>(),
        repository = Repository(target, id),
        sender = new { login = "ada", type = "User" },
    });

    public static string PullRequest(string target, string head, string @base, string action = "opened", long id = 42) => JsonSerializer.Serialize(new
    {
        action,
        number = 7,
        pull_request = new { number = 7, draft = false, updated_at = "2026-11-20T10:00:00Z", head = new { sha = head, @ref = "feature", repo = new { id } }, @base = new { @ref = @base } },
        repository = Repository(target, id),
        sender = new { login = "ada", type = "User" },
    });

    public static string Comment(string target, string body, string login = "ada", long id = 42) => JsonSerializer.Serialize(new
    {
        action = "created",
        issue = new { number = 7, pull_request = new { url = "https://api.forge.example/pulls/7" } },
        comment = new { id = 501, body, user = new { login, id = 5, type = "User" } },
        repository = Repository(target, id),
        sender = new { login, id = 5, type = "User" },
    });

    public static string Renamed(string target, string formerName, long id = 42) => JsonSerializer.Serialize(new
    {
        action = "renamed",
        changes = new { repository = new { name = new { from = formerName } } },
        repository = Repository(target, id),
        sender = new { login = "ada", type = "User" },
    });

    private static object Repository(string target, long id)
    {
        var name = new Uri(target).AbsolutePath.Trim('/');
        return new { id, name = name.Split('/')[^1], full_name = name, clone_url = target + ".git", html_url = target, default_branch = "main", owner = new { login = name.Split('/')[0] } };
    }
}

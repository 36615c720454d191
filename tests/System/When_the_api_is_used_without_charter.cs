using System.Net;
using System.Text;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>Findings, charters and files over plain HTTP, and what the command line makes of a folder when it has a server.</summary>
[Collection(nameof(DistributedHouse))]
public sealed class When_the_api_is_used_without_charter(DistributedHouse house) : ProfileJourney(house)
{
    private readonly DistributedHouse house = house;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Findings_are_paged_and_decided_on_and_what_cannot_be_is_a_problem_with_a_code()
    {
        Repository.Write("Dockerfile", "FROM node:latest\n").Commit("Build");
        var run = (await AnalyzeAsync("--json")).Run;
        using var api = (await house.StartedAsync()).Api();
        var findings = "findings?state=open&repository=" + Uri.EscapeDataString(Target);

        var ids = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(api, $"{findings}&limit=1&cursor={Uri.EscapeDataString(cursor)}");
            ids.Add(page.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString()!);
            cursor = page.GetProperty("next_cursor").GetString();
        }

        ids.Order().ShouldBe(run.GetProperty("findings").EnumerateArray().Select(one => one.GetProperty("id").GetString()!).Order());
        var dismiss = $"findings/{ids[0][..12]}/dismiss";
        await ShouldBeRefused(api, HttpStatusCode.BadRequest, "invalid_reason", dismiss, $$"""{"author": "ada", "repository": "{{Name}}"}""");
        await ShouldBeRefused(api, HttpStatusCode.BadRequest, "invalid_author", dismiss, $$"""{"reason": "ours", "repository": "{{Name}}"}""");
        await ShouldBeRefused(api, HttpStatusCode.NotFound, "repository_not_found", dismiss, """{"reason": "ours", "author": "ada", "repository": "nobody/knows"}""");
        var decision = $$"""{"reason": "ours", "author": "ada", "repository": "{{Name}}"}""";
        await ShouldBeRefused(api, HttpStatusCode.NotFound, "finding_not_found", "findings/fnd_00000000/dismiss", decision);
        using var dismissed = await api.PostAsync(dismiss, Json(decision), Cancelled);
        dismissed.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonSerializer.Deserialize<JsonElement>(await dismissed.Content.ReadAsStringAsync(Cancelled)).GetProperty("dismissed").GetProperty("by").GetString().ShouldBe("ada");
        await ShouldBeRefused(api, HttpStatusCode.Conflict, "finding_is_dismissed", dismiss, decision);
        (await GetAsync(api, findings)).GetProperty("findings").GetArrayLength().ShouldBe(ids.Count - 1);
        using var reopened = await api.PostAsync(dismiss.Replace("dismiss", "reopen", StringComparison.Ordinal), Json(decision), Cancelled);
        reopened.StatusCode.ShouldBe(HttpStatusCode.OK);
        await ShouldBeRefused(api, HttpStatusCode.BadRequest, "invalid_request", "findings?state=opne");
        await ShouldBeRefused(api, HttpStatusCode.BadRequest, "invalid_request", "findings?limit=1001");
        await ShouldBeRefused(api, HttpStatusCode.NotFound, "repository_not_found", "findings?repository=nobody%2Fknows");
    }

    [Fact]
    public async Task Charters_are_compared_and_files_are_fetched()
    {
        var first = (await AnalyzeAsync("--json")).Run.GetProperty("run_id").GetString()!;
        using var api = (await house.StartedAsync()).Api();
        var named = Uri.EscapeDataString(Target + ".git"); // as people copy it from a forge
        await ShouldBeRefused(api, HttpStatusCode.NotFound, "version_not_found", "charters/diff?repository=" + named);
        Repository.Write("LICENSE", SampleRepository.MitLicence).Commit("License");
        var second = (await AnalyzeAsync("--json")).Run.GetProperty("run_id").GetString()!;

        foreach (var asked in new[] { "repository=" + named, $"repository={named}&from=1&to=2", $"from_run={first}&to_run={second}" })
            (await GetAsync(api, "charters/diff?" + asked)).GetProperty("changes").EnumerateArray().Select(change => change.GetString()).ShouldContain("The licence changed from none to MIT.", asked);
        (await GetAsync(api, $"runs/{second[..24]}/id")).GetProperty("run_id").GetString().ShouldBe(second);
        (await GetAsync(api, $"runs/{second}/checkpoints/step:1")).GetProperty("step").GetInt32().ShouldBe(1);
        var path = (await GetAsync(api, "runs/" + second)).GetProperty("run").GetProperty("artifacts").EnumerateArray().Single(one => one.GetProperty("type").GetString() == "charter.md").GetProperty("path").GetString()!;
        using var file = await api.GetAsync(path, Cancelled);
        file.Content.Headers.ContentType!.ToString().ShouldBe("text/markdown; charset=utf-8");
        file.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        (await file.Content.ReadAsStringAsync(Cancelled)).ShouldContain("MIT");
        await ShouldBeRefused(api, HttpStatusCode.NotFound, "artifact_not_found", $"runs/{second}/artifacts/charter.exe");
        await ShouldBeRefused(api, HttpStatusCode.NotFound, "version_not_found", $"charters/diff?repository={named}&to=9");
        await ShouldBeRefused(api, HttpStatusCode.BadRequest, "invalid_request", "charters/diff");
        await ShouldBeRefused(api, HttpStatusCode.BadRequest, "invalid_request", $"charters/diff?repository={named}&from_run={first}");
        await ShouldBeRefused(api, HttpStatusCode.BadRequest, "invalid_request", $"charters/diff?repository={named}&from=v1");

        api.DefaultRequestHeaders.Authorization = null;
        foreach (var guarded in new[] { "findings", "charters/diff?repository=" + named, path }) await ShouldBeRefused(api, HttpStatusCode.Unauthorized, "unauthorized", guarded);
        await ShouldBeRefused(api, HttpStatusCode.Unauthorized, "unauthorized", "findings/fnd_00000000/dismiss", "{}");
    }

    [Fact]
    public async Task A_folder_stands_for_its_origin()
    {
        var url = Target;
        Repository.Git("remote", "set-url", "origin", url.Replace("https://", "https://ada:hunter2@", StringComparison.Ordinal) + ".git");
        Repository.Write("src/Unseen.cs", "class Unseen { }\n").Commit("Not pushed");

        var analysed = await CharterInAsync(Repository.Path, "analyze", "--json");
        var listed = await CharterInAsync(Repository.Path, "findings", "list", "--repo", ".");
        Repository.Git("remote", "set-url", "origin", "git@forge.example:team/project.git");
        var refused = await Task.WhenAll(CharterInAsync(Repository.Path, "analyze"), CharterInAsync(Repository.Path, "diff"), CharterInAsync(Repository.Path, "findings", "list", "--repo", "./src"));

        analysed.ExitCode.ShouldBe(0, analysed.Error);
        analysed.Error.ShouldStartWith($". is {url} for the server: what was not pushed is not seen");
        (analysed.Output + analysed.Error).ShouldNotContain("hunter2");
        analysed.Run.GetProperty("target").GetString().ShouldBe(url);
        analysed.Run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldNotBe(Repository.Head);
        listed.Output.ShouldContain("licence/missing");
        foreach (var one in refused)
        {
            one.ExitCode.ShouldBe(2);
            one.Error.ShouldContain("its remote 'origin' has no https:// address");
            one.Error.ShouldContain("  fix: Give the repository's https:// URL, or leave --server away.");
        }
    }

    private static async Task<JsonElement> GetAsync(HttpClient api, string path)
    {
        using var response = await api.GetAsync(path, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task ShouldBeRefused(HttpClient api, HttpStatusCode status, string code, string path, string? body = null)
    {
        using var response = body is null ? await api.GetAsync(path, Cancelled) : await api.PostAsync(path, Json(body), Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        response.StatusCode.ShouldBe(status, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        problem.GetProperty("code").GetString().ShouldBe(code, text);
        problem.GetProperty("remedy").GetString().ShouldNotBeNullOrEmpty(text);
    }
}

using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Providers;
using Charterhouse.Ingest.Tests.Fixture;
using Charterhouse.Ingest.Webhooks;
using Charterhouse.Platform.Configuration;
using Charterhouse.Testing;

namespace Charterhouse.Ingest.Tests;

/// <summary>What payloads mean, by provider.</summary>
public sealed class ReadingTests
{
    private static readonly string Head = Payloads.Sha('a'), Before = Payloads.Sha('b');
    private static readonly EventStamp Stamp = new("evt_1", DateTimeOffset.UnixEpoch);
    private static readonly GitHubProvider GitHub = new(new RotatingSecret(IngestHouse.Secret, null));
    private static readonly GitLabProvider GitLab = new(new RotatingSecret(IngestHouse.Token, null));

    [Theory]
    [InlineData("opened", true)]
    [InlineData("synchronize", true)]
    [InlineData("reopened", true)]
    [InlineData("ready_for_review", true)]
    [InlineData("closed", true)]
    [InlineData("labeled", false)]
    public void PullRequest_ActionThatChangesItsHead_IsATrigger(string action, bool calls)
    {
        var reading = Read(GitHub, "pull_request", Payloads.PullRequest(action, Head, draft: true, headRepository: 99, before: Before));

        if (!calls)
        {
            (reading.Message, reading.HeadSha).ShouldBe((null, Head));
            reading.Reason.ShouldContain(action);
            return;
        }
        var trigger = reading.Message.ShouldBeOfType<TriggerReceived>();
        (trigger.Kind, trigger.Action, trigger.Line, trigger.Ref, trigger.HeadSha, trigger.BeforeSha, trigger.PullRequest, trigger.BaseBranch).ShouldBe((TriggerKinds.PullRequest, action, "pull/17", "refs/pull/17/head", Head, Before, 17, "main"));
        (trigger.Draft, trigger.Fork, trigger.Bot).ShouldBe((true, true, true));
    }

    [Theory]
    [InlineData("renamed", """{"changes":{"repository":{"name":{"from":"store"}}}""", "https://forge.example/acme/store")]
    [InlineData("transferred", """{"changes":{"owner":{"from":{"organization":{"login":"old-owner"}}}}""", "https://forge.example/old-owner/shop")]
    public void Repository_Moved_NamesItsFormerAddress(string action, string changes, string former)
    {
        var payload = $"{changes},\"action\":\"{action}\",\"repository\":{JsonSerializer.Serialize(Payloads.Repository("acme/shop", 42))}}}";

        var report = Read(GitHub, "repository", payload).Message.ShouldBeOfType<RepositoriesReported>();

        (report.Change, report.FormerUrl).ShouldBe((RepositoryChanges.Moved, former));
        report.Repositories.ShouldBe([new TriggerRepository("https://forge.example/acme/shop", "acme/shop", "forge.example/42", "main")]);
    }

    [Fact]
    public void Installation_Repositories_HaveTheHostOfTheAccount()
    {
        const string payload = """{"action":"created","installation":{"id":1,"account":{"html_url":"https://github.example/acme"}},"repositories":[{"id":1,"full_name":"acme/a"},{"id":2,"full_name":"../../etc"}]}""";

        var report = Read(GitHub, "installation", payload).Message.ShouldBeOfType<RepositoriesReported>();

        report.Change.ShouldBe(RepositoryChanges.Installed);
        report.Repositories.ShouldBe([new TriggerRepository("https://github.example/acme/a", "acme/a", "github.example/1", null)]);
    }

    [Theory] // F46, F47
    [InlineData("""{"ref":"refs/heads/x"}""", "no repository")]
    [InlineData("deleted branch", "deleted")]
    [InlineData("zero sha", "deleted")]
    [InlineData("ref -x", "no ref")]
    [InlineData("ref with ..", "no ref")]
    [InlineData("tag", "only pushes to branches")]
    [InlineData("sha that is none", "deleted")]
    [InlineData("path in the url", "no repository")]
    public void Push_ThatLies_CallsForNothing(string lie, string reason)
    {
        var payload = lie switch
        {
            "deleted branch" => Payloads.Push(Head, deleted: true),
            "zero sha" => Payloads.Push(Payloads.Sha('0')),
            "ref -x" => Payloads.Push(Head, reference: "-x"),
            "ref with .." => Payloads.Push(Head, reference: "refs/heads/../../etc"),
            "tag" => Payloads.Push(Head, reference: "refs/tags/v1"),
            "sha that is none" => Payloads.Push("--upload-pack=touch /tmp/f"),
            "path in the url" => Payloads.Push(Head, name: "acme/../../etc/passwd%00"),
            _ => lie,
        };

        var reading = Read(GitHub, "push", payload);

        reading.Message.ShouldBeNull();
        reading.Reason.ShouldContain(reason);
    }

    [Fact]
    public void Push_ToABranchWithAStrangeButLegalName_IsATrigger() =>
        Read(GitHub, "push", Payloads.Push(Head, reference: "refs/heads/-x")).Message.ShouldBeOfType<TriggerReceived>().Ref.ShouldBe("refs/heads/-x");

    [Fact]
    public void Renamed_Repository_KeepsItsWindow()
    {
        var before = Read(GitHub, "push", Payloads.Push(Head, name: "acme/shop")).Message.ShouldBeOfType<TriggerReceived>();
        var after = Read(GitHub, "push", Payloads.Push(Head, name: "acme/store")).Message.ShouldBeOfType<TriggerReceived>();
        var other = Read(GitHub, "push", Payloads.Push(Head, name: "acme/shop", id: 43)).Message.ShouldBeOfType<TriggerReceived>();

        after.WindowId.ShouldBe(before.WindowId);
        other.WindowId.ShouldNotBe(before.WindowId);
    }

    [Fact]
    public void GitLab_PushAndMergeRequest_AreTriggers()
    {
        var push = Read(GitLab, "Push Hook", Payloads.GitLabPush(Head, Before)).Message.ShouldBeOfType<TriggerReceived>();
        var merge = Read(GitLab, "Merge Request Hook", Payloads.GitLabMergeRequest("update", Head, Before)).Message.ShouldBeOfType<TriggerReceived>();

        (push.Repository, push.Ref, push.Actor, push.Paths!.Single()).ShouldBe((new TriggerRepository("https://gitlab.example/team/tool", "team/tool", "gitlab.example/7", "main"), "refs/heads/main", "grace", "a.txt"));
        (merge.Action, merge.Ref, merge.Line, merge.Fork, merge.Draft, merge.BeforeSha, merge.BaseBranch).ShouldBe(("synchronize", "refs/merge-requests/5/head", "pull/5", true, true, Before, "main"));
        Read(GitLab, "Merge Request Hook", Payloads.GitLabMergeRequest("update", Head)).Message.ShouldBeNull("nothing but a label may have changed");
        Read(GitLab, "Merge Request Hook", Payloads.GitLabMergeRequest("merge", Head)).Message.ShouldBeOfType<TriggerReceived>().Action.ShouldBe("closed");
    }

    [Fact]
    public void ConfiguredProviders_SayWhatTheirPayloadsMean()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("providers.yaml", """
            forgejo:
              signature: {scheme: hmac-sha256, header: X-Forgejo-Signature}
              secret: ${FORGEJO_SECRET}
              delivery: header:X-Forgejo-Delivery
              trigger: {repository: /repository/clone_url, ref: /ref, head: /after, before: /before, actor: /pusher/login}
            buildbot:
              signature: {scheme: token, header: X-Token}
              secret: ${BUILD_SECRET}
              delivery: /id
              artifact: {key: /commit, type: build, url: /url, state: /result}
            """);

        var providers = ProvidersFile.Read(file, new Dictionary<string, string>(StringComparer.Ordinal) { ["FORGEJO_SECRET"] = IngestHouse.Secret, ["BUILD_SECRET_FILE"] = folder.Write("secret", IngestHouse.Token) });

        var trigger = Read(providers[0], "trigger", $$$"""{"ref":"refs/heads/main","after":"{{{Head}}}","before":"{{{Before}}}","pusher":{"login":"ada"},"repository":{"clone_url":"https://forge.example/a/b.git"}}""").Message.ShouldBeOfType<TriggerReceived>();
        (trigger.Provider, trigger.Repository.Url, trigger.HeadSha, trigger.Actor).ShouldBe(("forgejo", "https://forge.example/a/b", Head, "ada"));
        var build = Read(providers[1], "artifact", $$"""{"id":77,"commit":"{{Head}}","url":"https://ci.example/77","result":"green"}""").Message.ShouldBeOfType<ArtifactReported>();
        (build.Key, build.Type, build.Url, build.State).ShouldBe((Head, "build", "https://ci.example/77", "green"));
        using var payload = JsonDocument.Parse("{\"id\":77}");
        providers[1].DeliveryIdIn(payload.RootElement).ShouldBe("77");
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary { ["X-Token"] = IngestHouse.Token };
        providers[1].IsSigned(headers, []).ShouldBeTrue();
        providers[0].IsSigned(headers, []).ShouldBeFalse();
    }

    [Fact]
    public void ConfiguredProviders_Mistakes_AreAllToldWithTheirLines()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("providers.yaml", """
            github:
              signature: {scheme: token, header: X}
            ci:
              signature: {scheme: md5, header: X}
              secret: in-the-open
              artefact: {}
              trigger: {repository: repository, ref: /ref}
            """);

        var problem = Should.Throw<ConfigurationException>(() => ProvidersFile.Read(file, new Dictionary<string, string>(StringComparer.Ordinal)));

        problem.Message.ShouldContain($"{file}:1");
        foreach (var part in (string[])["is no name for a provider", "'md5'", "would keep a secret in the file", "did you mean 'artifact'?", "JSON pointer", "trigger.head is missing"]) problem.Message.ShouldContain(part);
        problem.Message.ShouldNotContain("in-the-open");
    }

    [Fact]
    public async Task EveryExampleOfGitHub_HasADisposition()
    {
        await using var house = await IngestHouse.StartAsync(Platform.Persistence.DatabaseProvider.Sqlite);
        using var examples = await ExamplesAsync();
        var table = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var kind in examples.RootElement.EnumerateArray())
        {
            var name = kind.GetProperty("name").GetString()!;
            foreach (var example in kind.GetProperty("examples").EnumerateArray())
            {
                var answer = await house.GitHubAsync(Encoding.UTF8.GetBytes(example.GetRawText()), name);
                ((int)answer.Status).ShouldBe(202, $"{name}: {answer.Body}");
                var key = $"{name}: {answer.Text("disposition")}";
                table[key] = table.GetValueOrDefault(key) + 1;
            }
        }

        table.Values.Sum().ShouldBe(329);
        // read: what is not ignored calls for something
        table.Where(row => row.Key.EndsWith(Dispositions.Received, StringComparison.Ordinal)).Select(row => $"{row.Key} {row.Value}").ShouldBe(TestedKinds);
        (await house.RowsAsync()).ShouldAllBe(row => row.Disposition != Dispositions.Ignored || row.Reason.Length > 0);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', table.Select(row => $"{row.Key} {row.Value}")));
    }

    private static readonly string[] TestedKinds =
        ["installation: received 4", "installation_repositories: received 3", "issues: received 5", "pull_request: received 12", "push: received 2", "repository: received 4"];

    private static EventReading Read(WebhookProvider provider, string name, string payload)
    {
        var (document, problem) = StrictJson.Parse(Encoding.UTF8.GetBytes(payload));
        problem.ShouldBeNull(payload);
        using (document) return provider.Read(new DeliveryHead("d", name), document!.RootElement, Stamp);
    }

    private static async Task<JsonDocument> ExamplesAsync()
    {
        await using var packed = typeof(ReadingTests).Assembly.GetManifestResourceStream("github-webhooks.json.gz")!;
        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        return await JsonDocument.ParseAsync(plain, cancellationToken: TestContext.Current.CancellationToken);
    }
}

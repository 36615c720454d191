using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Effects;
using Charterhouse.Testing;
using Charterhouse.Testing.Forges;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.RepoSync.Tests.Effects;

/// <summary>The other sorts of effects: checks, statuses, the dashboard, SARIF, webhooks.</summary>
public sealed class EffectKindTests
{
    private static readonly Finding[] Noisy = [Reports.Finding(1, Severities.High, "A token is in the tree", "src/a.cs", 12)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_ManyFindings_AnnotatesInBatchesAndEndsNeutral()
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite);

        var result = await house.DoAsync(StepKinds.ForgeCheck, Many(120));

        result.State.ShouldBe(EffectStates.Done, result.Summary);
        var check = house.Repository.CheckRuns.ShouldHaveSingleItem();
        (check["name"]!.GetValue<string>(), check["status"]!.GetValue<string>(), check["conclusion"]!.GetValue<string>()).ShouldBe(("charterhouse", "completed", "neutral"));
        check["annotations"]!.AsArray().Count.ShouldBe(120);
        house.Ledger.Count.ShouldBe(3, "50, 50 and 20 annotations");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Check_CutAfterAnyCall_GoesOnWithTheSameCheckAndAnnotatesOnce(int calls)
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite);
        var seen = 0;
        house.Forge.On(call => call.Path.Contains("/check-runs", StringComparison.Ordinal) && call.Mutates && seen++ == calls, StubFault.CutAfter());
        var run = Guid.CreateVersion7();

        await house.FailAsync(StepKinds.ForgeCheck, Many(120), run);
        var again = await house.DoAsync(StepKinds.ForgeCheck, Many(120), run: run);

        again.State.ShouldBe(EffectStates.Done, again.Summary);
        var check = house.Repository.CheckRuns.ShouldHaveSingleItem();
        check["annotations"]!.AsArray().Select(one => one!["start_line"]!.GetValue<int>()).Distinct().Count().ShouldBe(120);
        check["annotations"]!.AsArray().Count.ShouldBe(120);
        check["status"]!.GetValue<string>().ShouldBe("completed");
    }

    [Fact]
    public async Task Check_AnotherRunOfTheSameHead_GoesOnWithTheSameCheck() // one review for each pull request, head and name
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite);
        await house.DoAsync(StepKinds.ForgeCheck, Noisy);

        await house.DoAsync(StepKinds.ForgeCheck, Noisy);
        await house.DoAsync(StepKinds.ForgeCheck, []);

        var check = house.Repository.CheckRuns.ShouldHaveSingleItem();
        check["conclusion"]!.GetValue<string>().ShouldBe("success");
        check["annotations"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("high", "failure")]
    [InlineData("critical", "neutral")]
    public async Task Check_FailOn_FailsFromThatSeverityOn(string failOn, string conclusion)
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite);

        await house.DoAsync(StepKinds.ForgeCheck, Noisy, with: (StepKinds.FailOn, failOn));

        house.Repository.CheckRuns.ShouldHaveSingleItem()["conclusion"]!.GetValue<string>().ShouldBe(conclusion);
    }

    [Fact]
    public async Task Check_PersonalToken_SaysItInTheCommitsStatus()
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite, app: false);

        (await house.DoAsync(StepKinds.ForgeCheck, Noisy)).State.ShouldBe(EffectStates.Done);

        house.Repository.CheckRuns.ShouldBeEmpty();
        house.Repository.Statuses[EffectHouse.Head].ShouldHaveSingleItem()["context"]!.GetValue<string>().ShouldBe("charterhouse");
    }

    [Fact]
    public async Task Status_IsOneLine()
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite);

        await house.DoAsync(StepKinds.ForgeStatus, Noisy);

        var status = house.Repository.Statuses[EffectHouse.Head].ShouldHaveSingleItem();
        (status["state"]!.GetValue<string>(), status["description"]!.GetValue<string>()).ShouldBe(("success", "1 new finding (1 high)"));
    }

    [Fact]
    public async Task Dashboard_IsOneIssueThatIsEdited()
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite);
        await house.DoAsync(StepKinds.ForgeDashboard, Noisy, pull: null, whole: true);

        await house.DoAsync(StepKinds.ForgeDashboard, [], EffectHouse.NewHead, pull: null, whole: true);

        var issue = house.Repository.Issues.ShouldHaveSingleItem();
        issue["title"]!.GetValue<string>().ShouldBe("Charter");
        issue["body"]!.GetValue<string>().ShouldContain("- [ ] <!-- charterhouse:do:analyze --> Analyse again");
    }

    [Fact]
    public async Task Sarif_IsUploadedOnceForACommit()
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite);

        var first = await house.DoAsync(StepKinds.ForgeSarif, Noisy);
        await house.DoAsync(StepKinds.ForgeSarif, Noisy);

        first.State.ShouldBe(EffectStates.Done, first.Summary);
        house.Repository.Sarifs.ShouldHaveSingleItem()["ref"]!.GetValue<string>().ShouldBe("refs/pull/17/head");
    }

    [Fact]
    public async Task Webhook_IsSignedAndSentAgainUntilItIsTaken()
    {
        const string secret = "a secret of the tests only, long";
        await using var receiver = new Receiver(HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
        await receiver.StartAsync();
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite, configure: options =>
        {
            options.AllowPrivateHosts = true;
            options.Webhook = new WebhookTarget(receiver.Url, secret);
        });

        var sent = await house.DoAsync(StepKinds.ForgeWebhook, Noisy);
        sent.State.ShouldBe(EffectStates.Sending);
        (await house.BecomesAsync(sent.EffectId!, EffectStates.Done)).Attempts.ShouldBe(2);

        var (headers, body) = receiver.Requests[1];
        headers["webhook-id"].ShouldBe(sent.EffectId);
        var signed = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}"));
        headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(signed));
        body.ShouldContain("\"type\":\"change.reported\"");
    }

    [Fact]
    public async Task Webhook_AddressInsideTheOwnNetwork_IsRefused()
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite, configure: options => options.Webhook = new WebhookTarget(new Uri("http://127.0.0.1:9/"), "a secret of the tests only, long"));

        var sent = await house.DoAsync(StepKinds.ForgeWebhook, Noisy);

        (await house.BecomesAsync(sent.EffectId!, EffectStates.Failed)).Error!.ShouldContain("loopback, private or link-local");
    }

    [Fact]
    public async Task GitLab_NoteAndStatus_AreMadeOnceAndEdited()
    {
        await using var gitLab = await StubGitLab.StartAsync(Token);
        gitLab.Add(EffectHouse.Path).Pulls[17] = new StubPull { HeadSha = EffectHouse.Head };
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite, configure: options =>
            options.GitLab = new ForgeSettings { Web = new Uri(gitLab.Url), Api = new Uri(gitLab.ApiUrl), Token = new SecretText(StubGitLab.Token, null) });

        (await house.DoAsync(StepKinds.ForgeComment, Noisy, at: gitLab.Url)).State.ShouldBe(EffectStates.Done);
        (await house.DoAsync(StepKinds.ForgeComment, [], at: gitLab.Url)).State.ShouldBe(EffectStates.Done);
        (await house.DoAsync(StepKinds.ForgeCheck, Noisy, at: gitLab.Url)).State.ShouldBe(EffectStates.Done);
        var sarif = await house.DoAsync(StepKinds.ForgeSarif, Noisy, at: gitLab.Url);

        var project = gitLab.Projects[EffectHouse.Path];
        project.CommentsOf(17).ShouldHaveSingleItem()["body"]!.GetValue<string>().ShouldStartWith("**No new findings**");
        project.Statuses[EffectHouse.Head].ShouldHaveSingleItem();
        (sarif.State, sarif.Summary).ShouldBe((EffectStates.Skipped, "GitLab takes no SARIF"));
    }

    [Fact]
    public async Task Sweep_FailedDeliveries_AreSentAgainOnce()
    {
        await using var house = await EffectHouse.StartAsync(DatabaseProvider.Sqlite);
        var now = TimeProvider.System.GetUtcNow();
        house.Forge.Deliveries.Add(Delivery(1, "lost", 502, now.AddMinutes(-30)));
        house.Forge.Deliveries.Add(Delivery(2, "made-good", 502, now.AddMinutes(-40)));
        house.Forge.Deliveries.Add(Delivery(3, "made-good", 202, now.AddMinutes(-20)));
        house.Forge.Deliveries.Add(Delivery(4, "under-way", 502, now));
        for (var i = 0; i < 5; i++) house.Forge.Deliveries.Add(Delivery(10 + i, "hopeless", 401, now.AddMinutes(-60 + i)));

        await house.SweepAsync();
        await Eventually.Holds("the lost one is sent again", () => house.Ledger.Count > 0, cancellationToken: Token);
        await house.SweepAsync();
        var listed = await Eventually.Gets("the ledger has it", async () => (await house.Effects.ListAsync(new EffectQuery(EffectStates.Done, null, null), 10, null, Token)).Effects is [var one] ? one : null!, cancellationToken: Token);

        house.Ledger.ShouldBe(["POST /app/hook/deliveries/1/attempts"]);
        (listed.Kind, listed.Summary).ShouldBe(("forge/redelivery", "GitHub delivers push lost again"));
    }

    private static System.Text.Json.Nodes.JsonObject Delivery(long id, string guid, int status, DateTimeOffset at) => new()
    {
        ["id"] = id,
        ["guid"] = guid,
        ["delivered_at"] = at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["redelivery"] = false,
        ["status"] = status.ToString(CultureInfo.InvariantCulture),
        ["status_code"] = status,
        ["event"] = "push",
    };

    private static Finding[] Many(int count) => [.. Enumerable.Range(1, count).Select(i => Reports.Finding(i, Severities.Medium, $"Finding {i.ToString(CultureInfo.InvariantCulture)}", "src/a.cs", i))];

    /// <summary>A receiver of webhooks that answers what it is told, one after the other.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly Queue<HttpStatusCode> answers;

        public Receiver(params HttpStatusCode[] answers)
        {
            this.answers = new Queue<HttpStatusCode>(answers);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            app = builder.Build();
            app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var body = await reader.ReadToEndAsync(context.RequestAborted);
                lock (Requests) Requests.Add((context.Request.Headers.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
                context.Response.StatusCode = (int)this.answers.Dequeue();
            });
        }

        public List<(Dictionary<string, string> Headers, string Body)> Requests { get; } = [];

        public Uri Url => new(app.Urls.Single() + "/hook");

        public Task StartAsync() => app.StartAsync(Token);

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Ingest.Providers;
using Charterhouse.Ingest.Tests.Fixture;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;

namespace Charterhouse.Ingest.Tests;

public sealed class SqliteWebhookTests() : WebhookTests(DatabaseProvider.Sqlite);

public sealed class PostgreSqlWebhookTests() : WebhookTests(DatabaseProvider.PostgreSql);

/// <summary>What the edge takes and what it refuses: raw bytes, signature, headers, JSON, one commit, 202.</summary>
public abstract class WebhookTests(DatabaseProvider provider)
{
    private static readonly string Head = Payloads.Sha('a');

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliver_SignedPush_IsOnRecordAndSentOnce()
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var body = Payloads.Push(Head, Payloads.Sha('b'));

        var answer = await house.GitHubAsync(body, delivery: "d-1");

        answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Body);
        answer.Text("disposition").ShouldBe(Dispositions.Received);
        var row = (await house.RowsAsync()).ShouldHaveSingleItem();
        (row.EventId, row.Provider, row.DeliveryId, row.Event, row.SignatureStatus, row.Repository, row.Ref, row.HeadSha, row.Actor).ShouldBe((answer.Text("event_id"), "github", "d-1", "push", "verified", "acme/shop", "refs/heads/main", Head, "ada"));
        Encoding.UTF8.GetString(row.Body!).ShouldBe(body, "the bytes that were signed");
        await Eventually.Holds("the Orchestrator is told", () => Task.FromResult(house.Listener.Triggers.Received.Count == 1), cancellationToken: Cancelled);
        var sent = house.Listener.Triggers.Received.Single().Message;
        sent.Repository.ShouldBe(new TriggerRepository("https://forge.example/acme/shop", "acme/shop", "forge.example/42", "main"));
        (sent.EventId, sent.Kind, sent.Line, sent.HeadSha, sent.BeforeSha, sent.Bot).ShouldBe((row.EventId, TriggerKinds.Push, "refs/heads/main", Head, Payloads.Sha('b'), false));
        sent.Paths.ShouldBe(["README.md", "src/New.cs"]);
    }

    [Fact]
    public async Task Deliver_SameDeliveryAHundredTimesAtOnce_IsOneRowAndOneMessage() // F21
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var body = Payloads.Push(Head);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => house.GitHubAsync(body, delivery: "the-same")));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Accepted);
        answers.Count(answer => answer.Text("disposition") == Dispositions.Duplicate).ShouldBe(99);
        answers.Select(answer => answer.Text("event_id")).Distinct().ShouldHaveSingleItem();
        (await house.RowsAsync()).ShouldHaveSingleItem().Deliveries.ShouldBe(100);
        await Eventually.Holds("the Orchestrator is told", () => Task.FromResult(house.Listener.Triggers.Received.Count > 0), cancellationToken: Cancelled);
        house.Listener.Triggers.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_OldAndNewAtOnce_OnlyTheOldAreDuplicates()
    {
        await using var house = await IngestHouse.StartAsync(provider);
        for (var i = 0; i < 3; i++) await house.GitHubAsync(Payloads.Push(Head), delivery: $"old-{i}");

        // they share commits, and one that cannot be stored must not take the others along
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => house.GitHubAsync(Payloads.Push(Head), delivery: i % 4 == 0 ? $"old-{i % 3}" : $"new-{i}")));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Accepted);
        answers.Select(answer => answer.Text("disposition")).ShouldBe(Enumerable.Range(0, 60).Select(i => i % 4 == 0 ? Dispositions.Duplicate : Dispositions.Received));
        var rows = await house.RowsAsync();
        (rows.Count, rows.Sum(row => row.Deliveries)).ShouldBe((3 + 45, 3 + 60));
    }

    [Theory] // F43
    [InlineData("none")]
    [InlineData("wrong")]
    [InlineData("sha1")]
    [InlineData("short")]
    [InlineData("twice")]
    [InlineData("of another body")]
    public async Task Deliver_WithoutGoodSignature_IsRefusedAndNotParsed(string what)
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var body = Encoding.UTF8.GetBytes("{ this is no JSON");
        var good = IngestHouse.Sign(body);
        (string, string)[] headers = [("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "d"), .. what switch
        {
            "none" => [],
            "wrong" => [("X-Hub-Signature-256", IngestHouse.Sign(body, "another-secret-altogether"))],
            "sha1" => [("X-Hub-Signature", "sha1=" + new string('a', 40))],
            "short" => [("X-Hub-Signature-256", good[..^2])],
            "twice" => [("X-Hub-Signature-256", good), ("X-Hub-Signature-256", good)],
            _ => new[] { ("X-Hub-Signature-256", IngestHouse.Sign([1, 2, 3])) },
        }];

        var answer = await house.PostAsync("github", body, headers);

        (answer.Status, answer.ContentType, answer.Text("code")).ShouldBe((HttpStatusCode.Unauthorized, "application/problem+json", "invalid_signature"));
        (await house.RowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deliver_ManyForgeries_AreToldToWaitAndAForgeIsNot()
    {
        await using var house = await IngestHouse.StartAsync(provider, IngestHouse.Options(failures: 3));
        for (var i = 0; i < 3; i++) (await house.GitHubAsync("{}", secret: "a-guess-of-the-secret")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        var forged = await house.GitHubAsync("{}", secret: "a-guess-of-the-secret");
        var good = await house.GitHubAsync(Payloads.Push(Head));

        forged.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        int.Parse(forged.RetryAfter!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        good.Status.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Deliver_WhileTheSecretRotates_BothPassUntilTheOldIsGone() // F44
    {
        using var folder = new TemporaryFolder();
        const string old = "the-old-secret-of-github", fresh = "the-new-secret-of-github";
        var file = folder.Write("secret", old);
        await using var house = await IngestHouse.StartAsync(provider, IngestHouse.Options(github: new RotatingSecret(old, file)));
        async Task<(HttpStatusCode Old, HttpStatusCode New)> TryAsync() =>
            ((await house.GitHubAsync(Payloads.Push(Head), secret: old)).Status, (await house.GitHubAsync(Payloads.Push(Head), secret: fresh)).Status);

        (await TryAsync()).ShouldBe((HttpStatusCode.Accepted, HttpStatusCode.Unauthorized));
        Exchange($"{fresh},{old}", 1);
        (await TryAsync()).ShouldBe((HttpStatusCode.Accepted, HttpStatusCode.Accepted));
        Exchange(fresh, 2);
        (await TryAsync()).ShouldBe((HttpStatusCode.Unauthorized, HttpStatusCode.Accepted));

        void Exchange(string text, int minutes)
        {
            File.WriteAllText(file, text + "\n");
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(minutes)); // the file system's stamps may be coarse
        }
    }

    [Theory] // F45
    [InlineData("X-GitHub-Event")]
    [InlineData("X-GitHub-Delivery")]
    [InlineData("Content-Type")]
    public async Task Deliver_WithoutAHeader_IsRefusedByName(string missing)
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var body = Encoding.UTF8.GetBytes(Payloads.Push(Head));
        (string Name, string Value)[] headers = [("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "d"), ("X-Hub-Signature-256", IngestHouse.Sign(body))];

        var answer = await house.PostAsync("github", body, headers.Where(header => header.Name != missing), missing == "Content-Type" ? "text/plain" : "application/json");

        (answer.Status, answer.Text("code")).ShouldBe((HttpStatusCode.BadRequest, "invalid_header"));
        answer.Text("detail").ShouldContain(missing);
        (await house.RowsAsync()).ShouldBeEmpty();
    }

    public static TheoryData<string> BrokenPayloads => new(
        "", "{", "{\"a\":", "null", "[]", "\"text\"", "{\"a\":1,\"a\":2}", "{\"a\":1e400}", string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000), "{\"a\":1} {}");

    [Theory] // F41
    [MemberData(nameof(BrokenPayloads))]
    public async Task Deliver_BrokenPayload_IsRefused(string body)
    {
        await using var house = await IngestHouse.StartAsync(provider);

        var answer = await house.GitHubAsync(body);

        (answer.Status, answer.ContentType, answer.Text("code")).ShouldBe((HttpStatusCode.BadRequest, "application/problem+json", "invalid_payload"));
        (await house.RowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deliver_StrangeText_IsKeptByTheByteOrRefused() // F42
    {
        await using var house = await IngestHouse.StartAsync(provider);
        byte[] invalid = [.. "{\"a\":\""u8, 0xff, 0xfe, .. "\"}"u8], marked = [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Payloads.Push(Head))];
        var surrogate = Encoding.UTF8.GetBytes(Payloads.Push(Head).Replace("\"ada\"", "\"ada\\ud800\"", StringComparison.Ordinal));
        var nul = Encoding.UTF8.GetBytes(Payloads.Push(Head).Replace("\"ada\"", "\"a\\u0000da\"", StringComparison.Ordinal));

        (await house.GitHubAsync(invalid)).Status.ShouldBe(HttpStatusCode.BadRequest);
        foreach (var body in (byte[][])[marked, surrogate, nul]) (await house.GitHubAsync(body)).Status.ShouldBe(HttpStatusCode.Accepted);

        (await house.RowsAsync()).Select(row => (Convert.ToHexString(row.Body!), row.Actor)).ShouldBe([(Convert.ToHexString(marked), "ada"), (Convert.ToHexString(surrogate), null), (Convert.ToHexString(nul), "ada")]);
    }

    [Fact]
    public async Task Deliver_LargestBody_IsTakenAndOneByteMoreIsNot() // F39
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var push = Payloads.Push(Head);
        var largest = Encoding.UTF8.GetBytes(push + new string(' ', IngestOptions.MaxBodyBytes - push.Length));
        (string, string)[] Headers(byte[] body) => [("X-GitHub-Event", "push"), ("X-GitHub-Delivery", Guid.NewGuid().ToString()), ("X-Hub-Signature-256", IngestHouse.Sign(body))];

        (await house.PostAsync("github", largest, Headers(largest), chunked: true)).Status.ShouldBe(HttpStatusCode.Accepted);
        (await house.PostAsync("github", largest, Headers(largest))).Status.ShouldBe(HttpStatusCode.Accepted);
        var more = await house.PostAsync("github", [.. largest, 32], Headers([.. largest, 32]));

        (more.Status, more.Text("code")).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "body_too_large"));
        (await house.RowsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Deliver_BodyThatNeverEnds_IsCutOff() // F39
    {
        await using var house = await IngestHouse.StartAsync(provider, IngestHouse.Options(bodyTimeout: TimeSpan.FromMilliseconds(300)));
        using var slow = new TcpClient();
        await slow.ConnectAsync(house.Url.Host, house.Url.Port, Cancelled);
        await using var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /webhooks/github HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"), Cancelled);

        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync(Cancelled)).ShouldNotBeNull().ShouldStartWith("HTTP/1.1 408");
        try
        {
            await reader.ReadToEndAsync(Cancelled); // ends because the connection does
        }
        catch (IOException)
        {
            // that way too
        }

        (await house.RowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deliver_AsForm_IsReadFromItsField()
    {
        await using var house = await IngestHouse.StartAsync(provider);
        var body = Encoding.UTF8.GetBytes("payload=" + Uri.EscapeDataString(Payloads.Push(Head)));

        var answer = await house.PostAsync("github", body, [("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "d"), ("X-Hub-Signature-256", IngestHouse.Sign(body))], "application/x-www-form-urlencoded");

        answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Body);
        (await house.RowsAsync()).ShouldHaveSingleItem().HeadSha.ShouldBe(Head);
    }

    [Fact]
    public async Task Deliver_ToWhomNobodyConfigured_IsNotFound()
    {
        await using var house = await IngestHouse.StartAsync(provider, new IngestOptions());

        var answer = await house.GitHubAsync(Payloads.Push(Head));

        (answer.Status, answer.Text("code")).ShouldBe((HttpStatusCode.NotFound, "provider_not_configured"));
        answer.Text("remedy").ShouldContain("GITHUB_WEBHOOK_SECRET");
    }
}

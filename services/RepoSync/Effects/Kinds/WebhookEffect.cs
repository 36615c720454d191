using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Effects.Kinds;

/// <summary>
/// <c>forge/webhook</c>: tells another system, signed as Standard Webhooks has it (<c>webhook-id</c>, <c>webhook-timestamp</c>, <c>webhook-signature: v1,…</c>; the HMAC-SHA256 of id,
/// time and body with dots between). Delivered beside the run, which never fails by it.
/// </summary>
internal sealed class WebhookEffect(RepoSyncOptions options, HostGuard guard, TimeProvider time) : EffectKind
{
    private const string Base64Secret = "whsec_";
    private const int MostFindings = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private sealed record Notice(string Type, NoticeData Data);

    private sealed record NoticeData(
        string RunId, string? RunUrl, string Repository, string? HeadSha, string? Ref, long? PullRequest, int Version, bool Complete,
        IReadOnlyDictionary<string, int> Findings, IReadOnlyList<NoticeFinding> List);

    private sealed record NoticeFinding(string Id, string Rule, string Severity, string? State, string Title, string? Path, int? Line);

    public override string Name => StepKinds.ForgeWebhook;

    public override bool NeedsForge => false;

    public override EffectDecision Plan(EffectSubject subject)
    {
        if (options.Webhook is not { } webhook) return new EffectNothing("no address is configured (effects.webhook_url)");
        var report = subject.Report;
        var counts = Severities.All.ToDictionary(severity => severity, severity => report.Findings.Count(finding => finding.Severity == severity), StringComparer.Ordinal);
        var findings = report.Findings.Take(MostFindings).Select(one => new NoticeFinding(one.Id, one.Rule, one.Severity, one.State, one.Title, one.Path, one.Line)).ToList();
        var notice = new Notice(report.Change is null ? "charter.published" : "change.reported", new NoticeData(report.RunId, report.RunUrl?.AbsoluteUri, report.Trigger.Target, report.HeadSha,
            report.Trigger.Ref, report.Trigger.PullRequest, report.Version, report.Incomplete is null, counts, findings));
        return new EffectPlan($"webhook/{webhook.Url.Authority}/{subject.Path}/{report.HeadSha}", report.HeadSha, $"send a webhook to {webhook.Url.Authority}", CanonicalJson.ToElement(notice)) { IsSent = true };
    }

    public override async Task<EffectOutcome> CallAsync(EffectCall call, CancellationToken cancellationToken)
    {
        if (options.Webhook is not { } webhook) throw StepFailedException.Permanent("webhook_not_configured", "no address is configured (effects.webhook_url)", null);
        var addresses = await guard.CheckAsync(webhook.Url.Host, cancellationToken);
        // the addresses that were checked are the ones that are connected to
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = (_, token) => ConnectAsync(addresses, webhook.Url.Port, token) };
        using var client = new HttpClient(handler) { Timeout = Patience };
        using var request = Request(webhook, call);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode) return EffectOutcome.Done($"{webhook.Url.Authority} took the webhook ({(int)response.StatusCode})", null, null);
            var problem = $"{webhook.Url.Authority} answered {(int)response.StatusCode}";
            if (response.StatusCode == HttpStatusCode.Gone) throw StepFailedException.Permanent("webhook_gone", problem + ": nobody is there any more", "Correct effects.webhook_url.");
            throw StepFailedException.Transient("webhook_refused", problem, null, After(response));
        }
        catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw StepFailedException.Transient("webhook_unreachable", $"{webhook.Url.Authority} cannot be reached: {(problem is HttpRequestException ? problem.Message : "no answer in time")}", null);
        }
    }

    private HttpRequestMessage Request(WebhookTarget webhook, EffectCall call)
    {
        var body = Encoding.UTF8.GetBytes(CanonicalJson.WriteText(call.Request));
        var seconds = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("Charterhouse");
        request.Headers.Add("webhook-id", call.EffectId);
        request.Headers.Add("webhook-timestamp", seconds);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{call.EffectId}.{seconds}."), .. body];
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(webhook.Secret), signed)));
        return request;
    }

    /// <summary>The secret's bytes: those behind <c>whsec_</c> in Base64, otherwise the text's.</summary>
    private static byte[] Key(string secret) =>
        secret.StartsWith(Base64Secret, StringComparison.Ordinal) ? Convert.FromBase64String(secret[Base64Secret.Length..]) : Encoding.UTF8.GetBytes(secret);

    private TimeSpan? After(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    private static async ValueTask<Stream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

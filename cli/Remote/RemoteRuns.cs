using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Api;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Remote;

/// <summary>The runs of a server (<c>--server URL</c>), through its HTTP API.</summary>
internal sealed class RemoteRuns(ApiClient api, TimeProvider time) : IRunService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    public Task<RunId> StartAsync(RunRequest request, CancellationToken cancellationToken) => CommandAsync("runs", request, cancellationToken);

    public Task<RunId> ResumeAsync(RunId run, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, WorkflowSource? workflow, int? recursionLimit, CancellationToken cancellationToken) =>
        CommandAsync($"runs/{run}/resume", new ContinueRequest(null, update, asStep, workflow, recursionLimit), cancellationToken);

    public Task<RunId> ForkAsync(RunId run, long seq, IReadOnlyDictionary<string, JsonElement>? update, string? asStep, CancellationToken cancellationToken) =>
        CommandAsync($"runs/{run}/fork", new ContinueRequest(seq, update, asStep, null, null), cancellationToken);

    public async Task<bool> CancelAsync(RunId run, string reason, string? actor, CancellationToken cancellationToken) =>
        (await api.SendAsync<CancelReply>(HttpMethod.Post, $"runs/{run}/cancel", new CancelRequest(reason, actor), cancellationToken)).Cancelling;

    // What a whole id names is asked for by the request that follows.
    public async Task<RunId?> ResolveAsync(string text, CancellationToken cancellationToken) =>
        RunId.TryParse(text, out var whole) ? whole : await IdAsync($"runs/{Uri.EscapeDataString(text)}/id", "run_not_found", cancellationToken);

    public Task<RunId?> LatestOfThreadAsync(string threadId, CancellationToken cancellationToken) => IdAsync($"threads/{Uri.EscapeDataString(threadId)}/latest", "thread_not_found", cancellationToken);

    public Task<IReadOnlyList<RunSummary>> ListAsync(string? status, int limit, RunId? before, CancellationToken cancellationToken) =>
        PageAsync(ApiClient.Path("runs", ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("status", status), ("cursor", before?.ToString())), cancellationToken);

    public Task<IReadOnlyList<RunSummary>> StuckAsync(TimeSpan quiet, int limit, CancellationToken cancellationToken) =>
        PageAsync(string.Create(CultureInfo.InvariantCulture, $"runs?limit={limit}&stuck={(long)quiet.TotalSeconds}s"), cancellationToken);

    public async Task<RunDetails?> FindAsync(RunId run, CancellationToken cancellationToken)
    {
        try
        {
            var details = await api.GetAsync<RunDetails>($"runs/{run}", cancellationToken);
            return details with { Run = Seen(details.Run) };
        }
        catch (RunRequestException problem) when (problem.Code == "run_not_found")
        {
            return null;
        }
    }

    public Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(RunId run, CancellationToken cancellationToken) => api.GetAsync<IReadOnlyList<CheckpointView>>($"runs/{run}/checkpoints", cancellationToken);

    public Task<IReadOnlyDictionary<string, JsonElement>> StateAsync(RunId run, long? seq, CancellationToken cancellationToken) =>
        api.GetAsync<IReadOnlyDictionary<string, JsonElement>>($"runs/{run}/state{(seq is { } number ? "?checkpoint=" + number.ToString(CultureInfo.InvariantCulture) : "")}", cancellationToken);

    public Task<IReadOnlyList<StateDifference>> DiffAsync(RunId run, long from, long to, CancellationToken cancellationToken) =>
        api.GetAsync<IReadOnlyList<StateDifference>>(string.Create(CultureInfo.InvariantCulture, $"runs/{run}/diff?from={from}&to={to}"), cancellationToken);

    // A number is looked at by the request that follows.
    public async Task<long> ResolveCheckpointAsync(RunId run, string text, CancellationToken cancellationToken) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq
        : (await api.GetAsync<CheckpointView>($"runs/{run}/checkpoints/{Uri.EscapeDataString(text)}", cancellationToken)).Seq;

    public async IAsyncEnumerable<RunEventView> EventsAsync(RunId run, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var ended = false;
            await foreach (var happened in ConnectionAsync(run, after, cancellationToken))
            {
                after = happened.Seq;
                ended = happened.Type is "run.published" or "run.failed" or "run.cancelled" or "run.expired";
                yield return happened;
            }
            // A connection that broke (a server that was exchanged, a proxy) is taken up where it ended.
            if (ended || await FindAsync(run, cancellationToken) is { } details && RunStatus.IsTerminal(details.Run.Status)) yield break;
            await Task.Delay(Again, time, cancellationToken);
        }
    }

    private async IAsyncEnumerable<RunEventView> ConnectionAsync(RunId run, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"runs/{run}/events");
        request.Headers.Add("Last-Event-ID", after.ToString(CultureInfo.InvariantCulture));
        using var response = await api.AskAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var events = SseParser.Create(stream, static (_, data) => JsonSerializer.Deserialize<RunEventView>(data, CanonicalJson.Options)!).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await events.MoveNextAsync()) yield break;
            }
            catch (Exception problem) when (problem is IOException or HttpRequestException)
            {
                yield break;
            }
            yield return events.Current.Data;
        }
    }

    private async Task<RunId?> IdAsync(string path, string absent, CancellationToken cancellationToken)
    {
        try
        {
            return IdOf(await api.GetAsync<RunReference>(path, cancellationToken));
        }
        catch (RunRequestException problem) when (problem.Code == absent)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<RunSummary>> PageAsync(string path, CancellationToken cancellationToken) => [.. (await api.GetAsync<RunPage>(path, cancellationToken)).Runs.Select(Seen)];

    /// <summary>With the whole addresses of its files.</summary>
    private RunSummary Seen(RunSummary run) => run with { Artifacts = [.. run.Artifacts.Select(file => file.Path is null ? file : file with { Path = api.UrlOf(RemoteArtifacts.PathOf(run.RunId, file.Type)) })] };

    private async Task<RunId> CommandAsync<T>(string path, T body, CancellationToken cancellationToken) => IdOf(await api.SendAsync<RunReference>(HttpMethod.Post, path, body, cancellationToken));

    private static RunId IdOf(RunReference reference) => RunId.TryParse(reference.RunId, out var id) ? id : throw new ServerException($"the server answered with '{reference.RunId}', which is no run id");
}

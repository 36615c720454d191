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

    public async Task<RunId?> ResolveAsync(string text, CancellationToken cancellationToken) =>
        await FindAsync(Uri.EscapeDataString(text), cancellationToken) is { } details && RunId.TryParse(details.Run.RunId, out var id) ? id : null;

    public async Task<RunId?> LatestOfThreadAsync(string threadId, CancellationToken cancellationToken)
    {
        try
        {
            return IdOf(await api.GetAsync<RunReference>($"threads/{Uri.EscapeDataString(threadId)}/latest", cancellationToken));
        }
        catch (RunRequestException problem) when (problem.Code == "thread_not_found")
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<RunSummary>> ListAsync(string? status, int limit, RunId? before, CancellationToken cancellationToken) =>
        (await api.GetAsync<RunPage>($"runs?limit={limit.ToString(CultureInfo.InvariantCulture)}{(status is null ? "" : "&status=" + Uri.EscapeDataString(status))}{(before is null ? "" : $"&cursor={before}")}", cancellationToken)).Runs;

    public async Task<IReadOnlyList<RunSummary>> StuckAsync(TimeSpan quiet, int limit, CancellationToken cancellationToken) =>
        (await api.GetAsync<RunPage>(string.Create(CultureInfo.InvariantCulture, $"runs?limit={Math.Min(limit, 200)}&stuck={(long)quiet.TotalSeconds}s"), cancellationToken)).Runs;

    public Task<RunDetails?> FindAsync(RunId run, CancellationToken cancellationToken) => FindAsync(run.ToString(), cancellationToken);

    public Task<IReadOnlyList<CheckpointView>> CheckpointsAsync(RunId run, CancellationToken cancellationToken) => api.GetAsync<IReadOnlyList<CheckpointView>>($"runs/{run}/checkpoints", cancellationToken);

    public Task<IReadOnlyDictionary<string, JsonElement>> StateAsync(RunId run, long? seq, CancellationToken cancellationToken) =>
        api.GetAsync<IReadOnlyDictionary<string, JsonElement>>($"runs/{run}/state{(seq is { } number ? "?checkpoint=" + number.ToString(CultureInfo.InvariantCulture) : "")}", cancellationToken);

    public Task<IReadOnlyList<StateDifference>> DiffAsync(RunId run, long from, long to, CancellationToken cancellationToken) =>
        api.GetAsync<IReadOnlyList<StateDifference>>(string.Create(CultureInfo.InvariantCulture, $"runs/{run}/diff?from={from}&to={to}"), cancellationToken);

    public async Task<long> ResolveCheckpointAsync(RunId run, string text, CancellationToken cancellationToken)
    {
        var all = await CheckpointsAsync(run, cancellationToken);
        var step = text.StartsWith("step:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        return (step is null ? all.LastOrDefault(one => one.Id == text || one.Seq.ToString(CultureInfo.InvariantCulture) == text) : all.LastOrDefault(one => one.Step == step))?.Seq
            ?? throw new RunRequestException("checkpoint_not_found", $"run {run} has no checkpoint '{text}'", $"List them: charter runs checkpoints {run}");
    }

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

    private async Task<RunDetails?> FindAsync(string run, CancellationToken cancellationToken)
    {
        try
        {
            return await api.GetAsync<RunDetails>("runs/" + run, cancellationToken);
        }
        catch (RunRequestException problem) when (problem.Code == "run_not_found")
        {
            return null;
        }
    }

    private async Task<RunId> CommandAsync<T>(string path, T body, CancellationToken cancellationToken) => IdOf(await api.SendAsync<RunReference>(HttpMethod.Post, path, body, cancellationToken));

    private static RunId IdOf(RunReference reference) => RunId.TryParse(reference.RunId, out var id) ? id : throw new ServerException($"the server answered with '{reference.RunId}', which is no run id");
}

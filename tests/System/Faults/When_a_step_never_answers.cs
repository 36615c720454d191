using System.Net.Http.Json;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F54: a forge takes the request and says nothing, before the first byte or in the middle of a pack.</summary>
public sealed class When_a_step_never_answers(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task It_is_named_ended_and_tried_again() => RepeatAsync("F54", "git hangs until the idle timeout", async one =>
    {
        House.Services.Of("Orchestrator").Kill();
        var patient = House.Services.Start("Orchestrator", ("CHARTER_IDLE_TIMEOUT_SECONDS", "3"), ("CHARTER_RETRY_ATTEMPTS", "10"));
        await patient.ReadyAsync(Cancelled);
        House.Services.GitFault = GitServerFault.Hang;
        try
        {
            await one.AskAsync(4);
            var named = new HashSet<string>(StringComparer.Ordinal);
            await Eventually.Holds("each run that says nothing was listed", async () =>
            {
                named.UnionWith(await StuckAsync()); // an attempt that is ended is a sign of life
                return named.IsSupersetOf(one.Accepted);
            }, TimeSpan.FromSeconds(60), Cancelled);
            await Eventually.Holds("each was ended and is tried again", async () => (await House.Services.QueryAsync(
                $"SELECT DISTINCT run_id FROM run_events WHERE type = 'step.failed' AND data->>'code' = 'idle_timeout' AND run_id IN ('{string.Join("','", one.Accepted)}')")).Count == one.Accepted.Count,
                TimeSpan.FromSeconds(60), Cancelled);
        }
        finally
        {
            House.Services.GitFault = GitServerFault.None;
        }
        one.Healed();
        await one.EndAsync(Limit);
        patient.Kill();
        await House.HealAsync();
    }, always: true);

    private async Task<HashSet<string>> StuckAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, House.Url("runs?stuck=1s&limit=200"));
        using var response = await House.SendAsync(request, Cancelled);
        return [.. (await response!.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run_id").GetString()!)];
    }
}

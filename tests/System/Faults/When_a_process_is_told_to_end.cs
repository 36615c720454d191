using System.Diagnostics;
using System.Net;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F09: SIGTERM while there is work, then everything at once (F10).</summary>
public sealed class When_a_process_is_told_to_end(FaultHouse house) : FaultTests(house)
{
    private static readonly TimeSpan Drained = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("Agents")]
    [InlineData("RepoSync")]
    [InlineData("Orchestrator")]
    public Task It_drains_and_no_run_fails(string service) => RepeatAsync("F09", $"SIGTERM {service} during work", async one =>
    {
        var told = House.Services.Of(service);
        // somebody else is there to go on, and somebody follows a run
        await House.Services.Start(service).ReadyAsync(Cancelled);
        await one.AskAsync(10);
        await one.BegunAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, House.Url($"runs/{one.Accepted[0]}/events"));
        using var events = service == "Orchestrator" ? await House.SendAsync(request, Cancelled, HttpCompletionOption.ResponseHeadersRead) : null;

        var clock = Stopwatch.StartNew();
        told.Signal("TERM");

        var seen = new List<(HttpStatusCode? Ready, HttpStatusCode? Live)>();
        while (!told.Process.HasExited && clock.Elapsed < 2 * Drained)
        {
            var ready = await told.GetAsync("/health/ready");
            var live = await told.GetAsync("/health/live");
            seen.Add((ready?.Status, live?.Status));
        }
        clock.Elapsed.ShouldBeLessThan(Drained + TimeSpan.FromSeconds(1), "it did not drain in time: " + told.Log);
        told.Process.ExitCode.ShouldBe(0, told.Log);
        // ready until the signal is noticed, then not; live until nothing answers
        seen.SkipWhile(look => look.Ready == HttpStatusCode.OK).ShouldAllBe(look => look.Ready == null || look.Ready == HttpStatusCode.ServiceUnavailable);
        seen.ShouldAllBe(look => look.Live == null || look.Live == HttpStatusCode.OK);
        seen.ShouldContain(look => look.Ready == HttpStatusCode.ServiceUnavailable && look.Live == HttpStatusCode.OK);
        one.Healed();
    });

    [Fact]
    public Task A_running_step_ends_before_its_process_does() => RepeatAsync("F09", "SIGTERM Agents in a long step", async one =>
    {
        var told = House.Services.Of("Agents");
        await one.AskAsync(6);
        await one.BegunAsync("scan");
        told.Signal("TERM");
        await Eventually.Holds("it has ended", () => told.Process.HasExited, TimeSpan.FromSeconds(31), Cancelled);
        (await House.Services.QueryAsync("SELECT task_id FROM node_executions WHERE service = 'agents' AND status = 'running'")).ShouldBeEmpty("a step was left with its lease");
        await one.HealAsync();
    }, always: true);
}

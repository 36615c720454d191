using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>Dead letters of the distributed profile, as the one who runs it sees them.</summary>
public sealed class When_messages_cannot_be_worked_on
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_dies_of_a_message_five_times_is_rid_of_it_and_a_person_sends_it_back()
    {
        using var repository = SampleRepository.Create();
        await using var house = await ServiceProcesses.StartAsync(Cancelled);
        house.Of("Agents").Kill();
        using var analysis = house.StartRemote("analyze", house.Publish(repository), "--json");

        for (var death = 1; death <= 5; death++)
        {
            var dying = house.Start("Agents", ("CHARTER_FAILPOINT", "worker.after-store:kill"));
            await Eventually.Holds($"death {death}", () => dying.Process.HasExited, TimeSpan.FromSeconds(90), Cancelled);
        }

        var letters = new List<JsonElement>();
        await Eventually.Holds("the message is among the dead letters", async () =>
        {
            letters = [.. (await house.CharterAsync("deadletters", "list", "--json", "--queue", "agents.steps")).Json.GetProperty("dead_letters").EnumerateArray()];
            return letters.Count > 0;
        }, TimeSpan.FromSeconds(60), Cancelled);
        var run = (await house.QueryAsync("SELECT run_id FROM runs")).Single();
        letters.ShouldAllBe(letter => letter.GetProperty("type").GetString() == "ExecuteStep" && letter.GetProperty("reason").GetString() == "delivery_limit" && letter.GetProperty("run_id").GetString() == run);
        var id = letters[0].GetProperty("message_id").GetString()!;
        (await house.CharterAsync("deadletters", "list")).Output.ShouldContain(id);
        (await house.CharterAsync("deadletters", "list", "--queue", "orchestrator.runs")).Error.ShouldContain("no dead letters");
        var shown = await house.CharterAsync("deadletters", "show", id);
        shown.Output.ShouldContain("\"step\": \"scan\"");
        (await house.CharterAsync("deadletters", "show", id, "--json")).Json.GetProperty("dead_letters")[0].GetProperty("body").GetString()!.ShouldContain("analysis/scan");

        (await house.CharterAsync("deadletters", "requeue", id)).Output.ShouldContain($"requeued: {id} ExecuteStep to agents.steps");
        var rest = await house.CharterAsync("deadletters", "requeue", "--all", "--json");
        rest.ExitCode.ShouldBe(0, rest.Error);
        rest.Json.GetProperty("left").GetArrayLength().ShouldBe(0);
        await house.Start("Agents").ReadyAsync(Cancelled);

        var result = await analysis.EndAsync();
        result.ExitCode.ShouldBe(0, result.Error);
        (await house.QueryAsync("SELECT run_id FROM charters")).ShouldBe([run]);
        (await house.CharterAsync("deadletters", "list", "--json")).Json.GetProperty("dead_letters").GetArrayLength().ShouldBe(0);
    }
}

using System.Globalization;
using System.Text;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>
/// F55, F56: more super-steps, more steps at once or more steps in all than a run may have. A workflow is a graph without cycles, and the most that one
/// text can fan out to is 500: whatever is larger is refused before there is a run.
/// </summary>
public sealed class When_a_workflow_goes_too_far(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task It_stops_with_a_code_and_others_go_on() => RepeatAsync("F55, F56", "limits of super-steps, fan-out and steps", async one =>
    {
        var others = one.AskAsync(6);
        var chain = await AskAsync(Chain(30), recursion: 5);
        var fan = await AskAsync(Fan("limits: { fan_out: 20 }", 300));
        var tasks = await AskAsync(Fan("limits: { tasks: 50, fan_out: 400 }", 300));
        (await House.AskOnceAsync(Body(Fan("", 10_000)), Cancelled)).Refusal.ShouldStartWith("400");
        await others;
        await Eventually.Holds("all three have ended", async () => (await House.EndedAsync([chain, fan, tasks])).Count == 3, Limit, Cancelled);
        (await CodeAsync(chain), await CodeAsync(fan), await CodeAsync(tasks)).ShouldBe(("recursion_limit", "fan_out_limit", "task_limit"));
        (await House.Services.QueryAsync($"SELECT count(*) FROM run_tasks WHERE run_id IN ('{fan}', '{tasks}') AND step LIKE 'wide%'"))[0].ShouldBe("0", "a step of a fan-out that is too wide was begun");
    }, always: true);

    private async Task<string> AskAsync(string workflow, int? recursion = null)
    {
        var (run, refusal) = await House.AskOnceAsync(Body(workflow, recursion), Cancelled);
        return run ?? throw new InvalidOperationException(refusal);
    }

    private object Body(string workflow, int? recursion = null) => new { target = House.Target, workflow = new { name = "too-far.yaml", text = workflow }, recursion_limit = recursion };

    private async Task<string> CodeAsync(string run) => (await House.Services.QueryAsync($"SELECT result->'error'->>'code' FROM runs WHERE run_id = '{run}'"))[0];

    private static string Chain(int length)
    {
        var text = new StringBuilder("name: long\nstate: { context: { reducer: last } }\nsteps:\n  s0: { uses: repository/sync }\n");
        for (var i = 1; i < length; i++) text.Append(CultureInfo.InvariantCulture, $"  s{i}: {{ uses: repository/sync, needs: [s{i - 1}] }}\n");
        return text.ToString();
    }

    private static string Fan(string limits, int width)
    {
        var text = new StringBuilder($"name: wide\nstate:\n  context: {{ reducer: last }}\n  facts: {{ reducer: last }}\n  sections: {{ reducer: merge }}\n  findings: {{ reducer: append }}\n{limits}\nsteps:\n  sync: {{ uses: repository/sync }}\n  scan: {{ uses: analysis/scan, needs: [sync] }}\n");
        for (var i = 0; i < width; i++) text.Append(CultureInfo.InvariantCulture, $"  wide{i}: {{ uses: agent/librarian, needs: [scan] }}\n");
        return text.ToString();
    }
}

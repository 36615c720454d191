using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Charterhouse.Engine.Tests;

/// <summary>Whatever order a super-step's results arrive in: the same bytes.</summary>
public sealed class ArrivalOrderProperties
{
    private static readonly string[] Names = ["a", "B", "b-1", "b", "z", "a_2", "Z9"];

    private sealed record SuperStep(string[] Order, int[] Items, int Failures);

    private static readonly Arbitrary<SuperStep> SuperSteps = (
        from order in Gen.Shuffle(Names)
        from items in Gen.ArrayOf(Gen.Choose(0, 3), Names.Length)
        from failures in Gen.Choose(0, 2)
        select new SuperStep(order, items, failures)).ToArbitrary();

    [Fact]
    public void Accept_ShuffledResults_GiveIdenticalStateAndControl() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(SuperSteps, superStep =>
            Outcome(superStep, superStep.Order) == Outcome(superStep, Names)));

    [Fact]
    public void Accept_OtherResults_GiveOtherOutcomes() =>
        Outcome(new SuperStep(Names, [1, 1, 1, 1, 1, 1, 1], 0), Names).ShouldNotBe(Outcome(new SuperStep(Names, [1, 1, 1, 2, 1, 1, 1], 0), Names), StringComparer.Ordinal);

    private static string Outcome(SuperStep superStep, IEnumerable<string> order)
    {
        var run = new EngineRun(Graphs.Fan(Names)).Begin();
        List<TaskWrites> writes = [];
        foreach (var name in order)
        {
            for (var i = 0; i < superStep.Failures; i++) run.Fail(name, $"failure {i}", retryable: true);
            run.Complete(name);
            writes.Add(WritesOf(name, superStep.Items[Array.IndexOf(Names, name)]));
        }
        var barrier = run.Only<RunDecision.ApplyBarrier>();
        var applied = WorkflowEngine.Apply(run.Graph, new Dictionary<string, JsonElement>(StringComparer.Ordinal), writes).ShouldBeOfType<ApplyResult.Applied>();
        return JsonSerializer.Serialize(new { applied.State, applied.Changes, barrier, before = EngineRun.Text(run.Control), after = EngineRun.Text(run.Barrier().Control) });
    }

    private static TaskWrites WritesOf(string name, int items) => new(name, name, new Dictionary<string, JsonElement>(StringComparer.Ordinal)
    {
        ["findings"] = JsonSerializer.SerializeToElement(Enumerable.Range(0, items).Select(i => $"{name}{i}")),
        // Members that collide: the last path wins, not the last arrival.
        ["sections"] = JsonSerializer.SerializeToElement(Enumerable.Range(0, items).ToDictionary(i => $"section{i}", _ => name, StringComparer.Ordinal)),
    });
}

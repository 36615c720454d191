using System.Text.Json;
using static Charterhouse.Engine.Tests.Graphs;

namespace Charterhouse.Engine.Tests;

public sealed class ReducersTests
{
    [Fact]
    public void Apply_AllReducers_GivesStateAndChangesInOrder()
    {
        var applied = Applied(State("""{"findings":[1],"sections":{"a":1,"b":1},"context":"old"}"""),
            Writes("historian", """{"findings":[3],"sections":{"b":2,"c":2}}"""),
            Writes("archivist", """{"findings":[2],"sections":{"a":9}}"""));
        Text(applied.State).ShouldBe("""{"context":"old","findings":[1,2,3],"sections":{"a":9,"b":2,"c":2}}""");
        applied.Changes.Select(change => $"{change.Channel} {change.Kind} {change.Value.GetRawText()}").ShouldBe(
        [
            "findings Append [2,3]",
            """sections Merge {"a":9,"b":2,"c":2}""",
        ]);
    }

    [Fact]
    public void Apply_EmptyAdditions_StoreNothingTwice()
    {
        var first = Applied(State("{}"), Writes("archivist", """{"findings":[],"sections":{}}"""));
        Text(first.State).ShouldBe("""{"findings":[],"sections":{}}""");
        Applied(first.State, Writes("archivist", """{"findings":[],"sections":{}}""")).Changes.ShouldBeEmpty();
    }

    [Fact]
    public void Apply_TwoWritesToALastChannel_NamesChannelAndBothSteps()
    {
        var graph = RepoAnalysis with { Steps = [Step("one", [], "repository/sync"), Step("two", [], "repository/sync")] };
        var rejected = WorkflowEngine.Apply(graph, State("{}"), [Writes("two", """{"context":1}"""), Writes("one", """{"context":1}""")])
            .ShouldBeOfType<ApplyResult.Rejected>();
        (rejected.Code, rejected.Step).ShouldBe(("invalid_concurrent_update", "two"));
        rejected.Message.ShouldStartWith("Step 'one' and step 'two' both wrote channel 'context'");
    }

    [Theory]
    [InlineData("""{"findings":{"$overwrite":[9]}}""", """{"findings":[3]}""", "findings Set [9,3]")]
    [InlineData("""{"findings":[2]}""", """{"findings":{"$overwrite":[9]}}""", "findings Set [9]")]
    [InlineData("""{"sections":{"$overwrite":{"x":1}}}""", """{"sections":{"y":2}}""", """sections Set {"x":1,"y":2}""")]
    public void Apply_Overwrite_BypassesTheReducer(string first, string second, string change)
    {
        var applied = Applied(State("""{"findings":[1],"sections":{"a":1}}"""), Writes("archivist", first), Writes("historian", second));
        applied.Changes.Select(c => $"{c.Channel} {c.Kind} {c.Value.GetRawText()}").ShouldBe([change]);
        applied.State[applied.Changes[0].Channel].GetRawText().ShouldBe(applied.Changes[0].Value.GetRawText());
    }

    [Fact]
    public void Apply_TwoOverwrites_AreConcurrent()
    {
        var rejected = Rejected(Writes("archivist", """{"findings":{"$overwrite":[1]}}"""), Writes("historian", """{"findings":{"$overwrite":[1]}}"""));
        rejected.Code.ShouldBe("invalid_concurrent_update");
        rejected.Message.ShouldStartWith("Step 'archivist' and step 'historian' both wrote channel 'findings'");
    }

    [Fact]
    public void Apply_TwoOverwritesWithAWriteBetween_NamesTheOverwriters()
    {
        const string overwrite = """{"findings":{"$overwrite":[1]}}""";
        var rejected = WorkflowEngine.Apply(Fan("a", "b", "c"), State("{}"), [Writes("a", overwrite), Writes("b", """{"findings":[2]}"""), Writes("c", overwrite)])
            .ShouldBeOfType<ApplyResult.Rejected>();
        rejected.Code.ShouldBe("invalid_concurrent_update");
        rejected.Message.ShouldStartWith("Step 'a' and step 'c' both wrote channel 'findings'");
    }

    [Theory]
    [InlineData("sync", """{"nothing":1}""", "does not declare")]
    [InlineData("sync", """{"facts":1}""", "its kind does not declare")]
    [InlineData("sync", """{"trigger":{}}""", "its kind does not declare")]
    [InlineData("nobody", """{"context":1}""", "its kind does not declare")]
    [InlineData("archivist", """{"findings":{}}""", "takes an array")]
    [InlineData("archivist", """{"findings":null}""", "takes an array")]
    [InlineData("archivist", """{"sections":[]}""", "takes an object")]
    [InlineData("archivist", """{"findings":{"$overwrite":5}}""", "takes an array")]
    [InlineData("archivist", """{"findings":{"$overwrite":[],"more":1}}""", "$overwrite")]
    public void Apply_UnfitWrite_IsRejected(string step, string writes, string message)
    {
        var rejected = Rejected(Writes(step, writes));
        (rejected.Code, rejected.Step).ShouldBe(("invalid_update", step));
        rejected.Message.ShouldContain(message);
        rejected.Message.ShouldContain($"'{step}'");
    }

    [Fact]
    public void Apply_APersonsUpdate_MayNameAnyChannel()
    {
        var applied = Applied(State("""{"findings":[1]}"""), new TaskWrites("", "", Members("""{"trigger":{"a":1},"findings":{"$overwrite":[]},"context":{"$overwrite":null}}""")));
        Text(applied.State).ShouldBe("""{"context":null,"findings":[],"trigger":{"a":1}}""");
        applied.Changes.ShouldAllBe(change => change.Kind == ChangeKind.Set);
        var rejected = WorkflowEngine.Apply(RepoAnalysis, State("{}"), [new TaskWrites("", "", Members("""{"nothing":1}"""))]).ShouldBeOfType<ApplyResult.Rejected>();
        (rejected.Code, rejected.Step).ShouldBe(("invalid_update", null));
    }

    [Fact]
    public void Apply_Trigger_ExistsWithoutBeingDeclared()
    {
        var trigger = Charterhouse.Contracts.Steps.Channels.Trigger;
        RepoAnalysis.Channels.ShouldNotContain(channel => channel.Name == trigger);
        Applied(State("{}"), new TaskWrites("", "", new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [trigger] = Json("1") })).State.Keys.ShouldBe([trigger]);
    }

    [Fact]
    public void Apply_Rejected_IgnoresArrivalOrder()
    {
        TaskWrites[] writes = [Writes("archivist", """{"findings":1}"""), Writes("historian", """{"sections":1}""")];
        Rejected(writes).ShouldBe(Rejected([.. writes.Reverse()]));
    }

    [Fact]
    public void Fold_StoredChanges_RebuildTheState()
    {
        var state = State("{}");
        var stored = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var writes in new[] { """{"findings":["é",1.0]}""", """{"findings":[{"x":"<&>"}],"sections":{"b":1}}""", """{"sections":{"a":[1,2],"b":{"$x":1e3}}}""" })
        {
            var applied = Applied(state, Writes("archivist", writes));
            foreach (var change in applied.Changes)
                stored[change.Channel] = WorkflowEngine.Fold(stored.TryGetValue(change.Channel, out var there) ? there : null, change);
            state = applied.State;
        }
        Text(new SortedDictionary<string, JsonElement>(stored, StringComparer.Ordinal)).ShouldBe(Text(state));
        Text(state).ShouldBe("""{"findings":["é",1.0,{"x":"<&>"}],"sections":{"b":{"$x":1e3},"a":[1,2]}}""");
    }

    private static ApplyResult.Applied Applied(IReadOnlyDictionary<string, JsonElement> state, params TaskWrites[] writes) =>
        WorkflowEngine.Apply(RepoAnalysis, state, writes).ShouldBeOfType<ApplyResult.Applied>();

    private static ApplyResult.Rejected Rejected(params TaskWrites[] writes) =>
        WorkflowEngine.Apply(RepoAnalysis, State("{}"), writes).ShouldBeOfType<ApplyResult.Rejected>();

    private static TaskWrites Writes(string step, string json) => new(step, step, Members(json));

    private static IReadOnlyDictionary<string, JsonElement> State(string json) => Members(json);

    private static Dictionary<string, JsonElement> Members(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private static string Text(IReadOnlyDictionary<string, JsonElement> state) =>
        "{" + string.Join(",", state.Select(entry => $"\"{entry.Key}\":{entry.Value.GetRawText()}")) + "}";
}

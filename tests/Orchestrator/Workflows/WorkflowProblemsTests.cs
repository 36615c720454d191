using Charterhouse.Orchestrator.Workflows;

namespace Charterhouse.Orchestrator.Tests.Workflows;

/// <summary>Each kind of problem by itself, with its place.</summary>
public sealed class WorkflowProblemsTests
{
    [Theory]
    [InlineData("name: [a", 1, "not valid YAML", "indentation")]
    [InlineData("name: a\n\tsteps: b", 2, "not valid YAML", "tabs")]
    [InlineData("", 1, "The workflow is empty.", "name: my-workflow")]
    [InlineData("- a\n- b", 1, "A workflow is a mapping of keys to values.", "name: my-workflow")]
    [InlineData("just text", 1, "A workflow is a mapping of keys to values.", "name: my-workflow")]
    [InlineData("{}\n---\n{}", 2, "There is a second document in this text.", "one workflow per file")]
    public void Read_NoWorkflow_IsTheOnlyProblem(string text, int line, string message, string fix)
    {
        var problem = WorkflowReader.Read(text, "x").Problems.ShouldHaveSingleItem();
        problem.Line.ShouldBe(line, problem.ToString());
        problem.Message.ShouldContain(message);
        problem.Fix.ShouldContain(fix);
    }

    /// <summary>A whole workflow after <c>name: w</c> (line 1).</summary>
    [Theory]
    [InlineData("state: {}", 1, 1, "'steps' is missing.", "Add 'steps: { sync: { uses: repository/sync } }'.")]
    [InlineData("steps:", 2, 7, "There are no steps.", "Add one, for example 'steps: { sync: { uses: repository/sync } }'.")]
    [InlineData("steps: [a]", 2, 8, "'steps' must be a mapping, not a list.", "Write 'steps: { sync: { uses: repository/sync } }'.")]
    [InlineData("name: x\nsteps: { a: { uses: report/publish } }\nstate: { charter: last }", 2, 1, "'name' is given twice; the first one is on line 1.", "Remove or rename one of them.")]
    [InlineData("when: x\nsteps: { a: { uses: report/publish } }\nstate: { charter: last }", 2, 1, "'when' is not supported by this version.", "Remove it.")]
    public void Read_WholeText_SaysWhereAndHow(string text, int line, int column, string message, string fix) => Only("name: w\n" + text, line, column, message, fix);

    /// <summary>The state, on line 2 with a step that writes nothing of it.</summary>
    [Theory]
    [InlineData("state: { a: apend, context: last }", 13, "There is no reducer 'apend'.", "Did you mean 'append'?")]
    [InlineData("state: { a: zzzzzz, context: last }", 13, "There is no reducer 'zzzzzz'.", "Use 'last', 'append' or 'merge'.")]
    [InlineData("state: { a: keep_last, context: last }", 13, "The reducer 'keep_last' is not supported by this version.", "Use 'last', 'append' or 'merge'.")]
    [InlineData("state: { a: { reducer: sum }, context: last }", 24, "The reducer 'sum' is not supported by this version.", "Use 'last', 'append' or 'merge'.")]
    [InlineData("state: { a: { reducer: { keep_last: 5 } }, context: last }", 24, "The reducer 'keep_last' is not supported by this version.", "Use 'last', 'append' or 'merge'.")]
    [InlineData("state: { a: { max: 5 }, context: last }", 15, "The reducer 'max' is not supported by this version.", "Use 'last', 'append' or 'merge'.")]
    [InlineData("state: { a: { reducer: set_union }, context: last }", 24, "The reducer 'set_union' is not supported by this version.", "Use 'last', 'append' or 'merge'.")]
    [InlineData("state: { a: { reducer: [last] }, context: last }", 24, "'reducer' must be a name, not a list.", "Use 'last', 'append' or 'merge'.")]
    [InlineData("state: { a: { reduce: last }, context: last }", 15, "'reduce' is not a key of a channel.", "Did you mean 'reducer'?")]
    [InlineData("state: { a: [last], context: last }", 13, "'a' must be a mapping, not a list.", "Write 'channel: { reducer: last }'.")]
    [InlineData("state: { a b: last, context: last }", 10, "The channel 'a b' is not a name.", "Use letters, digits, '-' and '_', at most 64, starting with a letter or digit.")]
    [InlineData("state: { a: last, a: last, context: last }", 19, "'a' is given twice; the first one is on line 2.", "Remove or rename one of them.")]
    [InlineData("state: { context: merge }", 19, "Channel 'context' has the reducer 'merge', which does not fit what 'repository/sync' writes.", "Write 'context: { reducer: last }'.")]
    [InlineData("state: { trigger: append, context: last }", 19, "Channel 'trigger' exists in every workflow, with the reducer 'last'.", "Remove it from 'state'.")]
    [InlineData("state: last", 8, "'state' must be a mapping, not 'last'.", "Write 'state: { findings: { reducer: append } }'.")]
    public void Read_State_SaysWhereAndHow(string state, int column, string message, string fix) =>
        Only($"name: w\n{state}\nsteps: {{ sync: {{ uses: repository/sync }} }}", 2, column, message, fix);

    [Theory]
    [InlineData("limits: { recursion: 0 }", 22, "'recursion' must be a whole number from 1 to 10000, not '0'.")]
    [InlineData("limits: { recursion: 10001 }", 22, "'recursion' must be a whole number from 1 to 10000, not '10001'.")]
    [InlineData("limits: { recursion: many }", 22, "'recursion' must be a whole number from 1 to 10000, not 'many'.")]
    [InlineData("limits: { recursion: }", 22, "'recursion' must be a whole number from 1 to 10000, and is empty.")]
    [InlineData("limits: { timeout: 90 }", 20, "'timeout' is not a duration, not '90'.")]
    [InlineData("limits: { timeout: 0s }", 20, "'timeout' must be more than 0 and at most 24h, not '0s'.")]
    [InlineData("limits: { timeout: 24h1s }", 20, "'timeout' must be more than 0 and at most 24h, not '24h1s'.")]
    [InlineData("limits: { timeout: 9999999h }", 20, "'timeout' must be more than 0 and at most 24h, not '9999999h'.")]
    [InlineData("limits: { recusion: 5 }", 11, "'recusion' is not a key of 'limits'.")]
    [InlineData("defaults: { timeout: -5m }", 22, "'timeout' is not a duration, not '-5m'.")]
    [InlineData("defaults: { needs: [] }", 13, "'needs' is not a key of 'defaults'.")]
    [InlineData("defaults: { retry: { max_attempts: 0 } }", 36, "'max_attempts' must be a whole number from 1 to 100, not '0'.")]
    [InlineData("defaults: { retry: { max_attempts: 101 } }", 36, "'max_attempts' must be a whole number from 1 to 100, not '101'.")]
    [InlineData("defaults: { retry: { multiplier: 0.5 } }", 34, "'multiplier' must be a number from 1 to 100, not '0.5'.")]
    [InlineData("defaults: { retry: { multiplier: NaN } }", 34, "'multiplier' must be a number from 1 to 100, not 'NaN'.")]
    [InlineData("defaults: { retry: { initial: 5m } }", 20, "'initial' (5m) is longer than 'maximum' (2m8s).")]
    [InlineData("defaults: { retry: { maximum: 25h } }", 31, "'maximum' must be more than 0 and at most 24h, not '25h'.")]
    [InlineData("defaults: { retry: 3 }", 20, "'retry' must be a mapping, not '3'.")]
    public void Read_Limits_SaysWhere(string limits, int column, string message) =>
        Only($"name: w\n{limits}\nstate: {{ context: last }}\nsteps: {{ sync: {{ uses: repository/sync }} }}", 2, column, message, fix: null);

    /// <summary>A second step, on line 5; the first is <c>sync</c>.</summary>
    [Theory]
    [InlineData("b:", 3, "Step 'b' has no 'uses'.", "Add the kind of step")]
    [InlineData("b: { needs: [sync] }", 3, "Step 'b' has no 'uses'.", "Add the kind of step")]
    [InlineData("b: repository/sync", 6, "'b' must be a mapping, not 'repository/sync'.", "Write 'step: { uses: repository/sync }'.")]
    [InlineData("b: { uses: analysis/scam }", 14, "There is no step kind 'analysis/scam'.", "Did you mean 'analysis/scan'?")]
    [InlineData("b: { uses: historian }", 14, "There is no step kind 'historian'.", "Did you mean 'agent/historian'?")]
    [InlineData("b: { uses: something-else }", 14, "There is no step kind 'something-else'.", "Known kinds: repository/sync,")]
    [InlineData("b: { uses: [repository/sync] }", 14, "'uses' must be the name of a step kind, not a list.", "Known kinds")]
    [InlineData("b: { uses: repository/sync, need: [sync] }", 31, "'need' is not a key of a step.", "Did you mean 'needs'?")]
    [InlineData("b: { uses: repository/sync, colour: red }", 31, "'colour' is not a key of a step.", "Known keys: uses, needs, retry, timeout, idle_timeout, with.")]
    [InlineData("b: { uses: repository/sync, needs: [snyc] }", 39, "There is no step 'snyc'.", "Did you mean 'sync'?")]
    [InlineData("b: { uses: repository/sync, needs: nobody }", 38, "There is no step 'nobody'.", "Name one of the steps")]
    [InlineData("b: { uses: repository/sync, needs: [b] }", 39, "Step 'b' needs itself.", "Remove it")]
    [InlineData("b: { uses: repository/sync, needs: [sync, sync] }", 45, "'sync' is needed twice.", "Remove one")]
    [InlineData("b: { uses: repository/sync, needs: { sync: 1 } }", 38, "'needs' takes names of steps, not a mapping.", "Write 'needs: [first, second]'.")]
    [InlineData("b: { uses: repository/sync, timeout: 25h }", 40, "'timeout' must be more than 0 and at most 24h, not '25h'.", "for example 'timeout: 10m'")]
    [InlineData("b: { uses: repository/sync, retry: { attempts: 3 } }", 40, "'attempts' is not a key of 'retry'.", "Known keys: max_attempts, initial, multiplier, maximum, longest_wait.")]
    [InlineData("b: { uses: repository/sync, with: { depth: 1 } }", 39, "The step kind 'repository/sync' has no parameter 'depth'.", "Remove it")]
    [InlineData("b: { uses: repository/sync, with: 5 }", 37, "'with' must be a mapping, not '5'.", "Write 'with: {}'.")]
    [InlineData("b: { uses: repository/sync, when: x }", 31, "'when' is not supported by this version.", "Remove it.")]
    [InlineData("b: { uses: repository/sync, route: x }", 31, "'route' is not supported by this version.", "Remove it.")]
    [InlineData("b: { uses: repository/sync, send: x }", 31, "'send' is not supported by this version.", "Remove it.")]
    [InlineData("b: { uses: repository/sync, gate: x }", 31, "'gate' is not supported by this version.", "Remove it.")]
    [InlineData("b: { uses: analysis/scan }", 14, "'analysis/scan' writes channel 'facts', which 'state' does not declare.", "Add 'facts: { reducer: last }' under 'state'.")]
    [InlineData("sync: { uses: repository/sync }", 3, "'sync' is given twice; the first one is on line 4.", "Remove or rename one of them.")]
    [InlineData("b: { uses: repository/sync, uses: repository/sync }", 31, "'uses' is given twice; the first one is on line 5.", "Remove or rename one of them.")]
    [InlineData("b/c: { uses: repository/sync }", 3, "The step 'b/c' is not a name.", "Use letters")]
    [InlineData("? [a]\n  : { uses: repository/sync }", 5, "A key must be plain text.", "Write 'key: value'.")]
    [InlineData("\"b\\e[31m\": { uses: repository/sync }", 3, "The step 'b?[31m' is not a name.", "Use letters")]
    public void Read_Step_SaysWhereAndHow(string step, int column, string message, string fix) =>
        Only($"name: w\nstate: {{ context: last }}\nsteps:\n  sync: {{ uses: repository/sync }}\n  {step}", 5, column, message, fix);

    [Fact]
    public void Read_Cycle_NamesTheStepsInOrderAndWhatIsBehind()
    {
        var problem = Steps("a: [c]", "b: [a]", "c: [b]", "d: [c]", "e: [d]", "free: []").ShouldHaveSingleItem();
        (problem.Line, problem.Column).ShouldBe((4, 39));
        problem.Message.ShouldBe("These steps wait for each other: a → b → c → a. Behind them, and never started either: d, e.");
        problem.Fix.ShouldBe("Break the cycle, for example by removing 'c' from the needs of 'a'.");
    }

    [Fact]
    public void Read_TwoCycles_AreTwoProblems() =>
        Steps("a: [b]", "b: [a]", "x: [b, y]", "y: [x]").Select(problem => (problem.Line, problem.Message)).ShouldBe(
        [
            (4, "These steps wait for each other: a → b → a. Behind them, and never started either: x, y."),
            (6, "These steps wait for each other: x → y → x."),
        ]);

    [Fact]
    public void Read_KnotOfCycles_IsOneProblem() => Steps("a: [b, c]", "b: [a]", "c: [a]").ShouldHaveSingleItem();

    private static IReadOnlyList<WorkflowProblem> Steps(params string[] needs) => WorkflowReader.Read(
        "name: w\nstate: { context: last }\nsteps:\n" + string.Concat(needs.Select(step =>
        {
            var parts = step.Split(": ");
            return $"  {parts[0]}: {{ uses: repository/sync, needs: {parts[1]} }}\n";
        })), "x").Problems;

    private static void Only(string text, int line, int column, string message, string? fix)
    {
        var problem = WorkflowReader.Read(text, "x").Problems.ShouldHaveSingleItem();
        problem.Message.ShouldBe(message);
        (problem.Line, problem.Column).ShouldBe((line, column));
        problem.Fix.ShouldContain(fix ?? "");
    }
}

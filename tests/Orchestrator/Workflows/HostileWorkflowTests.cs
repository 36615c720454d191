using System.Text;
using Charterhouse.Orchestrator.Workflows;

namespace Charterhouse.Orchestrator.Tests.Workflows;

/// <summary>Texts that are meant to hurt: always an answer, soon, and never an exception.</summary>
public sealed class HostileWorkflowTests
{
    [Fact]
    public void Read_BillionLaughs_IsRefusedAtTheFirstAnchor()
    {
        var text = "name: w\na: &a [lol, lol]\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"b{i}: &b{i} [*a, *a]\n"));
        var problem = WorkflowReader.Read(text, "x").Problems.ShouldHaveSingleItem();
        (problem.Line, problem.Message).ShouldBe((2, "Anchors and aliases are not allowed."));
    }

    [Theory]
    [InlineData("name: *a", "Anchors and aliases are not allowed.")]
    [InlineData("&a name: w", "Anchors and aliases are not allowed.")]
    [InlineData("name: !!binary aGVsbG8=", "Tags are not allowed.")]
    [InlineData("name: !system/object {}", "Tags are not allowed.")]
    public void Read_AnchorsAndTags_AreRefused(string text, string message) =>
        WorkflowReader.Read(text, "x").Problems.ShouldHaveSingleItem().Message.ShouldBe(message);

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Read_DeepNesting_IsRefused(string open)
    {
        var problem = WorkflowReader.Read("name: w\nsteps:\n " + string.Concat(Enumerable.Repeat(open, 50_000)), "x").Problems.ShouldHaveSingleItem();
        problem.Message.ShouldBe("The text is nested more than 32 levels deep.");
    }

    [Fact]
    public void Read_JustDeepEnough_IsNotRefusedForThat()
    {
        static string Nested(int levels) => "name: w\nx: " + new string('[', levels - 1) + new string(']', levels - 1);
        WorkflowReader.Read(Nested(32), "x").Problems.ShouldNotContain(problem => problem.Message.Contains("nested"));
        WorkflowReader.Read(Nested(33), "x").Problems.ShouldContain(problem => problem.Message.Contains("nested"));
    }

    [Fact]
    public void Read_Huge_IsRefusedByItsBytes()
    {
        WorkflowReader.Read(new string(' ', WorkflowReader.MaxBytes + 1), "x").Problems.ShouldHaveSingleItem().Message.ShouldBe("The workflow is larger than 256 KB.");
        WorkflowReader.Read("# " + new string('é', WorkflowReader.MaxBytes / 2), "x").Problems.ShouldHaveSingleItem().Message.ShouldBe("The workflow is larger than 256 KB.");
    }

    [Fact]
    public void Read_TooManySteps_IsRefused()
    {
        static string Steps(int count) => "name: w\nstate: { context: last }\nsteps:\n"
            + string.Concat(Enumerable.Range(1, count).Select(i => $"  s{i}: {{ uses: repository/sync }}\n"));
        WorkflowReader.Read(Steps(500), "x").IsValid.ShouldBeTrue();
        var problem = WorkflowReader.Read(Steps(501), "x").Problems.ShouldHaveSingleItem();
        (problem.Line, problem.Message).ShouldBe((504, "There are 501 steps; at most 500 are allowed."));
    }

    [Fact]
    public void Read_TensOfThousandsOfProblems_ShowsTheFirstHundred()
    {
        var text = "name: w\nstate: { context: last }\nsteps:\n  a: { uses: repository/sync, needs: ["
            + string.Join(",", Enumerable.Range(0, 30_000).Select(i => $"n{i}")) + "] }\n";
        var problems = WorkflowReader.Read(text, "x").Problems;
        problems.Count.ShouldBe(101);
        problems[^1].Message.ShouldBe("There are more than 100 problems; only 100 are shown.");
    }

    [Fact]
    public void Read_AFullGraphOfCycles_IsAnsweredSoon()
    {
        var names = Enumerable.Range(0, 180).Select(i => $"s{i}").ToList();
        var text = "name: w\nstate: { context: last }\nsteps:\n"
            + string.Concat(names.Select(name => $"  {name}: {{ uses: repository/sync, needs: [{string.Join(",", names.Where(other => other != name))}] }}\n"));
        var started = TimeProvider.System.GetTimestamp();
        WorkflowReader.Read(text, "x").Problems.ShouldHaveSingleItem().Message.ShouldStartWith("These steps wait for each other: s0 → ");
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("a, ")]
    [InlineData("[],")]
    [InlineData("{},")]
    [InlineData("\"")]
    [InlineData("'a")]
    [InlineData("a: b\n")]
    [InlineData("? a\n")]
    [InlineData("- a\n")]
    [InlineData("\n")]
    [InlineData(" #")]
    [InlineData(": ")]
    [InlineData("|\n ")]
    [InlineData("a b ")]
    [InlineData("%")]
    [InlineData("a: [{b: c}, d]\n")]
    public void Read_TheSameOverAndOver_IsAnsweredSoon(string piece)
    {
        var started = TimeProvider.System.GetTimestamp();
        foreach (var start in new[] { "", "x: ", "x: [", "x: {", "x: \"" })
        {
            var text = start + string.Concat(Enumerable.Repeat(piece, (WorkflowReader.MaxBytes - start.Length) / piece.Length));
            WorkflowReader.Read(text, "x").Problems.ShouldNotBeEmpty();
        }
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Read_MutatedText_NeverThrows()
    {
        const string alphabet = "{}[]:,-?&*!|>'\"%@`#\t\n \\~x0\u0000\u0001\ud800é";
        var original = BuiltInWorkflows.TextOf(BuiltInWorkflows.RepoAnalysis)!;
        var random = new Random(4711);
        for (var round = 0; round < 3_000; round++)
        {
            var text = new StringBuilder(original);
            for (var edit = random.Next(1, 6); edit > 0; edit--)
            {
                var at = random.Next(text.Length);
                if (random.Next(3) == 0) text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
                else text.Insert(at, alphabet[random.Next(alphabet.Length)]);
            }
            var reading = WorkflowReader.Read(text.ToString(), "x");
            reading.IsValid.ShouldBe(reading.Problems.Count == 0);
            reading.Problems.ShouldAllBe(problem => problem.Line >= 1 && problem.Column >= 1 && problem.Message.Length < 2000);
        }
    }
}

using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Workflows;

namespace Charterhouse.Architecture.Tests;

/// <summary>docs/reference/workflow-format.md names what the reader knows, and its examples are workflows.</summary>
public sealed class WorkflowFormatTests
{
    private const string Listing = "Known keys: ";
    private static readonly string Reference = File.ReadAllText(Repository.File("docs/reference/workflow-format.md"));

    [Fact]
    public void Reference_StepKinds_AreAllThere()
    {
        foreach (var kind in StepKinds.All)
        {
            var row = Reference.Split('\n').SingleOrDefault(line => line.StartsWith($"| `{kind.Name}` |", StringComparison.Ordinal));
            row.ShouldNotBeNull($"{kind.Name} has no row");
            foreach (var channel in kind.Reads.Where(channel => channel != "*").Concat(kind.Writes)) row.ShouldContain($"`{channel}`", Case.Sensitive, $"{kind.Name} uses {channel}");
        }
    }

    [Fact]
    public void Reference_Reducers_AreAllThere()
    {
        foreach (var reducer in Enum.GetNames<Reducer>()) Reference.ShouldContain($"| `{reducer.ToLowerInvariant()}` |", Case.Sensitive);
    }

    [Theory]
    [InlineData("qqqqqqqqqq: 1")]
    [InlineData("limits: { qqqqqqqqqq: 1 }")]
    [InlineData("defaults: { qqqqqqqqqq: 1 }")]
    [InlineData("defaults: { retry: { qqqqqqqqqq: 1 } }")]
    [InlineData("state: { notes: { qqqqqqqqqq: 1 } }")]
    [InlineData("steps: { sync: { qqqqqqqqqq: 1 } }")]
    public void Reference_KeysOfSection_AreAllThere(string text)
    {
        // The reader itself says which keys it knows.
        var fix = WorkflowReader.Read(text, "test").Problems.Select(problem => problem.Fix).Single(one => one.StartsWith(Listing, StringComparison.Ordinal));
        foreach (var key in fix[Listing.Length..].TrimEnd('.').Split(", ")) Reference.ShouldContain($"`{key}`", Case.Sensitive, $"'{key}' ({text})");
    }

    [Fact]
    public void Documents_YamlWorkflows_AreValid()
    {
        var examples = 0;
        foreach (var path in Repository.Files("docs", "*.md").Append(Repository.File("README.md")))
        {
            foreach (var block in File.ReadAllText(path).Split("```yaml\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]))
            {
                if (!block.StartsWith("name:", StringComparison.Ordinal)) continue;
                examples++;
                WorkflowReader.Read(block, path).Problems.ShouldBeEmpty($"{path}:\n{block}");
            }
        }
        examples.ShouldBeGreaterThan(1);
    }
}

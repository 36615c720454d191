using System.Text.Json;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Engine.Tests;

/// <summary>Workflows for tests.</summary>
internal static class Graphs
{
    public static WorkflowGraph RepoAnalysis { get; } = new()
    {
        Name = "repo-analysis",
        Hash = new string('a', 64),
        Channels =
        [
            new("charter", Reducer.Last), new("context", Reducer.Last), new("facts", Reducer.Last),
            new("findings", Reducer.Append), new("sections", Reducer.Merge),
        ],
        Steps =
        [
            Step("sync", [], StepKinds.RepositorySync),
            Step("scan", ["sync"], StepKinds.AnalysisScan),
            Step("archivist", ["scan"], StepKinds.Archivist),
            Step("historian", ["scan"], StepKinds.Historian),
            Step("publish", ["archivist", "historian"], StepKinds.ReportPublish),
        ],
        Limits = WorkflowLimits.Default,
    };

    /// <summary>Steps s1 → s2 → … without writes.</summary>
    public static WorkflowGraph Chain(int length) => RepoAnalysis with
    {
        Name = "chain",
        Steps = [.. Enumerable.Range(1, length).Select(i => Step($"s{i}", i == 1 ? [] : [$"s{i - 1}"]))],
    };

    /// <summary>Independent steps that write findings and sections.</summary>
    public static WorkflowGraph Fan(params string[] names) => RepoAnalysis with
    {
        Name = "fan",
        Steps = [.. names.Select(name => Step(name, [], StepKinds.Archivist))],
    };

    public static StepDefinition Step(string name, string[] needs, string? kind = null, RetryPolicy? retry = null) => new()
    {
        Name = name,
        Kind = kind ?? "test/nothing",
        Needs = needs,
        Writes = kind is null ? [] : StepKinds.Find(kind)!.Writes,
        Retry = retry ?? RetryPolicy.Default,
        Timeout = TimeSpan.FromMinutes(10),
        Parameters = Json("{}"),
    };

    public static WorkflowGraph WithRetry(this WorkflowGraph graph, RetryPolicy retry) =>
        graph with { Steps = [.. graph.Steps.Select(step => step with { Retry = retry })] };

    public static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}

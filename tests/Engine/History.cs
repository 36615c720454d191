using System.Text.Json;
using System.Text.Json.Nodes;

namespace Charterhouse.Engine.Tests;

/// <summary>How a recorded run started: from its input, or from a checkpoint.</summary>
internal sealed record HistoryStart(string RunKey, int? RecursionLimit, RunControl? Checkpoint, IReadOnlyList<string> Finished);

/// <summary>A run as text: events in, decisions and control out. The same events must give the same text for ever: stored runs are resumed by newer versions.</summary>
internal sealed record History(string Workflow, HistoryStart Start, IReadOnlyList<RunEvent> Events)
{
    private static WorkflowGraph GraphOf(string workflow) => workflow switch
    {
        "repo-analysis" => Graphs.RepoAnalysis,
        "chain-3" => Graphs.Chain(3),
        _ => throw new ArgumentOutOfRangeException(nameof(workflow), workflow, "no such workflow"),
    };

    public EngineRun Run()
    {
        var graph = GraphOf(Workflow);
        return new EngineRun(graph, Start.Checkpoint is null
            ? WorkflowEngine.Create(graph, Start.RunKey, Start.RecursionLimit)
            : WorkflowEngine.ContinueFrom(graph, Start.Checkpoint, Start.RunKey, Start.Finished.ToHashSet(StringComparer.Ordinal), Start.RecursionLimit));
    }

    /// <summary>Runs the events and writes down everything.</summary>
    public string Write()
    {
        var run = Run();
        var document = new JsonObject
        {
            ["workflow"] = Workflow,
            ["start"] = Node(Start),
            ["control"] = Node(run.Control),
            ["steps"] = new JsonArray([.. Events.Select(occurred =>
            {
                run.Accept(occurred);
                return new JsonObject
                {
                    ["event"] = Named(occurred),
                    ["decisions"] = new JsonArray([.. run.Decisions.Select(Named)]),
                    ["control"] = Node(run.Control),
                };
            })]),
        };
        return document.ToJsonString(EngineRun.Options) + "\n";
    }

    public static History Read(string text)
    {
        var document = JsonNode.Parse(text)!;
        return new History(
            document["workflow"]!.GetValue<string>(),
            document["start"].Deserialize<HistoryStart>(EngineRun.Options)!,
            [.. document["steps"]!.AsArray().Select(step => ReadEvent(step!["event"]!))]);
    }

    private static RunEvent ReadEvent(JsonNode node)
    {
        var name = node["type"]!.GetValue<string>();
        var type = typeof(RunEvent).GetNestedTypes().Single(candidate => Name(candidate) == name);
        return (RunEvent)node.Deserialize(type, EngineRun.Options)!;
    }

    private static JsonNode Named(object value)
    {
        var node = new JsonObject { ["type"] = Name(value.GetType()) };
        foreach (var (name, member) in Node(value)!.AsObject().ToList()) node[name] = member?.DeepClone();
        return node;
    }

    private static JsonNode? Node(object value) => JsonSerializer.SerializeToNode(value, value.GetType(), EngineRun.Options);

    private static string Name(Type type) => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name);
}

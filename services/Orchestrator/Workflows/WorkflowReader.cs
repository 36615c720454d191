using System.Security.Cryptography;
using System.Text;
using Charterhouse.Engine;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>
/// Reads a workflow's YAML, which may come from anyone: at most 256 KB, 32 levels, 500 steps, no anchors, aliases or tags. Never throws
/// for what the text says; every problem is reported at once (the first <see cref="Problems.Limit"/> of them).
/// </summary>
public static class WorkflowReader
{
    /// <summary>The largest text, in bytes of UTF-8.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly string[] Keys = ["name", "state", "limits", "defaults", "steps"];

    /// <summary>The workflow in <paramref name="text"/>.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <param name="defaults">For what the workflow does not say; null takes the engine's.</param>
    public static WorkflowReading Read(string text, string source, WorkflowDefaults? defaults = null)
    {
        var problems = new Problems();
        var graph = Read(text, defaults ?? WorkflowDefaults.BuiltIn, problems);
        return problems.Any
            ? new WorkflowReading(source, null, problems.Ordered())
            : new WorkflowReading(source, graph, []);
    }

    /// <summary>What a workflow's text is known by: SHA-256 of its UTF-8, lower-case hex.</summary>
    internal static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static WorkflowGraph? Read(string text, WorkflowDefaults installation, Problems problems)
    {
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            problems.Add(1, 1, $"The workflow is larger than {MaxBytes / 1024} KB.", "Split it into several workflows.");
            return null;
        }
        if (YamlTree.Load(text, problems) is not { } root) return null;
        if (root is not YamlMap workflow)
        {
            problems.Add(root, "A workflow is a mapping of keys to values.", "Start with 'name: my-workflow' and add 'state' and 'steps'.");
            return null;
        }

        KeyChecks.Check(workflow, "a workflow", Keys, problems);
        var name = KeyChecks.Name(workflow, problems);
        var channels = StateSection.Read(workflow.Find("state"), problems);
        var limits = LimitsSection.Read(workflow.Find("limits"), installation.Limits, problems);
        var defaults = StepDefaults.Read(workflow.Find("defaults"), installation, problems);
        var steps = StepsSection.Read(workflow, defaults, problems);
        NeedsCheck.Check(steps, problems);
        if (channels is not null) ChannelsCheck.Check(steps, channels, problems);
        if (problems.Any) return null;

        return new WorkflowGraph
        {
            Name = name!,
            Hash = HashOf(text),
            Channels = [.. channels!.OrderBy(channel => channel.Name, StringComparer.Ordinal).Select(channel => new ChannelDefinition(channel.Name, channel.Reducer!.Value))],
            Steps = [.. steps.Select(step => step.ToDefinition())],
            Limits = limits,
        };
    }
}

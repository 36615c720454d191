using Charterhouse.Agents.Formats;
using Charterhouse.Agents.GitHubWorkflows;

namespace Charterhouse.Agents.Examiner.Ci;

/// <summary>Gathers what a pipeline runs.</summary>
/// <param name="actions">The steps of local composite actions by their folder.</param>
internal sealed class PipelineScripts(IReadOnlyDictionary<string, IReadOnlyList<WorkflowStep>> actions)
{
    private const int CommandsRead = 500;
    private static readonly string[] ScriptKeys = ["script", "before_script", "install", "run", "command", "bash", "pwsh", "powershell", "test", "build_script", "test_script", "commands"];

    public List<Command> Commands { get; } = [];
    public List<string> Words { get; } = [];

    /// <summary>A step of GitHub Actions.</summary>
    public void Step(WorkflowStep step, int depth)
    {
        if (step.Run is { } run) Script(run);
        if (step.Uses is not { } used) return;
        var (uses, line) = (used.Value, used.Line);
        Words.Add("uses:" + uses);
        Words.AddRange(WorkflowStep.Values(step.With).Select(text => "with:" + text));
        if (uses.StartsWith("golangci/golangci-lint-action", StringComparison.Ordinal)) Commands.Add(new Command(CommandReader.Lint, "golangci-lint", "go", line));
        else if (uses.StartsWith("pre-commit/action", StringComparison.Ordinal)) Commands.Add(new Command(CommandReader.Lint, "pre-commit", "python", line));
        else if (uses.StartsWith("actions-rs/cargo", StringComparison.Ordinal) && step.Input("command") is { } verb) Commands.AddRange(CommandReader.Read("cargo " + verb.Value, line));
        // What a local action runs is quoted at the step that uses it.
        if (depth > 2 || !uses.StartsWith("./", StringComparison.Ordinal) || !actions.TryGetValue(uses[2..].TrimEnd('/'), out var action)) return;
        var before = Commands.Count;
        foreach (var inner in action) Step(inner, depth + 1);
        for (var i = before; i < Commands.Count; i++) Commands[i] = Commands[i] with { Line = line };
    }

    /// <summary>Scripts by the keys under which the other systems keep them.</summary>
    public void Anywhere(YamlNode node, string key, int depth)
    {
        if (depth > 16 || Commands.Count > CommandsRead) return;
        foreach (var (name, value) in node.Members)
        {
            if (name is "template" or "extends" or "include" or "orbs" or "task" or "dist") Words.Add(name + ":" + value.Text);
            if (name == "task" && value.Text is { } task && task.StartsWith("VSTest@", StringComparison.OrdinalIgnoreCase)) Commands.Add(new Command(CommandReader.Test, task, "dotnet", value.Line));
            if (name == "task" && value.Text is { } core && core.StartsWith("DotNetCoreCLI@", StringComparison.OrdinalIgnoreCase) && node["inputs"]?["command"]?.Text is { } verb)
                Commands.AddRange(CommandReader.Read("dotnet " + verb, value.Line));
            Anywhere(value, name, depth + 1);
        }
        if (node is YamlSequence list)
            foreach (var item in list.Nodes) Anywhere(item, key, depth + 1);
        if (node is YamlText text && ScriptKeys.AsSpan().Contains(key)) Script(text);
    }

    private void Script(YamlText script)
    {
        Words.Add(script.Value);
        if (Commands.Count < CommandsRead) Commands.AddRange(CommandReader.Read(script.Value, script.Line + (script.Block ? 1 : 0)));
    }
}

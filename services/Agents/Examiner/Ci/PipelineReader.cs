using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Yaml;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Examiner.Ci;

/// <summary>A workflow as it was read.</summary>
/// <param name="Commands">All recognised ones.</param>
/// <param name="Words">Every script and every action or template that it uses: what may hold commands that were not recognised.</param>
internal sealed record Pipeline(CiWorkflow Workflow, IReadOnlyList<Command> Commands, IReadOnlyList<string> Words);

/// <summary>Reads the configurations of continuous integration that are YAML.</summary>
internal static class PipelineReader
{
    private const int TextLength = 120;
    private const int RunnerLimit = 8;
    private const int CommandsRead = 500;
    private static readonly string[] ScriptKeys = ["script", "before_script", "install", "run", "command", "bash", "pwsh", "powershell", "test", "build_script", "test_script", "commands"];

    /// <summary>The system whose configuration stands in this file, or null.</summary>
    public static string? SystemOf(string path)
    {
        if (ExcerptChoice.IsWorkflow(path)) return "GitHub Actions";
        var lower = path.ToLowerInvariant();
        return lower switch
        {
            ".gitlab-ci.yml" => "GitLab CI",
            ".circleci/config.yml" => "CircleCI",
            ".travis.yml" => "Travis CI",
            "appveyor.yml" or ".appveyor.yml" => "AppVeyor",
            "bitbucket-pipelines.yml" => "Bitbucket Pipelines",
            ".drone.yml" => "Drone",
            _ => lower.StartsWith("azure-pipelines", StringComparison.Ordinal) || lower.StartsWith(".azure-pipelines/azure-pipelines", StringComparison.Ordinal) ? "Azure Pipelines" : null,
        };
    }

    /// <summary>The pipeline; null when the file is no YAML mapping or was cut.</summary>
    /// <param name="actions">Local composite actions by their folder.</param>
    public static Pipeline? Read(string system, Excerpt file, IReadOnlyDictionary<string, YamlNode> actions)
    {
        if (file.Truncated || BoundedYaml.Read(file.Text) is not YamlMapping root) return null;
        var gather = new Gather(actions);
        var (jobs, runners) = (new List<YamlNode>(), new List<string>());
        if (system == "GitHub Actions")
        {
            foreach (var (_, job) in root["jobs"]?.Members ?? [])
            {
                jobs.Add(job);
                runners.AddRange(Runners(job));
                if (job["uses"]?.Text is { } called) gather.Words.Add("workflow:" + called);
                foreach (var step in job["steps"]?.Items ?? []) gather.Step(step, 0);
            }
        }
        else
        {
            jobs.AddRange(system switch
            {
                "CircleCI" => root["jobs"]?.Members.Select(member => member.Value) ?? [],
                "GitLab CI" => root.Members.Where(member => !member.Key.StartsWith('.') && member.Value["script"] is not null).Select(member => member.Value),
                "Azure Pipelines" => AllOf(root, "jobs").SelectMany(list => list.Items),
                _ => [],
            });
            gather.Anywhere(root, "", 0);
            runners.AddRange(AllOf(root, "image").Concat(AllOf(root, "vmImage")).Concat(AllOf(root, "os")).SelectMany(node => node.Texts));
        }
        var commands = gather.Commands.DistinctBy(command => (command.Kind, command.Text)).ToArray();
        var workflow = new CiWorkflow(
            system, file.Path, root["name"]?.Text, Triggers.Of(system, root), jobs.Count,
            runners.Where(runner => runner.Length is > 0 and < 60).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(RunnerLimit).ToArray(),
            commands.OrderBy(command => command.Kind switch { CommandReader.Test => 0, CommandReader.Build => 1, _ => 2 }).ThenBy(command => command.Line)
                .Take(CiWorkflow.CommandLimit).Select(command => new CiCommand(command.Kind, Cut(command.Text), command.Line)).ToArray());
        return new Pipeline(workflow, commands, gather.Words);
    }

    /// <summary>A command as it is shown.</summary>
    public static string Cut(string text) => text.Length <= TextLength ? text : text[..TextLength].TrimEnd() + " …";

    private static IEnumerable<string> Runners(YamlNode job)
    {
        var runsOn = job["runs-on"];
        foreach (var label in (runsOn as YamlMapping)?["labels"]?.Texts ?? runsOn?.Texts ?? [])
        {
            if (!label.Contains("${{", StringComparison.Ordinal))
            {
                yield return label;
                continue;
            }
            // The matrix member that it names, and what is included beside.
            var matrix = job["strategy"]?["matrix"];
            foreach (var (key, value) in matrix?.Members ?? [])
            {
                if (label.Contains("matrix." + key, StringComparison.Ordinal))
                    foreach (var text in value.Texts) yield return text;
                if (key != "include") continue;
                foreach (var entry in value.Items)
                    foreach (var (name, member) in entry.Members)
                        if (label.Contains("matrix." + name, StringComparison.Ordinal) && member.Text is { } text) yield return text;
            }
        }
    }

    private static IEnumerable<YamlNode> AllOf(YamlNode node, string key, int depth = 0)
    {
        if (depth > 12) yield break;
        foreach (var (name, value) in node.Members)
        {
            if (name == key) yield return value;
            foreach (var inner in AllOf(value, key, depth + 1)) yield return inner;
        }
        if (node is not YamlSequence list) yield break;
        foreach (var item in list.Nodes)
            foreach (var inner in AllOf(item, key, depth + 1)) yield return inner;
    }

    /// <summary>The scripts of a pipeline.</summary>
    private sealed class Gather(IReadOnlyDictionary<string, YamlNode> actions)
    {
        public List<Command> Commands { get; } = [];
        public List<string> Words { get; } = [];

        /// <summary>A step of GitHub Actions.</summary>
        public void Step(YamlNode step, int depth)
        {
            if (step["run"] is YamlText run) Script(run);
            if (step["uses"]?.Text is not { } uses) return;
            Words.Add("uses:" + uses);
            foreach (var (_, value) in step["with"]?.Members ?? [])
                if (value.Text is { } text) Words.Add("with:" + text);
            var line = step["uses"]!.Line;
            if (uses.StartsWith("golangci/golangci-lint-action", StringComparison.Ordinal)) Commands.Add(new Command(CommandReader.Lint, "golangci-lint", "go", line));
            else if (uses.StartsWith("pre-commit/action", StringComparison.Ordinal)) Commands.Add(new Command(CommandReader.Lint, "pre-commit", "python", line));
            else if (uses.StartsWith("actions-rs/cargo", StringComparison.Ordinal) && step["with"]?["command"]?.Text is { } verb) Commands.AddRange(CommandReader.Read("cargo " + verb, line));
            // What a local action runs is quoted at the step that uses it.
            if (depth > 2 || !uses.StartsWith("./", StringComparison.Ordinal) || !actions.TryGetValue(uses[2..].TrimEnd('/'), out var action)) return;
            var before = Commands.Count;
            foreach (var inner in action["runs"]?["steps"]?.Items ?? []) Step(inner, depth + 1);
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
}

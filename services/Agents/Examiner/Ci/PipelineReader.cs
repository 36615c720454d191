using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Examiner.Ci;

/// <summary>A workflow as it was read.</summary>
/// <param name="Commands">All recognised ones.</param>
/// <param name="Words">Every script and every action or template that it uses: what may hold commands that were not recognised.</param>
internal sealed record Pipeline(CiWorkflow Workflow, IReadOnlyList<Command> Commands, IReadOnlyList<string> Words);

/// <summary>Reads the configurations of continuous integration that are YAML.</summary>
internal static class PipelineReader
{
    public const string GitHubActions = "GitHub Actions";
    private const int TextLength = 120;
    private const int RunnerLimit = 8;

    /// <summary>The system whose configuration stands in this file, or null.</summary>
    public static string? SystemOf(string path)
    {
        if (ExcerptChoice.IsWorkflow(path)) return GitHubActions;
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

    /// <summary>The pipeline of a workflow of GitHub Actions.</summary>
    /// <param name="actions">The steps of local composite actions by their folder.</param>
    public static Pipeline Of(Workflow workflow, IReadOnlyDictionary<string, IReadOnlyList<WorkflowStep>> actions)
    {
        var scripts = new PipelineScripts(actions);
        foreach (var job in workflow.Jobs)
        {
            if (job.Uses is { } called) scripts.Words.Add("workflow:" + called);
            foreach (var step in job.Steps) scripts.Step(step, 0);
        }
        return Make(GitHubActions, workflow.Path, workflow.Name, Triggers.OfGitHub(workflow.On), workflow.Jobs.Count, workflow.Jobs.SelectMany(Runners), scripts);
    }

    /// <summary>The pipeline of another system; null when the file is no YAML mapping or was cut.</summary>
    public static Pipeline? Read(string system, Excerpt file)
    {
        if (file.Truncated || BoundedYaml.Read(file.Text) is not YamlMapping root) return null;
        var scripts = new PipelineScripts(new Dictionary<string, IReadOnlyList<WorkflowStep>>(StringComparer.Ordinal));
        scripts.Anywhere(root, "", 0);
        var jobs = system switch
        {
            "CircleCI" => root["jobs"]?.Members.Count() ?? 0,
            "GitLab CI" => root.Members.Count(member => !member.Key.StartsWith('.') && member.Value["script"] is not null),
            "Azure Pipelines" => AllOf(root, "jobs").SelectMany(list => list.Items).Count(),
            _ => 0,
        };
        var runners = AllOf(root, "image").Concat(AllOf(root, "vmImage")).Concat(AllOf(root, "os")).SelectMany(node => node.Texts);
        return Make(system, file.Path, root["name"]?.Text, Triggers.Of(system, root), jobs, runners, scripts);
    }

    private static Pipeline Make(string system, string path, string? name, IReadOnlyList<CiTrigger> triggers, int jobs, IEnumerable<string> runners, PipelineScripts scripts)
    {
        var commands = scripts.Commands.DistinctBy(command => (command.Kind, command.Text)).ToArray();
        var workflow = new CiWorkflow(
            system, path, name, triggers, jobs,
            runners.Where(runner => runner.Length is > 0 and < 60).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(RunnerLimit).ToArray(),
            commands.OrderBy(command => command.Kind switch { CommandReader.Test => 0, CommandReader.Build => 1, _ => 2 }).ThenBy(command => command.Line)
                .Take(CiWorkflow.CommandLimit).Select(command => new CiCommand(command.Kind, Cut(command.Text), command.Line)).ToArray());
        return new Pipeline(workflow, commands, scripts.Words);
    }

    /// <summary>A command as it is shown.</summary>
    public static string Cut(string text) => text.Length <= TextLength ? text : text[..TextLength].TrimEnd() + " …";

    private static IEnumerable<string> Runners(WorkflowJob job)
    {
        foreach (var label in job.RunsOn)
        {
            if (!label.Contains("${{", StringComparison.Ordinal))
            {
                yield return label;
                continue;
            }
            // The matrix member that it names, and what is included beside.
            foreach (var (key, value) in job.Matrix?.Members ?? [])
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
}

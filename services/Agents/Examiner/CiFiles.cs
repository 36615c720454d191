using Charterhouse.Agents.Examiner.Ci;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Examiner;

/// <summary>Every configuration of continuous integration: those that were read, and those that are only known to be there.</summary>
internal sealed class CiFiles
{
    private const int UnreadLimit = 10;

    private static readonly string[] OtherNames =
    [
        "jenkinsfile", ".cirrus.yml", ".cirrus.star", "cloudbuild.yaml", "cloudbuild.yml", "buildspec.yml", "buildspec.yaml", "wercker.yml", ".zuul.yaml", ".zuul.yml", "zuul.yaml", "codefresh.yml", ".taskcluster.yml",
        "evergreen.yml", ".evergreen.yml", ".build.yml", ".woodpecker.yml", ".woodpecker.yaml", ".drone.star", ".drone.jsonnet", ".drone.yaml", "bors.toml", ".scrutinizer.yml", ".prow.yaml", "dagger.json", "shippable.yml", "codeship-steps.yml", ".onedev-buildspec.yml", "bamboo.yml",
    ];

    private static readonly string[] ConfigurationFolders = [".buildkite", ".semaphore", ".woodpecker", ".zuul.d", ".tekton", ".circleci", ".forgejo", ".gitea", ".azure-pipelines", ".builds"];

    private static readonly string[] OtherFolders =
        ["ci", ".ci", "jenkins", ".jenkins", ".buildkite", ".semaphore", ".teamcity", ".builds", ".woodpecker", "zuul.d", ".zuul.d", ".tekton", ".gitlab", ".gitlab-ci", ".azure-pipelines", ".azuredevops", "azure-pipelines", ".vsts", ".pipelines", "pipelines", ".kokoro", "kokoro", ".evergreen", ".harness", "concourse", ".circleci", ".forgejo", ".gitea", ".expeditor", "gocd"];

    public CiFiles(RepositoryFacts facts)
    {
        var actions = new Dictionary<string, IReadOnlyList<WorkflowStep>>(StringComparer.Ordinal);
        foreach (var file in facts.Excerpts)
            if (file.Path.EndsWith("/action.yml", StringComparison.Ordinal) || file.Path.EndsWith("/action.yaml", StringComparison.Ordinal))
                if (!file.Truncated && BoundedYaml.Read(file.Text) is { } action) actions[file.Path[..file.Path.LastIndexOf('/')]] = WorkflowStep.ReadAll(action["runs"]?["steps"]);
        var workflows = Workflow.All(facts).ToDictionary(workflow => workflow.Path, StringComparer.Ordinal);
        var (read, unread) = (new List<Pipeline>(), new SortedSet<string>(StringComparer.Ordinal));
        var texts = facts.Excerpts.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var file in facts.Files)
        {
            if (!file.IsFile || file.Has(FileFlags.Vendored)) continue;
            if (PipelineReader.SystemOf(file.Path) is { } system)
            {
                var pipeline = workflows.TryGetValue(file.Path, out var workflow) ? PipelineReader.Of(workflow, actions)
                    : system != PipelineReader.GitHubActions && texts.TryGetValue(file.Path, out var text) ? PipelineReader.Read(system, text) : null;
                if (pipeline is not null) read.Add(pipeline);
                else unread.Add(file.Path);
            }
            else if (IsOther(file.Path)) unread.Add(file.Path);
            else Doubt |= IsHint(file.Path);
        }
        (Read, Unread) = (read, [.. unread.Take(UnreadLimit)]);
    }

    public IReadOnlyList<Pipeline> Read { get; }
    public IReadOnlyList<string> Unread { get; }
    /// <summary>Files may be there that configure something which is not known.</summary>
    public bool Doubt { get; }

    /// <summary>No file that could be a configuration.</summary>
    public bool None => Read.Count == 0 && Unread.Count == 0 && !Doubt;

    private static bool IsOther(string path)
    {
        var lower = path.ToLowerInvariant();
        var name = lower[(lower.LastIndexOf('/') + 1)..];
        return ExcerptChoice.Depth(path) == 0 && OtherNames.AsSpan().Contains(name) || ExcerptChoice.Depth(path) <= 2 && name.StartsWith("jenkinsfile", StringComparison.Ordinal)
            || ExcerptChoice.Depth(path) > 0 && ConfigurationFolders.AsSpan().Contains(lower[..lower.IndexOf('/', StringComparison.Ordinal)]) && Path.GetExtension(name) is ".yml" or ".yaml" && !name.StartsWith("dependabot", StringComparison.Ordinal);
    }

    /// <summary>A folder or file of which nobody knows from its name alone whether a machine runs it.</summary>
    private static bool IsHint(string path)
    {
        var segments = path.ToLowerInvariant().Split('/');
        return OtherNames.AsSpan().Contains(segments[^1]) || segments[^1].StartsWith("azure-pipelines", StringComparison.Ordinal)
            || segments.Length > 1 && OtherFolders.AsSpan().Contains(segments[0]) || segments.Length > 2 && segments[0] is "eng" or "build" or "tools" or "scripts" or ".github" && OtherFolders.AsSpan().Contains(segments[1]);
    }
}

using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.GitHubWorkflows;

/// <summary>A GitHub Actions workflow, as far as agents ask about it.</summary>
/// <param name="On">What starts it, as it is written.</param>
/// <param name="Triggers">Names of <c>on</c>.</param>
/// <param name="OnLines">Where <c>on</c> stands.</param>
/// <param name="Permissions">Of the whole workflow; null when it says none.</param>
/// <param name="Waivers">What its authors accept.</param>
internal sealed record Workflow(string Path, string? Name, YamlNode? On, Lines OnLines, IReadOnlyList<string> Triggers, Permissions? Permissions, IReadOnlyList<WorkflowJob> Jobs, Waivers Waivers)
{
    private static readonly PerFacts<IReadOnlyList<Workflow>> Files =
        new(facts => facts.Excerpts.Where(file => ExcerptChoice.IsWorkflow(file.Path) && !file.Truncated).Select(Read).OfType<Workflow>().ToArray());

    /// <summary>What writes the file, by its head; null for people.</summary>
    public string? Generator { get; init; }

    /// <summary>Started by people without rights in the repository, yet with its token and secrets.</summary>
    public bool IsPrivileged => Triggers.Any(trigger => trigger is "pull_request_target" or "issues" or "issue_comment" or "discussion" or "discussion_comment" or "workflow_run" or "gollum" or "fork" or "watch");

    public bool StartsOn(string trigger) => Triggers.Contains(trigger, StringComparer.Ordinal);

    /// <summary>It is said that the job's token cannot write, and no secret is in its reach: whoever runs code there gets nothing.</summary>
    public bool IsPowerless(WorkflowJob job) => (job.Permissions ?? Permissions) is { All: false, Writes.Count: 0 } && !job.Secrets;

    /// <summary>The conditions without which a job does not run: its own and those of the jobs that it needs, unless it runs after their failure as well.</summary>
    public IEnumerable<string> ConditionsOf(WorkflowJob job)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { job.Name };
        var open = new Queue<WorkflowJob>([job]);
        while (open.TryDequeue(out var one))
        {
            yield return one.If;
            if (one.If.Contains("always()", StringComparison.Ordinal) || one.If.Contains("failure()", StringComparison.Ordinal) || one.If.Contains("cancelled()", StringComparison.Ordinal)) continue;
            foreach (var needed in Jobs.Where(other => one.Needs.Contains(other.Name, StringComparer.Ordinal) && seen.Add(other.Name))) open.Enqueue(needed);
        }
    }

    /// <summary>Those of a repository that could be read, by path; read once.</summary>
    public static IReadOnlyList<Workflow> All(RepositoryFacts facts) => Files.Of(facts);

    /// <summary>The workflow in a file; null when it is none.</summary>
    public static Workflow? Read(Excerpt file)
    {
        if (BoundedYaml.Read(file.Text) is not YamlMapping root) return null;
        var on = root.Member("on") ?? root["true"];
        var secrets = WorkflowStep.Values(root.Member("env")).Any(WorkflowStep.NamesSecret);
        return new Workflow(file.Path, root.Member("name")?.Text, on, root.Lines(root.Member("on") is null ? "true" : "on"), on is YamlMapping map ? map.Members.Select(member => member.Key).ToArray() : on?.Texts.ToArray() ?? [],
            Permissions.Of(root), (root.Member("jobs")?.Members ?? []).Select(job => WorkflowJob.Read(job.Key, job.Value, secrets)).ToArray(), Waivers.Read(file.Text))
        { Generator = WorkflowGenerator.Of(file.Text) };
    }
}

/// <summary>Rights of the token.</summary>
/// <param name="All">Every right to write.</param>
/// <param name="Writes">Scopes with the right to write.</param>
/// <param name="Lines">With the key.</param>
internal sealed record Permissions(bool All, IReadOnlyList<string> Writes, int Line, Lines Lines)
{
    private const string Key = "permissions";

    /// <summary>Those of a workflow or a job.</summary>
    public static Permissions? Of(YamlNode owner) => owner.Member(Key) switch
    {
        YamlText text => new Permissions(text.Value == "write-all", [], text.Line, owner.Lines(Key)),
        YamlMapping map => new Permissions(false, map.Members.Where(member => member.Value.Text == "write").Select(member => member.Key).ToArray(), map.Line, owner.Lines(Key)),
        _ => null,
    };
}

/// <summary>A job.</summary>
/// <param name="RunsOn">Labels of the machines; expressions as they are.</param>
/// <param name="RunsOnLines">Where they stand.</param>
/// <param name="Matrix">What it is repeated over, or null.</param>
/// <param name="Uses">The reusable workflow that it is, or null.</param>
/// <param name="If">Its condition, or empty.</param>
/// <param name="Needs">Jobs that must have succeeded before.</param>
/// <param name="Secrets">Any of its steps or its environment names a secret other than the token, or it is given some.</param>
internal sealed record WorkflowJob(string Name, IReadOnlyList<string> RunsOn, Lines RunsOnLines, YamlNode? Matrix, YamlText? Uses, string If, IReadOnlyList<string> Needs, Permissions? Permissions, bool Secrets, IReadOnlyList<WorkflowStep> Steps, int Line)
{
    /// <summary>The job of that name.</summary>
    /// <param name="given">The workflow's environment names a secret.</param>
    public static WorkflowJob Read(string name, YamlNode node, bool given)
    {
        var steps = WorkflowStep.ReadAll(node.Member("steps"));
        var runsOn = node.Member("runs-on");
        // A reusable workflow is handed its secrets.
        var secrets = given || node.Member("secrets") is not null || steps.Any(step => step.Secrets) || WorkflowStep.Values(node.Member("env")).Any(WorkflowStep.NamesSecret);
        return new WorkflowJob(name, [.. ((runsOn is YamlMapping group ? group.Member("labels") : runsOn)?.Texts ?? [])], node.Lines("runs-on"), node.Member("strategy")?.Member("matrix"), node.Member("uses") as YamlText, node.Member("if")?.Text ?? "", [.. node.Member("needs")?.Texts ?? []],
            Permissions.Of(node), secrets, steps, node.Line);
    }
}

/// <summary>A step of a job or of a composite action.</summary>
/// <param name="Run">The shell script, or null.</param>
/// <param name="With">The action's inputs.</param>
internal sealed record WorkflowStep(YamlText? Uses, YamlText? Run, YamlNode? With, string If, bool Secrets, Lines Lines)
{
    public int Line => Lines.First;

    /// <summary>The items of a list of steps; none for anything else.</summary>
    public static IReadOnlyList<WorkflowStep> ReadAll(YamlNode? steps) => steps is YamlSequence list ? list.Nodes.Select(Read).ToArray() : [];

    private static WorkflowStep Read(YamlNode node)
    {
        var run = node.Member("run") as YamlText;
        var texts = Values(node.Member("env")).Concat(Values(node.Member("with"))).Append(run?.Value ?? "");
        return new WorkflowStep(node.Member("uses") as YamlText, run, node.Member("with"), node.Member("if")?.Text ?? "", texts.Any(NamesSecret), new Lines(node.Line, node.LastLine()));
    }

    /// <summary>True for an action of that name, at any version.</summary>
    public bool IsAction(string name) => Uses is not null && Uses.Value.StartsWith(name + "@", StringComparison.OrdinalIgnoreCase);

    /// <summary>An input of the action, or null.</summary>
    public YamlText? Input(string name) => With?.Member(name) as YamlText;

    /// <summary>The texts of a mapping's members.</summary>
    public static IEnumerable<string> Values(YamlNode? node) => (node?.Members ?? []).Select(member => member.Value.Text).OfType<string>();

    /// <summary>True when an expression takes a secret other than the job's own token.</summary>
    public static bool NamesSecret(string text)
    {
        for (var at = text.IndexOf("secrets.", StringComparison.Ordinal); at >= 0; at = text.IndexOf("secrets.", at + 1, StringComparison.Ordinal))
            if (!text.AsSpan(at).StartsWith("secrets.GITHUB_TOKEN", StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}

/// <summary>Names in workflows are found whatever their case.</summary>
internal static class WorkflowNames
{
    public static YamlNode? Member(this YamlNode node, string name) => node.Find(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>From the member's key to the end of its value; where the mapping begins for none.</summary>
    public static Lines Lines(this YamlNode node, string name)
    {
        foreach (var (key, value) in (node as YamlMapping)?.Entries ?? [])
            if (string.Equals(key.Value, name, StringComparison.OrdinalIgnoreCase)) return new Lines(key.Line, Math.Max(key.Line, value.LastLine()));
        return new Lines(node.Line, node.Line);
    }

    /// <summary>Where its last piece begins.</summary>
    public static int LastLine(this YamlNode node) => node switch
    {
        YamlMapping map => map.Entries.Select(entry => Math.Max(entry.Key.Line, entry.Value.LastLine())).Append(node.Line).Max(),
        YamlSequence list => list.Nodes.Select(LastLine).Append(node.Line).Max(),
        _ => node.Line,
    };
}

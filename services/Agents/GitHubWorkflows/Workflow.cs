using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>A GitHub Actions workflow, as far as rules ask about it.</summary>
/// <param name="Triggers">Names of <c>on</c>.</param>
/// <param name="Permissions">Of the whole workflow; null when it says none.</param>
internal sealed record Workflow(string Path, IReadOnlyList<string> Triggers, Permissions? Permissions, IReadOnlyList<WorkflowJob> Jobs)
{
    /// <summary>Started by people without rights in the repository, yet with its token and secrets.</summary>
    public bool IsPrivileged => Triggers.Any(trigger => trigger is "pull_request_target" or "issues" or "issue_comment" or "discussion" or "discussion_comment" or "workflow_run" or "gollum" or "fork" or "watch");

    public bool StartsOn(string trigger) => Triggers.Contains(trigger, StringComparer.Ordinal);

    /// <summary>The workflow in a file; null when it is none.</summary>
    public static Workflow? Read(Excerpt file)
    {
        if (WorkflowYaml.Read(file.Text) is not YamlMembers root || root["jobs"] is not YamlMembers jobs) return null;
        return new Workflow(file.Path, Names(root["on"] ?? root["true"]), Permissions.Read(root["permissions"]), jobs.Items.Select(job => WorkflowJob.Read(job.Key, job.Value)).ToArray());
    }

    /// <summary>One name, a list of names, or the names of members.</summary>
    public static IReadOnlyList<string> Names(YamlPiece? piece) => piece switch
    {
        YamlText text => [text.Value],
        YamlItems list => list.Items.Select(item => item.Text).OfType<string>().ToArray(),
        YamlMembers map => map.Items.Select(item => item.Key).ToArray(),
        _ => [],
    };
}

/// <summary>Rights of the token.</summary>
/// <param name="All">Every right to write.</param>
/// <param name="Writes">Scopes with the right to write.</param>
internal sealed record Permissions(bool All, IReadOnlyList<string> Writes, int Line)
{
    public static Permissions? Read(YamlPiece? piece) => piece switch
    {
        YamlText text => new Permissions(text.Value == "write-all", [], text.Line),
        YamlMembers map => new Permissions(false, map.Items.Where(item => item.Value.Text == "write").Select(item => item.Key).ToArray(), map.Line),
        _ => null,
    };
}

/// <summary>A job.</summary>
/// <param name="RunsOn">Labels of the machines; expressions as they are.</param>
/// <param name="Uses">The reusable workflow that it is, or null.</param>
/// <param name="If">Its condition, or empty.</param>
/// <param name="Secrets">Any of its steps or its environment names a secret other than the token.</param>
internal sealed record WorkflowJob(string Name, IReadOnlyList<string> RunsOn, string? Uses, string If, Permissions? Permissions, bool Secrets, IReadOnlyList<WorkflowStep> Steps, int Line)
{
    public static WorkflowJob Read(string name, YamlPiece piece)
    {
        var steps = piece["steps"] is YamlItems list ? list.Items.Select(WorkflowStep.Read).ToArray() : [];
        var runsOn = piece["runs-on"] is YamlMembers group ? Workflow.Names(group["labels"]) : Workflow.Names(piece["runs-on"]);
        var secrets = steps.Any(step => step.Secrets) || Values(piece["env"]).Any(WorkflowStep.NamesSecret);
        return new WorkflowJob(name, runsOn, piece["uses"]?.Text, piece["if"]?.Text ?? "", Permissions.Read(piece["permissions"]), secrets, steps, piece.Line);
    }

    /// <summary>The texts of a mapping's members.</summary>
    public static IEnumerable<string> Values(YamlPiece? piece) => piece is YamlMembers map ? map.Items.Select(item => item.Value.Text).OfType<string>() : [];
}

/// <summary>A step of a job.</summary>
/// <param name="Run">The shell script, or null.</param>
/// <param name="With">The action's inputs.</param>
internal sealed record WorkflowStep(string? Uses, YamlText? Run, YamlPiece? With, string If, bool Secrets, int Line)
{
    public static WorkflowStep Read(YamlPiece piece)
    {
        var texts = WorkflowJob.Values(piece["env"]).Concat(WorkflowJob.Values(piece["with"])).Append(piece["run"]?.Text ?? "");
        return new WorkflowStep(piece["uses"]?.Text, piece["run"] as YamlText, piece["with"], piece["if"]?.Text ?? "", texts.Any(NamesSecret), piece.Line);
    }

    /// <summary>True for an action of that name, at any version.</summary>
    public bool IsAction(string name) => Uses is not null && Uses.StartsWith(name + "@", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when an expression takes a secret other than the job's own token.</summary>
    public static bool NamesSecret(string text)
    {
        for (var at = text.IndexOf("secrets.", StringComparison.Ordinal); at >= 0; at = text.IndexOf("secrets.", at + 1, StringComparison.Ordinal))
            if (!text.AsSpan(at).StartsWith("secrets.GITHUB_TOKEN", StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}

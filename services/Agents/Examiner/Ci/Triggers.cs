using Charterhouse.Agents.Formats;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Examiner.Ci;

/// <summary>What starts a pipeline, as far as its own file says it.</summary>
internal static class Triggers
{
    private const int FilterLimit = 8;
    private const int TriggerLimit = 12;

    /// <summary>Of a workflow of GitHub Actions, in the order of the file.</summary>
    public static IReadOnlyList<CiTrigger> OfGitHub(YamlNode? on) => [.. GitHub(on).Take(TriggerLimit)];

    /// <summary>Of another system's file, in its order.</summary>
    public static IReadOnlyList<CiTrigger> Of(string system, YamlNode root) => system == "Azure Pipelines" ? [.. Azure(root).Take(TriggerLimit)] : [];

    private static IEnumerable<CiTrigger> GitHub(YamlNode? on)
    {
        foreach (var name in on?.Texts ?? []) yield return new CiTrigger(name, []);
        foreach (var (name, value) in on?.Members ?? [])
        {
            if (name == "schedule")
            {
                yield return new CiTrigger(name, Bounded(value.Items.Select(item => item["cron"]?.Text).OfType<string>()));
                continue;
            }
            var filter = (value["branches"]?.Texts ?? []).Concat((value["branches-ignore"]?.Texts ?? []).Select(branch => "not " + branch))
                .Concat((value["tags"]?.Texts ?? []).Select(tag => "tag " + tag))
                .Concat(name is "workflow_run" ? (value["workflows"]?.Texts ?? []).Select(workflow => "after " + workflow) : [])
                .Concat(value["paths"] is null ? [] : ["some paths"]);
            yield return new CiTrigger(name, Bounded(filter));
        }
    }

    private static IEnumerable<CiTrigger> Azure(YamlNode root)
    {
        foreach (var name in (string[])["trigger", "pr"])
        {
            if (root[name] is not { } node || node.Text is "none") continue;
            var branches = node is YamlSequence ? node.Texts : node["branches"] is YamlSequence list ? list.Texts : node["branches"]?["include"]?.Texts ?? [];
            yield return new CiTrigger(name == "trigger" ? "push" : "pull_request", Bounded(branches));
        }
        if (root["schedules"] is { } schedules) yield return new CiTrigger("schedule", Bounded(schedules.Items.Select(item => item["cron"]?.Text).OfType<string>()));
    }

    private static string[] Bounded(IEnumerable<string> texts) => texts.Where(text => text.Length < 100).Take(FilterLimit).ToArray();
}

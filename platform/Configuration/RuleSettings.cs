using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Triggers;

namespace Charterhouse.Platform.Configuration;

/// <summary>
/// The rules by which events of a forge call for runs, as text: a setting <c>triggers.NAME</c> for all repositories, the same names below
/// <c>triggers:</c> of one repository in the file, and options of <c>charter repos</c>. Lists have commas between.
/// </summary>
public static class RuleSettings
{
    public const string Events = "events";
    public const string Branches = "branches";
    public const string Paths = "paths";
    public const string Drafts = "drafts";
    public const string Forks = "forks";
    public const string Bots = "bots";
    public const string WindowSeconds = "window_seconds";
    public const string Edge = "edge";
    public const string Supersede = "supersede";
    public const string Effects = "effects";
    public const string DryRun = "dry_run";
    public const string FailOn = "fail_on";

    /// <summary>Between the parts of a list.</summary>
    public const char Separator = ',';

    internal static IReadOnlyList<(string Name, string Default, ValueRule Rule)> All { get; } =
    [
        (Events, "push,pull_request", new WordsRule(TriggerKinds.All)),
        (Branches, "", new GlobsRule()),
        (Paths, "", new GlobsRule()),
        (Drafts, "false", new SwitchRule()),
        (Forks, "false", new SwitchRule()),
        (Bots, "true", new SwitchRule()),
        (WindowSeconds, "60", new NumberRule(0, 3600)),
        (Edge, "trailing", new WordRule(["trailing", "leading"])),
        (Supersede, "queued", new WordRule(["none", "queued", "running"])),
        (Effects, "", new WordsRule(EffectNames.All)),
        (DryRun, "false", new SwitchRule()),
        (FailOn, "never", new WordRule(["never", .. Severities.All])),
    ];

    /// <summary>In the order in which they are shown.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(rule => rule.Name)];

    /// <summary>What holds where nobody says otherwise, by name.</summary>
    public static IReadOnlyDictionary<string, string> Defaults { get; } = All.ToDictionary(rule => rule.Name, rule => rule.Default, StringComparer.Ordinal);

    internal static IReadOnlySet<string> None { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>What is wrong with the text of a rule: how to complete "… is", and the fix; null for nothing. Empty is a list without a part.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static (string Message, string Fix)? Check(string name, string text)
    {
        var rule = All.First(one => one.Name == name).Rule;
        return text.Length == 0 && rule is GlobsRule or WordsRule ? null : rule.Check(text, text);
    }

    /// <summary>What is wrong with the times at which one repository is analysed; null for nothing.</summary>
    public static (string Message, string Fix)? CheckSchedule(string text) => new CronRule().Check(text, text);
}

/// <summary>A repository of the setting <c>repositories</c>.</summary>
/// <param name="Rules">What deviates from the rules of all, by name of <see cref="RuleSettings"/>.</param>
/// <param name="Schedule">When it is analysed beside the audit, as <see cref="CronText"/> reads it; null for never.</param>
public sealed record RepositorySetting(string Url, IReadOnlyDictionary<string, string> Rules, string? Schedule)
{
    /// <summary>One without rules of its own.</summary>
    public RepositorySetting(string url) : this(url, new Dictionary<string, string>(StringComparer.Ordinal), null)
    {
    }
}

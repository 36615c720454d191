using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Settings;

/// <summary>What a repository's own <c>.charterhouse.yaml</c> changes for its findings, and what is wrong in that file.</summary>
internal sealed class RepositorySettings
{
    /// <summary>The agent's name in findings about the settings.</summary>
    public const string Agent = "settings";
    /// <summary>The first of them that is there is read.</summary>
    private static readonly string[] FileNames = [".charterhouse.yaml", ".charterhouse.yml"];

    private readonly Dictionary<string, string> _severities;
    private readonly (Glob Rule, Glob? Path)[] _ignored;

    private RepositorySettings(SettingsSection? section, IReadOnlyList<Finding> problems)
    {
        (Section, Problems) = (section, problems);
        _severities = (section?.Rules ?? []).ToDictionary(rule => rule.Rule, rule => rule.Severity, StringComparer.Ordinal);
        _ignored = [.. (section?.Ignore ?? []).Select(entry => (Glob.OfRules(entry.Rule), entry.Path is null ? null : Glob.OfPaths(entry.Path)))];
    }

    /// <summary>What holds; null without a file.</summary>
    public SettingsSection? Section { get; }

    /// <summary>What is wrong in the file: findings of <c>settings/invalid</c>. What is right beside it holds.</summary>
    public IReadOnlyList<Finding> Problems { get; }

    /// <summary>The settings in the facts. Never throws for what the file says.</summary>
    public static RepositorySettings Read(RepositoryFacts facts)
    {
        var files = FileNames.Select(name => facts.Excerpts.FirstOrDefault(file => file.Name == name)).OfType<Excerpt>().ToArray();
        if (files.Length == 0) return new RepositorySettings(null, []);
        var reading = new SettingsReading(files[0].Name);
        if (files.Length > 1) reading.Problem(1, $"{files[1].Name} is there as well and is not read", "Keep one of the two files.", files[1].Name);
        reading.Read(files[0].Text, files[0].Truncated);
        return new RepositorySettings(new SettingsSection(files[0].Name, reading.Rules, reading.Ignore), reading.Problems);
    }

    /// <summary>The finding as it is to be in the charter: with its severity here, or marked as hidden.</summary>
    public Finding Apply(Finding finding)
    {
        var severity = _severities.GetValueOrDefault(finding.Rule);
        if (severity == RuleSetting.Off || _ignored.Any(entry => entry.Rule.Matches(finding.Rule) && (entry.Path is null || finding.Path is not null && entry.Path.Matches(finding.Path))))
            return finding with { State = FindingStates.Hidden };
        return severity is null ? finding : finding with { Severity = severity };
    }
}

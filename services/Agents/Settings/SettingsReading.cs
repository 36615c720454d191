using Charterhouse.Agents.Formats;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Agents.Settings;

/// <summary>Reads one settings file; everything that does not belong there becomes a finding.</summary>
internal sealed class SettingsReading(string path)
{
    /// <summary>Characters.</summary>
    private const int MaxLength = 32 * 1024;
    private const int MaxDepth = 8;
    private const int MaxNodes = 4_000;
    private const int MaxEntries = 200;
    private const int MaxProblems = 20;
    private const int MaxReason = 300;
    private static readonly string[] Sections = ["rules", "ignore"];
    private static readonly string[] IgnoreKeys = ["rule", "path", "reason"];
    private static readonly string[] RuleKeys = ["severity"];
    private static readonly string[] RuleNames = [.. RuleCatalog.All.Select(rule => rule.Name)];

    private readonly SortedDictionary<string, RuleSetting> _rules = new(StringComparer.Ordinal);
    private readonly List<IgnoreSetting> _ignore = [];
    private readonly List<Finding> _problems = [];
    private readonly LineFingerprints _fingerprints = new();

    public IReadOnlyList<RuleSetting> Rules => [.. _rules.Values];
    public IReadOnlyList<IgnoreSetting> Ignore => _ignore;
    public IReadOnlyList<Finding> Problems => _problems;

    /// <summary>Reads the text.</summary>
    /// <param name="truncated">The file is longer than the text.</param>
    public void Read(string text, bool truncated)
    {
        try
        {
            if (truncated || text.Length > MaxLength) throw new MalformedException(1, $"it is longer than {MaxLength / 1024} KB");
            foreach (var (key, value) in Map(BoundedYaml.ReadPlain(text, MaxDepth, MaxNodes), "The file", "rules:"))
            {
                if (key.Value == "rules") foreach (var rule in Map(value, "'rules'", "rules: { readme/empty: off }")) ReadRule(rule.Key, rule.Value);
                else if (key.Value == "ignore") ReadIgnores(value);
                else Unknown(key, "a part of the settings", Sections);
            }
        }
        catch (MalformedException problem)
        {
            Problem(problem.Line, $"{path} is not read: {(problem.InnerException is null ? problem.Message : "it is not valid YAML here")}", "Correct the file; until then none of its settings holds.");
        }
    }

    /// <summary>Notes a mistake.</summary>
    /// <param name="line">1-based.</param>
    /// <param name="evidence">What is wrong, without a full stop.</param>
    /// <param name="file">When it is not about the file that is read.</param>
    public void Problem(int line, string evidence, string fix, string? file = null)
    {
        if (_problems.Count >= MaxProblems) return;
        _problems.Add(Findings.Make(RepositorySettings.Agent, "settings/invalid", Severities.Low, "The repository's settings hold a mistake", file ?? path, evidence + ".", fix, line,
            _fingerprints.What("settings/invalid", path, evidence)));
    }

    private void ReadRule(YamlText key, YamlNode value)
    {
        if (RuleCatalog.Find(key.Value) is null) Unknown(key, "a rule", RuleNames);
        else if (_rules.ContainsKey(key.Value)) Problem(key.Line, $"{key.Value} is tuned twice", "Remove one of the two lines.");
        else if (_rules.Count >= MaxEntries) return;
        else if (value is YamlText { Value: RuleSetting.Off }) _rules[key.Value] = new RuleSetting(key.Value, RuleSetting.Off);
        else if (value is YamlText text) Problem(text.Line, $"{Shown(text.Value)} is no value of a rule", $"Write '{key.Value}: off' or '{key.Value}: {{ severity: low }}'.");
        else
        {
            foreach (var (name, given) in Map(value, $"The value of {key.Value}", $"{key.Value}: off"))
            {
                if (name.Value != "severity") Unknown(name, "a key of a rule", RuleKeys);
                else if (given is YamlText severity && Severities.All.Contains(severity.Value, StringComparer.Ordinal)) _rules[key.Value] = new RuleSetting(key.Value, severity.Value);
                else Problem(given.Line, $"{Shown((given as YamlText)?.Value ?? "")} is no severity", Suggestion.Or((given as YamlText)?.Value ?? "", Severities.All, $"Write one of {string.Join(", ", Severities.All)}; 'off' stands alone: '{key.Value}: off'."));
            }
        }
    }

    private void ReadIgnores(YamlNode value)
    {
        if (value is YamlSequence list)
            foreach (var item in list.Nodes.Take(MaxEntries)) ReadIgnore(item);
        else if (!IsNothing(value)) Problem(value.Line, "'ignore' is not a list", "Write '- { rule: \"readme/*\", path: \"docs/**\", reason: \"generated\" }' below it.");
    }

    private void ReadIgnore(YamlNode item)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Map(item, "An entry of 'ignore'", "- { rule: \"readme/*\", reason: \"generated\" }"))
        {
            if (!IgnoreKeys.Contains(key.Value, StringComparer.Ordinal)) Unknown(key, "a key of 'ignore'", IgnoreKeys);
            else if (value is not YamlText { Value.Length: > 0 } text || text.Value.Length > (key.Value == "reason" ? MaxReason : Glob.MaxLength)) Problem(value.Line, $"'{key.Value}' is no text, is empty or is too long", $"Write '{key.Value}: …' with at most {(key.Value == "reason" ? MaxReason : Glob.MaxLength)} characters.");
            else given[key.Value] = text.Value;
        }
        var (rule, reason) = (given.GetValueOrDefault("rule"), given.GetValueOrDefault("reason"));
        if (item is not YamlMapping map) return;
        // An entry of which a part is wrong would hide more than was meant.
        if (rule is null || reason is null) Problem(item.Line, $"An entry of 'ignore' has no {(rule is null ? "rule" : "reason")}", "Give each entry a rule (a pattern such as \"readme/*\") and a reason.");
        else if (given.Count < map.Entries.Count) return;
        else if (!RuleNames.Any(Glob.OfRules(rule).Matches)) Problem(item.Line, $"{Shown(rule)} is no rule", Nearest(rule, RuleNames, "A pattern such as \"readme/*\" takes all rules of a group."));
        else _ignore.Add(new IgnoreSetting(rule, given.GetValueOrDefault("path"), reason));
    }

    // Nothing at all ('rules:') is an empty part.
    private IEnumerable<(YamlText Key, YamlNode Value)> Map(YamlNode? node, string what, string example)
    {
        if (node is YamlMapping map) return map.Entries;
        if (node is not null && !IsNothing(node)) Problem(node.Line, $"{what} is not a list of keys and values", $"Write it as '{example}'.");
        return [];
    }

    private void Unknown(YamlText key, string what, IReadOnlyList<string> known) =>
        Problem(key.Line, $"{Shown(key.Value)} is not {what}", Nearest(key.Value, known, $"There {(known.Count == 1 ? "is" : "are")} {string.Join(", ", known.Take(12))}{(known.Count > 12 ? " and others; see the list of rules" : "")}."));

    private static string Nearest(string typed, IReadOnlyList<string> known, string otherwise) => Suggestion.Or(typed, known, otherwise);

    private static bool IsNothing(YamlNode node) => node is YamlText { Value: "" or "~" or "null" };

    private static string Shown(string text) => text.Length == 0 ? "This" : text.Length <= 60 ? $"'{text}'" : $"'{text[..59]}…'";
}

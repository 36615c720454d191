using YamlDotNet.RepresentationModel;

namespace Charterhouse.Platform.Configuration;

/// <summary>Reads the list <c>repositories</c>: addresses, or mappings of an address with rules and times of its own.</summary>
/// <param name="report">Notes a problem: node, key, message, fix.</param>
internal sealed class RepositoryItems(Action<YamlNode, string, string, string> report)
{
    private const string Url = "url";
    private const string Triggers = "triggers";
    private const string Schedule = "schedule";
    private static readonly string Key = ConfigurationKeys.Repositories.Name;

    /// <summary>The items; null when one of them cannot be read, which is reported.</summary>
    public IReadOnlyList<RepositorySetting>? Read(YamlSequenceNode list)
    {
        var items = list.Select(Item).ToList();
        var good = items.OfType<RepositorySetting>().ToList();
        return good.Count == items.Count ? good : null;
    }

    /// <summary>The words of a list; null when it holds something else.</summary>
    public static IReadOnlyList<string>? Words(YamlSequenceNode list) =>
        list.All(node => node is YamlScalarNode { Value.Length: > 0 }) ? [.. list.Select(node => ((YamlScalarNode)node).Value!)] : null;

    private RepositorySetting? Item(YamlNode node)
    {
        if (node is YamlScalarNode { Value: { Length: > 0 } text }) return text.Contains(RepositoriesRule.Separator, StringComparison.Ordinal) ? Refuse(node, Key, $"holds '{text}'", "give one https:// URL an item") : new RepositorySetting(text);
        if (node is not YamlMappingNode mapping) return Refuse(node, Key, "holds an item that is no address", "write '- https://HOST/OWNER/NAME', or a mapping with url, triggers and schedule");
        string? url = null, schedule = null;
        var rules = new Dictionary<string, string>(StringComparer.Ordinal);
        var good = true;
        foreach (var (keyNode, value) in mapping.Children)
        {
            switch ((keyNode as YamlScalarNode)?.Value)
            {
                case Url when value is YamlScalarNode { Value: { Length: > 0 } address } && !address.Contains(RepositoriesRule.Separator, StringComparison.Ordinal):
                    url = address;
                    break;
                case Schedule when value is YamlScalarNode { Value: { Length: > 0 } when }:
                    schedule = when;
                    good &= RuleSettings.CheckSchedule(when) is not { } wrong || Refuse(value, $"{Key}.{Schedule}", wrong.Message, wrong.Fix) is not null;
                    break;
                case Triggers when value is YamlMappingNode own:
                    good &= own.Children.Select(rule => Rule(rule.Key, rule.Value, rules)).ToList().TrueForAll(read => read);
                    break;
                case Url or Schedule or Triggers:
                    good = Refuse(keyNode, $"{Key}.{keyNode}", "has no such value", "give url: ADDRESS, schedule: '0 3 * * *', and triggers: with its rules on indented lines below it") is not null;
                    break;
                default:
                    good = Unknown(keyNode, Key, [Url, Triggers, Schedule]);
                    break;
            }
        }
        if (url is null && good) return Refuse(node, Key, "holds an item without an address", "add 'url: https://HOST/OWNER/NAME'");
        return good ? new RepositorySetting(url!, rules, schedule) : null;
    }

    private bool Rule(YamlNode keyNode, YamlNode value, Dictionary<string, string> rules)
    {
        const string path = "repositories." + Triggers;
        var name = (keyNode as YamlScalarNode)?.Value ?? "";
        if (!RuleSettings.Names.Contains(name, StringComparer.Ordinal)) return Unknown(keyNode, path, RuleSettings.Names);
        var text = value switch
        {
            YamlScalarNode scalar => scalar.Value ?? "",
            YamlSequenceNode list when Words(list) is { } words => string.Join(RuleSettings.Separator, words),
            _ => null,
        };
        if (text is null) return Refuse(keyNode, $"{path}.{name}", "is not a value", "write a single value or a list") is not null;
        if (RuleSettings.Check(name, text) is { } wrong) return Refuse(value, $"{path}.{name}", wrong.Message, wrong.Fix) is not null;
        rules[name] = text;
        return true;
    }

    private bool Unknown(YamlNode keyNode, string path, IReadOnlyList<string> known)
    {
        var key = (keyNode as YamlScalarNode)?.Value ?? "";
        return Refuse(keyNode, $"{path}.{key}", "is not a setting", Suggestion.Nearest(key, known) is { } nearest ? $"did you mean '{nearest}'?" : $"there are {string.Join(", ", known)}") is not null;
    }

    private RepositorySetting? Refuse(YamlNode node, string key, string message, string fix)
    {
        report(node, key, message, fix);
        return null;
    }
}

using System.Globalization;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>Keys and plain values, as every section has them.</summary>
internal static class KeyChecks
{
    public const int MaxNameLength = 64;

    private static readonly TimeSpan LongestDuration = TimeSpan.FromHours(24);

    private static readonly string[] Unsupported = ["when", "route", "send", "gate"];

    /// <summary>Reports keys that nobody reads.</summary>
    public static void Check(YamlMap map, string where, IReadOnlyCollection<string> known, Problems problems)
    {
        foreach (var (key, _) in map.Entries)
        {
            if (problems.Full) return;
            if (known.Contains(key.Value, StringComparer.Ordinal)) continue;
            if (Unsupported.Contains(key.Value, StringComparer.Ordinal))
                problems.Add(key, $"'{key.Value}' is not supported by this version.", "Remove it.");
            else
                problems.Add(key, $"{Show.Quoted(key.Value)} is not a key of {where}.", Suggestion.Or(key.Value, known, $"Known keys: {string.Join(", ", known)}."));
        }
    }

    /// <summary>The workflow's name, or null when that is a problem.</summary>
    public static string? Name(YamlMap workflow, Problems problems)
    {
        switch (workflow.Find("name"))
        {
            case null:
                problems.Add(workflow, "'name' is missing.", "Add 'name: my-workflow'.");
                return null;
            case YamlScalar name:
                return IsName(name, "The workflow's name", problems) ? name.Value : null;
            case var other:
                problems.Add(other, "'name' must be text.", "Write 'name: my-workflow'.");
                return null;
        }
    }

    /// <summary>Names enter ids, paths and URLs: they are kept plain.</summary>
    public static bool IsName(YamlScalar name, string what, Problems problems)
    {
        var value = name.Value;
        if (value.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterOrDigit(value[0]) && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) return true;
        problems.Add(name, $"{what} {Show.Quoted(value)} is not a name.", $"Use letters, digits, '-' and '_', at most {MaxNameLength}, starting with a letter or digit.");
        return false;
    }

    public static int? Integer(YamlMap map, string key, int minimum, int maximum, Problems problems)
    {
        if (map.Find(key) is not { } node) return null;
        if (node is YamlScalar scalar && int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum) return value;
        problems.Add(node, $"'{key}' must be a whole number from {minimum} to {maximum}{Got(node)}.", $"Write a number, for example '{key}: {Math.Clamp(25, minimum, maximum)}'.");
        return null;
    }

    public static double? Number(YamlMap map, string key, double minimum, double maximum, Problems problems)
    {
        if (map.Find(key) is not { } node) return null;
        if (node is YamlScalar scalar && double.TryParse(scalar.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum) return value;
        problems.Add(node, $"'{key}' must be a number from {minimum} to {maximum}{Got(node)}.", $"Write a number, for example '{key}: 2'.");
        return null;
    }

    public static TimeSpan? Duration(YamlMap map, string key, Problems problems)
    {
        if (map.Find(key) is not { } node) return null;
        if (node is not YamlScalar scalar || !Durations.TryRead(scalar.Value, out var value))
            problems.Add(node, $"'{key}' is not a duration{Got(node)}.", $"Write a number with a unit (h, m, s, ms), for example '{key}: 90s' or '{key}: 2h30m'.");
        else if (value <= TimeSpan.Zero || value > LongestDuration)
            problems.Add(node, $"'{key}' must be more than 0 and at most {Durations.Write(LongestDuration)}{Got(node)}.", $"Write a duration in that range, for example '{key}: 10m'.");
        else
            return value;
        return null;
    }

    /// <summary>A section that must be a mapping; nothing at all (<c>key:</c>) counts as an empty one.</summary>
    public static YamlMap? Map(YamlNode? node, string key, string example, Problems problems)
    {
        switch (node)
        {
            case null: return null;
            case YamlMap map: return map;
            case YamlScalar { Value: "" or "~" or "null" }: return new YamlMap([], node.Line, node.Column);
            default:
                problems.Add(node, $"'{key}' must be a mapping{Got(node)}.", $"Write '{example}'.");
                return null;
        }
    }

    public static string Got(YamlNode node) => node switch
    {
        YamlScalar { Value.Length: > 0 } scalar => $", not {Show.Quoted(scalar.Value)}",
        YamlScalar => ", and is empty",
        YamlList => ", not a list",
        _ => ", not a mapping",
    };
}

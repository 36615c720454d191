using System.Globalization;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>Figures and facts as words; shared by the markdown, the terminal summary and the comparison.</summary>
internal static class CharterWords
{
    /// <summary>With thousands apart.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(long count, string noun) => $"{Number(count)} {(count == 1 ? noun : Plural(noun))}";

    public static string Day(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Percent(double share) => share is > 0 and < 0.005 ? "<1 %" : Math.Round(share * 100, MidpointRounding.AwayFromZero).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string ShortSha(string sha) => sha.Length > 12 ? sha[..12] : sha;

    /// <summary>How many findings of each severity, most severe first: <c>2 low findings</c>, <c>3 findings: 1 high, 2 low</c>.</summary>
    public static string SeverityCounts(IReadOnlyCollection<Finding> findings)
    {
        var counts = Severities.All.Select(severity => (severity, Count: findings.Count(finding => finding.Severity == severity))).Where(pair => pair.Count > 0).ToArray();
        return counts.Length == 1
            ? Count(findings.Count, counts[0].severity + " finding")
            : $"{Count(findings.Count, "finding")}: " + string.Join(", ", counts.Select(pair => $"{Number(pair.Count)} {pair.severity}"));
    }

    /// <summary>What findings of one rule have in common: their title, or the rule's where theirs name what each found.</summary>
    public static string Title(IEnumerable<Finding> group)
    {
        var first = group.First();
        return group.All(finding => finding.Title == first.Title) ? first.Title : RuleCatalog.Find(first.Rule)?.Title ?? first.Title;
    }

    /// <summary>For the middle of a sentence: an abbreviation keeps its capitals.</summary>
    public static string LowerFirstWord(string text) => text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;

    /// <summary>The licence in a few words.</summary>
    public static string Licence(LicenceSection licence)
    {
        if (licence.Expression is { } expression) return expression;
        var several = licence.Files.Select(file => file.Licence).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        if (several.Length > 1) return "several: " + string.Join(", ", several);
        if (several.Length == 1) return several[0];
        return licence.Files.Count > 0 ? "not recognised" : licence.Declared.Count > 0 ? licence.Declared[0].Licence : "none";
    }

    /// <summary>There is something to say of it.</summary>
    public static bool HasAny(EcosystemDependencies one) => one.Manifests > 0 && one.Runtime + one.Development + one.LockFileCount > 0;

    /// <summary>Direct and locked packages by ecosystem, the biggest first.</summary>
    public static string Dependencies(DependenciesSection dependencies) =>
        string.Join("; ", dependencies.Ecosystems.Where(HasAny).OrderByDescending(one => one.Runtime + one.Development).ThenBy(one => one.Name, StringComparer.Ordinal).Take(4)
            .Select(one => $"{one.Name} {Number(one.Runtime)} + {Number(one.Development)} dev{(one.Locked is { } locked ? $", {Number(locked)} locked" : "")}"));

    /// <summary>Activity in one sentence.</summary>
    public static string Activity(ActivitySection activity) =>
        $"{Count(activity.Last12Months, "commit")} in the 12 months to {Day(activity.Last.Date)} ({Number(activity.Last90Days)} in the last 90 days), on {Count(activity.ActiveDays, "day")}; merges left out";

    private static string Plural(string noun) => noun == "person" ? "people" : noun.EndsWith('y') && !noun.EndsWith("ay", StringComparison.Ordinal) ? noun[..^1] + "ies" : noun + "s";
}

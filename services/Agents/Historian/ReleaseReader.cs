using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Historian;

/// <summary>Says how often releases are tagged.</summary>
internal static partial class ReleaseReader
{
    private const int TagsKnown = 100;

    /// <summary>The section; null without a tag that carries a version.</summary>
    public static ReleasesSection? Read(HistoryFacts history)
    {
        var head = history.Last!.Date;
        var versions = history.Tags.Where(tag => Version().IsMatch(tag.Name)).ToArray();
        if (versions.Length == 0) return null;
        var year = versions.Where(tag => tag.Date > head.AddDays(-365)).ToArray();
        var days = year.Select(tag => tag.Date.UtcDateTime.Date).Distinct().Order().ToArray();
        var gaps = days.Zip(days.Skip(1), (one, next) => (next - one).Days).Order().ToArray();
        var latest = versions[0];
        var day = int.Parse(latest.Date.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var known = latest.Date > head.AddDays(-364) && history.Recent.Count < HistoryFacts.RecentLimit;
        return new ReleasesSection(
            year.Length, history.TagCount > TagsKnown && history.Tags[^1].Date > head.AddDays(-365), latest, days.Length >= 4 ? gaps[gaps.Length / 2] : null,
            known ? history.Recent.Count(commit => commit.Day > day) : null);
    }

    /// <summary><c>v1.2</c>, <c>1.2.3-rc.1</c>, <c>core-v1.2.3</c>, <c>@scope/name@1.2.3</c>.</summary>
    [GeneratedRegex(@"(^|[-_/@.])v?\d+(\.\d+)+[-.+0-9A-Za-z]*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();
}

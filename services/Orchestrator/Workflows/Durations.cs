using System.Globalization;
using System.Text.RegularExpressions;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>Durations as in <c>90s</c>, <c>5m</c>, <c>2h30m</c>, <c>500ms</c>: whole numbers, the larger unit first.</summary>
public static partial class Durations
{
    /// <summary>Reads one; false when the text is none.</summary>
    public static bool TryRead(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length is 0 or > 32 || Form().Match(text) is not { Success: true } match) return false;
        duration = TimeSpan.FromHours(Part(match, "hours")) + TimeSpan.FromMinutes(Part(match, "minutes"))
            + TimeSpan.FromSeconds(Part(match, "seconds")) + TimeSpan.FromMilliseconds(Part(match, "milliseconds"));
        return true;
    }

    /// <summary>The shortest text of a duration.</summary>
    public static string Write(TimeSpan duration)
    {
        var parts = (duration.Days * 24 + duration.Hours, duration.Minutes, duration.Seconds, duration.Milliseconds);
        var text = (parts.Item1 > 0 ? $"{parts.Item1}h" : "") + (parts.Minutes > 0 ? $"{parts.Minutes}m" : "")
            + (parts.Seconds > 0 ? $"{parts.Seconds}s" : "") + (parts.Milliseconds > 0 ? $"{parts.Milliseconds}ms" : "");
        return text.Length > 0 ? text : "0s";
    }

    private static long Part(Match match, string group) =>
        match.Groups[group].Success ? long.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A(?:(?<hours>[0-9]{1,7})h)?(?:(?<minutes>[0-9]{1,7})m)?(?:(?<seconds>[0-9]{1,7})s)?(?:(?<milliseconds>[0-9]{1,7})ms)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}

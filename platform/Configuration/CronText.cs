using Quartz;

namespace Charterhouse.Platform.Configuration;

/// <summary>
/// When something recurs, as a person writes it: crontab's five fields, or six with seconds first. Always in UTC, so that it means the same on
/// every machine and no hour comes twice or never.
/// </summary>
public static class CronText
{
    /// <summary>Never.</summary>
    public const string Off = "off";

    /// <summary>The points in time that a text names; null when it names none.</summary>
    public static CronExpression? Parse(string text)
    {
        var format = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 5 ? CronFormat.Unix : CronFormat.Quartz;
        return CronExpression.TryParse(text, format, out var cron) ? cron!.WithTimeZone(TimeZoneInfo.Utc) : null;
    }
}

using System.Text.RegularExpressions;

namespace Charterhouse.Ingest.Providers;

/// <summary>What ids and names of deliveries may be: they stand in keys, lists and URLs.</summary>
internal static partial class DeliveryNames
{
    /// <summary>The id of a delivery, or null.</summary>
    public static string? Id(string? text) => text is not null && IdPattern().IsMatch(text) ? text : null;

    /// <summary>The name of an event, or null.</summary>
    public static string? Event(string? text) => text is not null && EventPattern().IsMatch(text) ? text : null;

    [GeneratedRegex("^[A-Za-z0-9._:-]{1,100}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex IdPattern();

    [GeneratedRegex("^[A-Za-z0-9._ -]{1,60}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EventPattern();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Triggers;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>Hidden comments by which the house knows again what it wrote, and what a ticked checkbox asks for. Nothing in them comes from outside.</summary>
internal static partial class Markers
{
    private const string House = "charterhouse:";

    /// <summary>The dashboard issue.</summary>
    public static string Dashboard { get; } = CommandGrammar.DashboardMarker;

    /// <summary>A checkbox that asks for another analysis.</summary>
    public static string Analyze { get; } = Box(CommandNames.Analyze);

    /// <summary>The comment of a pull or merge request.</summary>
    public static string PullRequestComment(long number) => Make("comment:pull/" + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The comment of an issue.</summary>
    public static string IssueComment(long number) => Make("comment:issue/" + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A checkbox that mutes a finding.</summary>
    /// <exception cref="ArgumentException">That is no finding's id.</exception>
    public static string Mute(string findingId) =>
        FindingId.IsOne(findingId) ? Box($"{CommandNames.Mute}:{findingId}") : throw new ArgumentException("no id of a finding", nameof(findingId));

    /// <summary>True for a marker as this type makes them.</summary>
    public static bool IsOne(string text) => Form().IsMatch(text);

    private static string Box(string name) => $"<!-- {CommandGrammar.BoxPrefix}{name} -->";

    private static string Make(string name) => $"<!-- {House}{name} -->";

    [GeneratedRegex(@"\A<!-- charterhouse:[a-z0-9_:/-]{1,100} -->\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}

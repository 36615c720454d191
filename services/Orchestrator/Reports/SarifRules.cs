using System.Text;
using System.Text.Json.Nodes;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>Rules as SARIF's <c>reportingDescriptor</c> (3.49), with what code scanning services read of them.</summary>
internal static class SarifRules
{
    private const string SecurityAgent = "sentinel";
    // GitHub shows no more of a description.
    private const int Longest = 1024;

    /// <summary>The rule that some findings name; described by them where the catalogue does not know it.</summary>
    /// <param name="example">The most severe of them: consumers know one security severity a rule, and the worst must not look lesser.</param>
    public static JsonObject Describe(Finding example)
    {
        var rule = RuleCatalog.Find(example.Rule);
        var page = rule is null ? null : RulePages.Find(rule);
        var title = RepositoryText.Clean(rule?.Title ?? example.Title);
        var severity = rule?.Severity ?? example.Severity;
        var security = (rule?.Agent ?? example.Agent) == SecurityAgent;
        var help = new JsonObject { ["text"] = page?.Markdown ?? title };
        if (page is not null) help["markdown"] = page.Markdown;
        var properties = new JsonObject();
        // Its presence alone makes a rule a security rule.
        if (security) properties["security-severity"] = Score(example.Severity);
        properties["tags"] = new JsonArray([.. Tags(example.Rule, rule, security).Distinct(StringComparer.Ordinal).Select(tag => (JsonNode)tag)]);
        return new JsonObject
        {
            ["id"] = example.Rule,
            ["name"] = Name(example.Rule),
            ["shortDescription"] = Text(title),
            ["fullDescription"] = Text(page is { Summary.Length: > 0 } ? page.Summary : title),
            ["defaultConfiguration"] = new JsonObject { ["level"] = Level(severity) },
            ["help"] = help,
            ["properties"] = properties,
        };
    }

    /// <summary>A severity as SARIF's level.</summary>
    public static string Level(string severity) => severity switch
    {
        Severities.Critical or Severities.High => "error",
        Severities.Medium => "warning",
        _ => "note",
    };

    // The middle of the bands of CVSS, which the consumers of security-severity divide by.
    private static string Score(string severity) => severity switch
    {
        Severities.Critical => "9.5",
        Severities.High => "8.0",
        Severities.Medium => "5.5",
        Severities.Low => "2.0",
        _ => "0.5",
    };

    private static IEnumerable<string> Tags(string name, Rule? rule, bool security)
    {
        if (security) yield return "security";
        yield return name.Split('/')[0];
        if (rule?.Scorecard is { } check) yield return "scorecard/" + check;
    }

    // 'licence/file-missing' as the identifiers that viewers expect of a name: LicenceFileMissing.
    private static string Name(string rule)
    {
        var name = new StringBuilder(rule.Length);
        var begins = true;
        foreach (var c in rule)
        {
            if (char.IsAsciiLetterOrDigit(c)) name.Append(begins ? char.ToUpperInvariant(c) : c);
            begins = !char.IsAsciiLetterOrDigit(c);
        }
        return name.ToString();
    }

    private static JsonObject Text(string text) => new() { ["text"] = text.Length <= Longest ? text : text[..Longest] };
}

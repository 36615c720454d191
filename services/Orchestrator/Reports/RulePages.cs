using System.Collections.Concurrent;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>The pages of <c>docs/reference/rules</c>, which are part of the program.</summary>
internal static class RulePages
{
    private static readonly ConcurrentDictionary<string, RulePage?> Read = new(StringComparer.Ordinal);

    /// <summary>The rule's page, or null where there is none.</summary>
    public static RulePage? Find(Rule rule) => Read.GetOrAdd(rule.Page, static name =>
    {
        using var stream = typeof(RulePages).Assembly.GetManifestResourceStream("rules/" + name);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        var markdown = reader.ReadToEnd().ReplaceLineEndings("\n").Trim();
        // '# name', then the summary, then the headings.
        var summary = markdown.Split("\n\n").Skip(1).FirstOrDefault() ?? "";
        return new RulePage(summary.StartsWith('#') ? "" : summary.Replace('\n', ' ').Trim(), markdown + "\n");
    });
}

/// <summary>What is written about a rule.</summary>
/// <param name="Summary">One sentence; may be empty.</param>
/// <param name="Markdown">The whole page.</param>
internal sealed record RulePage(string Summary, string Markdown);

using System.Text.RegularExpressions;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>
/// Reads which part may depend on which, where both are named as code: "`a` must not depend on `b`", and "`a` → `b`" where the words around
/// speak of dependencies.
/// </summary>
internal static partial class LayerRuleReader
{
    public static IEnumerable<IntentRecord> Read(DeclaredDocument document)
    {
        var heading = "";
        foreach (var block in document.Blocks)
        {
            if (block.Kind == BlockKind.Heading) heading = block.Text;
            if (block.Kind is not (BlockKind.Paragraph or BlockKind.Item or BlockKind.Step) || block.Text.Length > 4000) continue;
            foreach (Match match in MustNot().Matches(block.Text))
                yield return Rule(match, LayerRule.MustNotDependOn, document, block);
            if (!Dependencies().IsMatch(heading) && !Dependencies().IsMatch(block.Text)) continue;
            foreach (Match match in Arrow().Matches(block.Text)) yield return Rule(match, LayerRule.DependsOn, document, block);
        }
    }

    private static IntentRecord Rule(Match match, string relation, DeclaredDocument document, Block block) =>
        Quotation.Make(IntentKinds.LayerRule, match.Value, document.Path, block.Line, layers: new LayerRule(match.Groups[1].Value, match.Groups[2].Value, relation));

    [GeneratedRegex(@"`(?<g1>[\w./@-]{1,80})`(?: packages?| modules?| layers?| projects?)?,? (?:must not|must never|may not|may never|should not|should never|shall not|cannot|never) (?:directly )?(?:depends? (?:up)?on|imports?|references?|uses?|know(?:s)?(?: about)?|calls?) (?:from )?(?:the |anything (?:in|from) )?`(?<g2>[\w./@-]{1,80})`", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MustNot();

    [GeneratedRegex(@"`(?<g1>[\w./@-]{1,80})` ?(?:→|->|-->|⟶) ?`(?<g2>[\w./@-]{1,80})`", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"\b(depend(s|encies|ency)?|references?|imports?|layers?|layering)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Dependencies();
}

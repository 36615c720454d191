using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>What the project declares of itself, and where the tree contradicts it.</summary>
internal static class IntentReader
{
    private const int PerKind = 40;
    private const int DecisionLimit = 80;

    public static (IntentSection Section, IReadOnlyList<Finding> Findings) Read(RepositoryFacts facts, IntentDocuments documents)
    {
        var tree = new TreeIndex(facts.Files);
        var records = documents.Declarations.SelectMany(document => DeclarationReader.Read(document).Concat(LayerRuleReader.Read(document)))
            .DistinctBy(record => (record.Kind, Quotation.Normalise(record.Text))).ToArray();
        var decisions = documents.Decisions.Select(DecisionReader.Read).OfType<IntentRecord>().DistinctBy(record => record.Id, StringComparer.Ordinal)
            .OrderByDescending(record => DecisionReader.NumberOf(record.Path)).ThenByDescending(record => record.Date, StringComparer.Ordinal).ThenBy(record => record.Path, StringComparer.Ordinal);
        var section = new IntentSection(
            [.. IntentKinds.All.SelectMany(kind => kind == IntentKinds.Decision ? decisions.Take(DecisionLimit) : records.Where(record => record.Kind == kind).Take(PerKind))],
            facts.Files.Count(file => file.IsFile && !file.Has(FileFlags.Vendored) && ExcerptChoice.IsDecisionRecord(file.Path)));
        return (section, [.. PathCheck.Find(documents.Declarations, tree), .. CommandCheck.Find(documents.Declarations, tree, BuildTargets.Read(facts))]);
    }
}

using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>The documents that declare something, read once for all who ask them.</summary>
internal sealed class IntentDocuments
{
    private const int Readmes = 20;
    private static readonly PerFacts<IntentDocuments> Made = new(Read);

    /// <summary>Where a document comes in the order; what only the first of several equal quotations decides.</summary>
    private static readonly string[] Order = ["readme", "goals", "non_goals", "vision", "philosophy", "principles", "roadmap", "architecture", "design", "contributing", "conventions", "style", "styleguide"];

    private IntentDocuments(IReadOnlyList<DeclaredDocument> declarations, IReadOnlyList<DeclaredDocument> decisions)
    {
        Declarations = declarations;
        Decisions = decisions;
    }

    /// <summary>README, ROADMAP, CONTRIBUTING and their like, the most general first.</summary>
    public IReadOnlyList<DeclaredDocument> Declarations { get; }

    /// <summary>The repository's first README, when it is in a form that is read.</summary>
    public DeclaredDocument? Readme => Declarations.FirstOrDefault(document => ExcerptChoice.IsReadme(document.Path));

    /// <summary>Architecture decision records, by path.</summary>
    public IReadOnlyList<DeclaredDocument> Decisions { get; }

    /// <summary>Those of a repository; read once, whoever asks.</summary>
    public static IntentDocuments Of(RepositoryFacts facts) => Made.Of(facts);

    private static IntentDocuments Read(RepositoryFacts facts)
    {
        var readmes = facts.Excerpts.Where(file => ExcerptChoice.IsReadme(file.Name))
            .OrderBy(file => ExcerptChoice.Depth(file.Name)).ThenBy(file => file.Name.Length).ThenBy(file => file.Name, StringComparer.Ordinal).Take(Readmes);
        var others = facts.Excerpts.Where(file => ExcerptChoice.IsDeclaration(file.Path) && !ExcerptChoice.IsReadme(file.Name) && !ExcerptChoice.IsDecisionRecord(file.Path))
            .OrderBy(Rank).ThenBy(file => ExcerptChoice.Depth(file.Path)).ThenBy(file => file.Path, StringComparer.Ordinal);
        return new IntentDocuments(
            [.. readmes.Concat(others).Select(Document).OfType<DeclaredDocument>()],
            [.. facts.Excerpts.Where(file => ExcerptChoice.IsDecisionRecord(file.Path)).Select(Document).OfType<DeclaredDocument>()]);
    }

    /// <summary>The name without its endings, in lower case, hyphens as underlines: <c>contributing</c>.</summary>
    public static string Stem(string path) => PathKinds.Stem(path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant());

    private static int Rank(Excerpt file) => Array.IndexOf(Order, Stem(file.Name)) is var rank and >= 0 ? rank : Order.Length;

    private static DeclaredDocument? Document(Excerpt file)
    {
        // A cut line would be a cut link.
        var text = file.Truncated ? file.Text[..(file.Text.LastIndexOf('\n') + 1)] : file.Text;
        var document = Path.GetExtension(file.Name).ToLowerInvariant() switch
        {
            ".md" or ".markdown" or ".mdown" => MarkdownDocument.Read(file.Name, text),
            ".rst" => RestructuredText.Read(file.Name, text),
            _ => null,
        };
        return document is null || file.LinkedAs is null ? document : document with { LinkedFolder = file.Path[..(file.Path.LastIndexOf('/') + 1)] };
    }
}

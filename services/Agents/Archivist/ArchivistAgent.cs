using Charterhouse.Agents.Archivist.Intent;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Archivist;

/// <summary>Says what a repository is, what for, under which licence, in which languages and how it is documented. Pure.</summary>
internal static class ArchivistAgent
{
    /// <summary>The step's short name in findings.</summary>
    public const string Name = "archivist";
    private const int KindLimit = 5;

    /// <summary>Packages that are weighed against each other.</summary>
    private const int MakerLimit = 50;
    private const int EmptyReadmeWords = 15;

    /// <summary>The sections and findings.</summary>
    public static AgentResult Describe(RepoContext context, RepositoryFacts facts)
    {
        var manifests = facts.Excerpts.Where(file => ExcerptChoice.IsManifest(file.Path)).Select(ManifestReader.Read).OfType<ManifestFacts>()
            .OrderBy(manifest => ExcerptChoice.Depth(manifest.Path)).ThenBy(manifest => manifest.Path, StringComparer.Ordinal).ToArray();
        // What tests, samples and documentation build is not what the repository makes.
        var map = SourceMap.Of(facts);
        var own = manifests.Where(manifest => !map.IsBeside(manifest.Path)).ToArray();
        var purpose = Purpose(facts, own);
        var (licence, licenceFindings) = LicenceReader.Read(facts, own);
        var documents = IntentDocuments.Of(facts);
        var (intent, intentFindings) = IntentReader.Read(facts, documents);
        return new AgentResult(
            [
                AgentResult.Section(SectionNames.Identity, Identity(context, facts, manifests, own)),
                AgentResult.Section(SectionNames.Purpose, purpose),
                AgentResult.Section(SectionNames.Licence, licence),
                AgentResult.Section(SectionNames.Documentation, DocumentationReader.Read(facts)),
                AgentResult.Section(SectionNames.Languages, Languages(facts)),
                AgentResult.Section(SectionNames.Intent, intent),
            ],
            [.. licenceFindings, .. LicenceReader.CheckReadme(licence, documents.Readme, facts), .. ReadmeFindings(facts, purpose), .. intentFindings]);
    }

    private static IdentitySection Identity(RepoContext context, RepositoryFacts facts, ManifestFacts[] manifests, ManifestFacts[] own)
    {
        var count = facts.Files.Count(file => file.IsFile && !file.Has(FileFlags.Vendored) && !file.Has(FileFlags.Generated) && ExcerptChoice.IsManifest(file.Path));
        return new IdentitySection(
            context.Repository.Name, context.Repository.Url, context.Repository.DefaultBranch, facts.HeadSha, facts.History.Last?.Date,
            Kinds(facts, own),
            own.Concat(manifests.Except(own)).Take(IdentitySection.ManifestLimit).Select(manifest => new Manifest(manifest.Path, manifest.System, manifest.Package)).ToArray(),
            count, facts.Files.Count(file => file.IsFile), facts.Files.Where(file => file.IsFile).Sum(file => file.Size));
    }

    /// <summary>Each kind once, by the package that has most code: <c>packages/vite</c> goes before <c>packages/create-vite</c>.</summary>
    private static RepositoryKind[] Kinds(RepositoryFacts facts, ManifestFacts[] own)
    {
        var makers = own.Where(manifest => manifest.Kinds.Count > 0).Take(MakerLimit).Select(manifest =>
        {
            var folder = manifest.Path[..(manifest.Path.LastIndexOf('/') + 1)];
            return (manifest.Kinds, Code: facts.Files.Where(file => file.IsOwnSource && file.Path.StartsWith(folder, StringComparison.Ordinal)).Sum(file => (long)file.Code));
        });
        return makers.OrderByDescending(maker => maker.Code).SelectMany(maker => maker.Kinds).DistinctBy(kind => kind.Kind, StringComparer.Ordinal).Take(KindLimit).ToArray();
    }

    private static PurposeSection Purpose(RepositoryFacts facts, ManifestFacts[] own)
    {
        if (Readme(facts) is { } readme && PurposeReader.Read(readme) is { } stated) return stated;
        // A description of a package deep in the tree describes that package, not the repository.
        var described = own.FirstOrDefault(manifest => manifest.Description is { Length: >= 10 } && ExcerptChoice.Depth(manifest.Path) == 0);
        return described is null ? new PurposeSection(null, null, null) : new PurposeSection(described.Description, described.Path, null);
    }

    private static LanguageRow[] Languages(RepositoryFacts facts) =>
        facts.Files.Where(file => file.IsOwnSource && !file.Has(FileFlags.Missing) && !file.Has(FileFlags.Large))
            .GroupBy(file => file.Language)
            .Select(group => new LanguageRow(facts.Languages[group.Key], group.Count(), group.Sum(f => (long)f.Code), group.Sum(f => (long)f.Comment), group.Sum(f => (long)f.Blank)))
            .OrderByDescending(row => row.Code).ThenBy(row => row.Name, StringComparer.Ordinal)
            .ToArray();

    private static IEnumerable<Finding> ReadmeFindings(RepositoryFacts facts, PurposeSection purpose)
    {
        if (!facts.Files.Any(file => ExcerptChoice.IsReadme(file.Path)))
        {
            yield return Findings.Make(Name, "readme/missing", Severities.Medium, "There is no README", null,
                "No file named README at the top, in .github or in docs.", "Add a README.md that says what this is, whom it is for and how to run it.");
            yield break;
        }
        // A README that is too big or could not be read is there, but its words are not known.
        if (Readme(facts) is not { } readme) yield break;
        var words = readme.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetter));
        if (words < EmptyReadmeWords)
            yield return Findings.Make(Name, "readme/empty", Severities.Low, "The README says next to nothing", readme.Path,
                $"{readme.Path} has {(words == 1 ? "1 word" : $"{words} words")}.", "Say in it what this is, whom it is for and how to run it.");
        else if (purpose.Text is null)
            yield return Findings.Make(Name, "purpose/unstated", Severities.Low, "The README does not say what this is for", readme.Path,
                $"{readme.Path} has no paragraph of prose that describes the repository, and no manifest at the top has a description.",
                "Begin the README with one or two sentences on what this is and whom it is for.");
    }

    private static Excerpt? Readme(RepositoryFacts facts) =>
        facts.Excerpts.Where(file => ExcerptChoice.IsReadme(file.Name))
            // README.md before its translations and before the ones in folders.
            .OrderBy(file => ExcerptChoice.Depth(file.Name)).ThenBy(file => file.Name.Length).ThenBy(file => file.Name, StringComparer.Ordinal)
            .FirstOrDefault();
}

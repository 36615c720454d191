using System.Text.RegularExpressions;
using Charterhouse.Agents.Archivist.Intent;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Archivist;

/// <summary>Puts the licence files and what manifests declare together, and tells where they disagree.</summary>
internal static partial class LicenceReader
{
    private const int DeclarationLimit = 10;

    public static (LicenceSection Section, IReadOnlyList<Finding> Findings) Read(RepositoryFacts facts, IReadOnlyList<ManifestFacts> manifests)
    {
        var texts = facts.Excerpts.ToDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal);
        var files = facts.Files.Where(file => file.Mode != FileFact.Submodule && ExcerptChoice.IsLicence(file.Path))
            .Select(file => new LicenceFile(file.Path, texts.TryGetValue(file.Path, out var text) ? LicenceTexts.Recognise(text) : null))
            .OrderBy(file => ExcerptChoice.Depth(file.Path)).ThenBy(file => file.Path, StringComparer.Ordinal).ToArray();
        var declared = manifests.Where(manifest => manifest.Licence is not null)
            .Select(manifest => new LicenceDeclaration(manifest.Path, manifest.Licence!)).ToArray();
        var section = new LicenceSection(Expression(files, declared), files, declared);
        return (section with { Declared = [.. declared.Take(DeclarationLimit)] }, Check(section, texts, facts).ToArray());
    }

    private static string? Expression(LicenceFile[] files, LicenceDeclaration[] declared)
    {
        var recognised = files.Where(file => ExcerptChoice.Depth(file.Path) == 0).Select(file => file.Licence).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        var top = declared.FirstOrDefault(d => ExcerptChoice.Depth(d.Path) == 0 && IsExpression(d.Licence))?.Licence;
        return recognised switch
        {
            [] when files.Length == 0 => top ?? (declared.Select(d => d.Licence).Distinct(StringComparer.Ordinal).ToArray() is [var only] && IsExpression(only) ? only : null),
            [] => null,
            // A declaration may be more exact than the text: "-or-later", or one of two.
            [var one] => top is not null && LicenceTexts.Agree(one, top) && (top.StartsWith(one, StringComparison.Ordinal) || top.Contains(" OR ", StringComparison.Ordinal)) ? top : one,
            // The LGPL comes with the GPL's text, which it refers to.
            _ when recognised.FirstOrDefault(id => id.StartsWith("LGPL-", StringComparison.Ordinal)) is { } lesser && recognised.All(id => id.Contains("GPL-", StringComparison.Ordinal)) => lesser,
            _ => top is not null && recognised.All(id => LicenceTexts.Agree(id, top)) ? top : null,
        };
    }

    private static IEnumerable<Finding> Check(LicenceSection section, Dictionary<string, string> texts, RepositoryFacts facts)
    {
        if (section.Files.Count == 0)
        {
            yield return section.Declared.Count == 0
                ? Make("licence/missing", Severities.Medium, "There is no licence", null,
                    "No licence file at the top, and no manifest declares a licence.", "Add a LICENSE file; without one nobody else may use, change or share the code.")
                : Make("licence/file-missing", Severities.Low, "The licence is declared, but its text is missing", section.Declared[0].Path,
                    $"{section.Declared[0].Path} declares {section.Declared[0].Licence}; there is no licence file at the top.", "Add the licence's text as LICENSE.");
            yield break;
        }
        foreach (var file in section.Files.Where(file => file.Licence is null && texts.ContainsKey(file.Path) && ExcerptChoice.Depth(file.Path) == 0))
            // Beside a licence that was recognised, another file may well be a notice or an exception.
            if (section.Files.All(other => other.Licence is null))
                yield return LicenceStatement.NameIn(texts[file.Path]) is { } name ? Make("licence/not-recognised", Severities.Info, "The licence is named, but its text is not there", file.Path,
                    $"{file.Path} names {name} but does not contain its text.", "Put the licence's text into the file, so that tools and users find it where they look.")
                : Make("licence/not-recognised", Severities.Low, "The licence was not recognised", file.Path,
                    $"{file.Path} is not the text of exactly one licence that is known here.", "If it is a standard licence, use its text unchanged; if it is your own, this needs no action.");
        var recognised = section.Files.Where(file => ExcerptChoice.Depth(file.Path) == 0 && file.Licence is not null).ToArray();
        if (recognised.Length == 0) yield break;
        var samples = SampleCollection.Is(facts);
        // One finding for each licence that is declared, however many manifests of a repository repeat it.
        var contradicting = section.Declared.Where(d => IsExpression(d.Licence) && Governs(d.Path, facts) && !recognised.Any(file => LicenceTexts.Parts(texts[file.Path]).Any(part => LicenceTexts.Agree(part, d.Licence))) && !(samples && ExcerptChoice.Depth(d.Path) > 0));
        foreach (var same in contradicting.GroupBy(d => d.Licence, StringComparer.Ordinal))
        {
            var first = same.First().Path;
            var others = same.Count() - 1;
            yield return Make("licence/contradiction", Severities.Medium, "Licence file and manifest disagree", first,
                $"{recognised[0].Path} is {recognised[0].Licence}, but {first}{(others == 0 ? " declares" : $" and {others} more declare")} {same.Key}.", "Make both say the same.", same.Key);
        }
    }

    /// <summary>Where the README names exactly one licence and the only licence file is another's.</summary>
    public static IEnumerable<Finding> CheckReadme(LicenceSection section, DeclaredDocument? readme, RepositoryFacts facts)
    {
        if (readme is null || section.Files is not [{ Licence: { } recognised } file] || LicenceStatement.Read(readme) is not { } stated) yield break;
        if (stated.Ids.Contains(recognised, StringComparer.Ordinal)) yield break;
        if (facts.Excerpts.FirstOrDefault(text => text.Name == file.Path) is { } text && LicenceTexts.Parts(text.Text).Any(part => stated.Ids.Contains(part, StringComparer.Ordinal))) yield break;
        yield return Findings.Make(ArchivistAgent.Name, "licence/contradiction", Severities.Medium, "Licence file and README disagree", readme.Path,
            $"{file.Path} is {recognised}, but {readme.Path}:{stated.Line} names {stated.Name}.", "Make both say the same.", stated.Line, stated.Name);
    }

    /// <summary>A package with a licence file of its own may be under another licence.</summary>
    private static bool Governs(string manifest, RepositoryFacts facts)
    {
        var folder = manifest[..(manifest.LastIndexOf('/') + 1)];
        return folder.Length == 0 || !facts.Files.Any(file =>
            file.Path.StartsWith(folder, StringComparison.Ordinal) && ExcerptChoice.IsLicence(file.Path[folder.Length..]) && !file.Path[folder.Length..].Contains('/', StringComparison.Ordinal));
    }

    /// <summary>Looks like an SPDX expression, not like "SEE LICENSE IN …" or a whole text.</summary>
    private static bool IsExpression(string text) =>
        text.Length <= 80 && SpdxWords().IsMatch(text) && !text.StartsWith("SEE ", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(text, "UNLICENSED", StringComparison.OrdinalIgnoreCase) && !string.Equals(text, "Proprietary", StringComparison.OrdinalIgnoreCase);

    private static Finding Make(string rule, string severity, string title, string? path, string evidence, string recommendation, string what = "") =>
        Findings.Make(ArchivistAgent.Name, rule, severity, title, path, evidence, recommendation, what: what);

    [GeneratedRegex(@"^\(?[A-Za-z0-9.+-]+(( OR | AND | WITH |/| )\(?[A-Za-z0-9.+-]+\)?)*\)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SpdxWords();
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>
/// What build files define, over the whole repository. A set is null when it is not known to be complete: a file was not read whole, or it
/// includes others.
/// </summary>
/// <param name="NpmScripts">Of every package.json.</param>
/// <param name="MakeTargets">Of every Makefile.</param>
/// <param name="Recipes">Of the justfile.</param>
/// <param name="CargoPackages">Of every Cargo.toml.</param>
/// <param name="CargoBinaries">Names that <c>cargo run --bin</c> takes.</param>
internal sealed partial record BuildTargets(
    IReadOnlySet<string>? NpmScripts, IReadOnlySet<string>? MakeTargets, IReadOnlySet<string>? Recipes, IReadOnlySet<string>? CargoPackages, IReadOnlySet<string>? CargoBinaries)
{
    public static BuildTargets Read(RepositoryFacts facts)
    {
        var texts = facts.Excerpts.Where(file => !file.Truncated).ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal);
        var crates = Named(facts, texts, "cargo.toml");
        var packages = crates is null ? null : Collect(crates, text => CratePackage().Matches(text));
        var binaries = packages is null ? null : new HashSet<string>(packages.Concat(crates!.SelectMany(text => CrateBinary().Matches(text)).Select(match => match.Groups[1].Value)), StringComparer.Ordinal);
        if (binaries is not null)
            foreach (Match match in facts.Files.Select(file => BinarySource().Match(file.Path)).Where(match => match.Success)) binaries.Add(match.Groups[1].Value);
        return new BuildTargets(Scripts(Named(facts, texts, "package.json")), Targets(Named(facts, texts, "makefile")), Justfile(Named(facts, texts, "justfile")), packages, binaries);
    }

    /// <summary>The texts of all files of that name; null when there is none or one of them is not known whole.</summary>
    private static List<string>? Named(RepositoryFacts facts, Dictionary<string, string> texts, string name)
    {
        var found = new List<string>();
        foreach (var file in facts.Files)
        {
            if (!file.Path.EndsWith(name, StringComparison.OrdinalIgnoreCase) || file.Path.Length > name.Length && file.Path[^(name.Length + 1)] != '/' || file.Has(FileFlags.Vendored)) continue;
            if (!texts.TryGetValue(file.Path, out var text)) return null;
            found.Add(text);
        }
        return found.Count == 0 ? null : found;
    }

    private static HashSet<string>? Scripts(List<string>? texts)
    {
        if (texts is null) return null;
        var scripts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            try
            {
                using var json = JsonDocument.Parse(text);
                if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("scripts", out var own) && own.ValueKind == JsonValueKind.Object)
                    foreach (var script in own.EnumerateObject()) scripts.Add(script.Name);
            }
            catch (JsonException)
            {
                return null;
            }
        }
        return scripts;
    }

    private static HashSet<string>? Targets(List<string>? texts)
    {
        if (texts is null || texts.Any(text => Unknowable().IsMatch(text))) return null;
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var match in texts.SelectMany(text => Target().Matches(text)))
            foreach (var name in match.Groups[1].Value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)) targets.Add(name);
        return targets.Any(target => target.Contains('%', StringComparison.Ordinal) || target.Contains('$', StringComparison.Ordinal)) ? null : targets;
    }

    private static HashSet<string>? Justfile(List<string>? texts) =>
        texts is null || texts.Any(text => JustImport().IsMatch(text)) ? null : Collect(texts, text => Recipe().Matches(text));

    private static HashSet<string> Collect(List<string> texts, Func<string, MatchCollection> find) =>
        new(texts.SelectMany(find).Select(match => match.Groups[1].Value), StringComparer.Ordinal);

    /// <summary>Rules that come from elsewhere, or are made while make runs.</summary>
    [GeneratedRegex(@"^\s*-?s?include\b|\$\(eval\b|\$\(foreach\b|^\.DEFAULT\s*:|^\s*define\b|^\s*load\b|^[^\t#\n:=]*%[^\n:=]*:", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Unknowable();

    [GeneratedRegex(@"^(?<g1>[^\s#:=][^#:=\n]*?)\s*::?(?!=)", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex Target();

    [GeneratedRegex(@"^(import|mod)\??\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex JustImport();

    [GeneratedRegex(@"^(?:alias\s+|@)?(?<g1>[A-Za-z_][\w-]*)\b[^\n=]*:", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex Recipe();

    [GeneratedRegex(@"^\s*\[package\][^\[]*?^\s*name\s*=\s*""(?<g1>[^""\n]+)""", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex CratePackage();

    [GeneratedRegex(@"^\s*\[\[bin\]\][^\[]*?^\s*name\s*=\s*""(?<g1>[^""\n]+)""", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex CrateBinary();

    [GeneratedRegex(@"(?:^|/)src/bin/(?<g1>[^/]+?)(?:\.rs|/main\.rs)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BinarySource();
}

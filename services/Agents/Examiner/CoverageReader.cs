using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Examiner;

/// <summary>Finds where the measuring of coverage is set up, and what is demanded.</summary>
internal static partial class CoverageReader
{
    private static readonly (string Name, string Tool)[] Names =
    [
        ("codecov.yml", "Codecov"), (".codecov.yml", "Codecov"), (".coveralls.yml", "Coveralls"), (".coveragerc", "coverage.py"), (".nycrc", "nyc"), (".nycrc.json", "nyc"), (".c8rc.json", "c8"),
        (".simplecov", "SimpleCov"), ("coverlet.runsettings", "Coverlet"), ("tarpaulin.toml", "cargo-tarpaulin"), (".tarpaulin.toml", "cargo-tarpaulin"), ("sonar-project.properties", "SonarQube"),
    ];

    /// <summary>A sign within a file of the kind that carries it.</summary>
    private static readonly (string Ends, string Sign, string Tool)[] Signs =
    [
        ("pyproject.toml", "[tool.coverage", "coverage.py"), ("setup.cfg", "[coverage:", "coverage.py"), ("tox.ini", "[coverage:", "coverage.py"), ("package.json", "\"coverageThreshold\"", "Jest"),
        ("jest.config.js", "coverageThreshold", "Jest"), ("jest.config.ts", "coverageThreshold", "Jest"), ("vitest.config.ts", "coverage:", "Vitest"), ("vitest.config.js", "coverage:", "Vitest"),
        (".csproj", "\"coverlet.", "Coverlet"), (".fsproj", "\"coverlet.", "Coverlet"), ("directory.build.props", "\"coverlet.", "Coverlet"), ("directory.packages.props", "\"coverlet.", "Coverlet"), ("pom.xml", "jacoco-maven-plugin", "JaCoCo"), ("build.gradle", "jacoco", "JaCoCo"), ("build.gradle.kts", "jacoco", "JaCoCo"),
        ("build.gradle.kts", "kover", "Kover"), ("gemfile", "simplecov", "SimpleCov"),
    ];

    /// <summary>One place for each tool, the outermost, in the order of the tools' names.</summary>
    public static IReadOnlyList<CoverageSetting> Read(RepositoryFacts facts)
    {
        var texts = facts.Excerpts.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal);
        var found = new List<CoverageSetting>();
        foreach (var file in facts.Files)
        {
            if (!file.IsFile || file.Has(FileFlags.Vendored) || ExcerptChoice.Depth(file.Path) > 3) continue;
            var name = file.Path[(file.Path.LastIndexOf('/') + 1)..].ToLowerInvariant();
            var text = texts.GetValueOrDefault(file.Path);
            if (Array.Find(Names, one => one.Name == name) is { Tool: { } tool }) found.Add(new CoverageSetting(tool, file.Path, null, text is null ? null : Threshold(text)));
            if (text is null) continue;
            foreach (var (ends, sign, by) in Signs)
            {
                if (!name.EndsWith(ends, StringComparison.Ordinal)) continue;
                var at = text.IndexOf(sign, StringComparison.OrdinalIgnoreCase);
                if (at >= 0) found.Add(new CoverageSetting(by, file.Path, text.AsSpan(0, at).Count('\n') + 1, Threshold(text[at..])));
            }
        }
        return found.GroupBy(setting => setting.Tool, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.OrderBy(setting => setting.Threshold is null).ThenBy(setting => ExcerptChoice.Depth(setting.Path)).ThenBy(setting => setting.Path, StringComparer.Ordinal).First())
            .ToArray();
    }

    private static string? Threshold(string text) => Demand().Match(text) is { Success: true } match ? match.Value.Trim() : null;

    [GeneratedRegex(@"\b(fail_under|branches|lines|statements|minimum_coverage|target)""?\s*[:= ]\s*\d{1,3}(\.\d+)?%?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Demand();
}

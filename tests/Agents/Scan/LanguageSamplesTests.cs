using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Tests.Scan;

/// <summary>
/// A file of every language with the marks that mislead: comments behind code, marks in strings, strings over several lines, nesting. The
/// figures were counted by hand; docs/reference/languages.md says how they compare with cloc.
/// </summary>
public sealed class LanguageSamplesTests
{
    public static TheoryData<string, string> Samples() => [.. Read().Select(sample => (sample.Name, sample.Language))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Inspect_SampleOfALanguage_TellsTheLanguageAndItsLines(string name, string language)
    {
        var sample = Read().Single(sample => sample.Name == name && sample.Language == language);
        var hint = LanguageTable.OfPath(name)?.Name ?? BlobInspector.AskContent;
        var facts = BlobInspector.Inspect(new BlobKey("", hint, 0), Encoding.UTF8.GetBytes(sample.Text));
        facts.Language.ShouldBe(language);
        facts.Lines.ShouldBe(sample.Lines);
    }

    [Fact]
    public void Samples_Together_CoverEveryLanguage() =>
        Read().Select(sample => sample.Language).Order(StringComparer.Ordinal).ShouldBe(LanguageTable.All.Select(language => language.Name).Order(StringComparer.Ordinal));

    /// <summary>Samples begin with "=== name | language | code comment blank".</summary>
    private static IEnumerable<Sample> Read([CallerFilePath] string here = "")
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(here)!, "Samples"), "*.txt"))
        {
            foreach (var part in ("\n" + File.ReadAllText(path)).Split("\n=== ", StringSplitOptions.RemoveEmptyEntries))
            {
                var end = part.IndexOf('\n', StringComparison.Ordinal);
                var words = part[..end].Split(" | ");
                var lines = Array.ConvertAll(words[2].Split(' '), number => int.Parse(number, CultureInfo.InvariantCulture));
                yield return new Sample(words[0], words[1], part[(end + 1)..], new LineCounts(lines[0], lines[1], lines[2]));
            }
        }
    }

    private sealed record Sample(string Name, string Language, string Text, LineCounts Lines);
}

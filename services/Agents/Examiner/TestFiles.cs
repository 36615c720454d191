using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Tests;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Examiner;

/// <summary>A file with tests of one framework.</summary>
/// <param name="Line">The first of them.</param>
internal sealed record FileTests(FileFact File, string Framework, int Line, int Cases, int Disabled);

/// <summary>What is source, what is test, and which tests are collected: rows of <see cref="TestDetails"/> in the light of their files' paths.</summary>
internal sealed partial class TestFiles
{
    private readonly Dictionary<string, int> _inlineLines = new(StringComparer.Ordinal);
    /// <summary>Folders, each with its slash, that hold scripts which runners collect by their names.</summary>
    private readonly HashSet<string> _collectedFolders;

    public TestFiles(RepositoryFacts facts)
    {
        var code = new HashSet<int>(Enumerable.Range(0, facts.Languages.Count).Where(i => LanguageTable.Find(facts.Languages[i])?.Kind == LanguageKind.Code));
        var runners = new ScriptRunners(facts);
        _collectedFolders = facts.Files.Where(file => file.IsFile && ScriptName().IsMatch(file.Path[(file.Path.LastIndexOf('/') + 1)..])).Select(file => file.Path[..(file.Path.LastIndexOf('/') + 1)]).ToHashSet(StringComparer.Ordinal);
        var (tests, holding, words, focused) = (new List<FileTests>(), new HashSet<int>(), new HashSet<string>(StringComparer.Ordinal), new List<(FileFact, DetailRow)>());
        foreach (var (index, rows) in facts.Details)
        {
            var file = facts.Files[index];
            if (!code.Contains(file.Language) || !IsOwn(file)) continue;
            var any = false;
            foreach (var row in DetailRows.Parse(rows, TestDetails.Cases))
            {
                if (!IsCollected(file, facts.Languages[file.Language], row[0])) continue;
                any = true;
                tests.Add(new FileTests(file, row[0] == ScriptTests.Unknown ? runners.Of(file.Path) : row[0], row.Line, Number(row[1]), Number(row[2])));
                if (Number(row[3]) is > 0 and var inline) _inlineLines[file.Path] = Math.Min(inline, file.Code + file.Comment);
            }
            if (!any) continue;
            // Rust keeps tests beside the code, and CMake only names them: such a file stays source.
            if (facts.Languages[file.Language] is not ("Rust" or "CMake")) holding.Add(index);
            foreach (var row in DetailRows.Parse(rows, TestDetails.Imports)) words.UnionWith(row.Fields);
            if (IsCollectedByName(file, tests[^1].Framework))
                foreach (var row in DetailRows.Parse(rows, TestDetails.Focused)) focused.Add((file, row));
        }
        var (source, among, shown) = (new List<FileFact>(), new List<FileFact>(), new List<FileFact>());
        for (var i = 0; i < facts.Files.Count; i++)
        {
            var file = facts.Files[i];
            if (!code.Contains(file.Language) || !IsOwn(file)) continue;
            if (holding.Contains(i) || file.Has(FileFlags.Test)) among.Add(file);
            else if (PathKinds.IsForShow(file.Path)) shown.Add(file);
            else source.Add(file);
        }
        // A repository of examples is about its examples.
        if (source.Count == 0) source = shown;
        (Tests, Source, Files, Words, Focused) = (tests, source, among, words, focused);
    }

    /// <summary>Every file with tests, by framework.</summary>
    public IReadOnlyList<FileTests> Tests { get; }
    /// <summary>Code that is no test.</summary>
    public IReadOnlyList<FileFact> Source { get; }
    /// <summary>Code that holds tests or stands among them.</summary>
    public IReadOnlyList<FileFact> Files { get; }
    /// <summary>What tests import: see <see cref="TestDetails.Imports"/>.</summary>
    public IReadOnlySet<string> Words { get; }
    public IReadOnlyList<(FileFact File, DetailRow Row)> Focused { get; }

    /// <summary>Code and comment lines of a source file that are no test.</summary>
    public long SourceLines(FileFact file) => file.Code + file.Comment - InlineLines(file);

    /// <summary>Code and comment lines of a source file that are its own tests.</summary>
    public long InlineLines(FileFact file) => file.Has(FileFlags.Test) ? 0 : _inlineLines.GetValueOrDefault(file.Path);

    /// <summary>Written here; what tests work on is neither source nor test, and documentation is neither as well.</summary>
    private static bool IsOwn(FileFact file) => file.IsOwnSource && !file.Has(FileFlags.Documentation) && (PathKinds.Of(file.Path) & PathKind.TestData) == PathKind.Product;

    private bool IsCollected(FileFact file, string language, string framework)
    {
        var name = file.Path[(file.Path.LastIndexOf('/') + 1)..];
        var test = file.Has(FileFlags.Test) || name.Contains("test", StringComparison.OrdinalIgnoreCase);
        return language switch
        {
            "Python" => name.StartsWith("test", StringComparison.Ordinal) || name.EndsWith("_test.py", StringComparison.Ordinal) || name.EndsWith("_tests.py", StringComparison.Ordinal),
            "Go" => name.EndsWith("_test.go", StringComparison.Ordinal),
            "JavaScript" or "TypeScript" => framework != ScriptTests.Unknown || !IsInput(file.Path) && (file.Has(FileFlags.Test) || ScriptName().IsMatch(name)),
            "Ruby" => framework == "RSpec" ? name.EndsWith("_spec.rb", StringComparison.Ordinal) : test,
            "PHP" or "Tcl" or "Elixir" or "Dart" => test,
            "Shell" => name.EndsWith(".bats", StringComparison.Ordinal) || test,
            "C" or "C++" => !framework.EndsWith("macros", StringComparison.Ordinal) || test,
            _ => true,
        };
    }

    /// <summary>A script without the mark of a test beside one that has it: what that one works on, or helps it with. In <c>__tests__</c> all are tests.</summary>
    private bool IsInput(string path)
    {
        var slash = path.LastIndexOf('/') + 1;
        return !ScriptWord().IsMatch(path[slash..]) && _collectedFolders.Contains(path[..slash]) && !path.Contains("__tests__/", StringComparison.Ordinal);
    }

    /// <summary>The runner takes the file as it is set up from the start. Those that take whole folders (Mocha, tap) are known by name.</summary>
    private static bool IsCollectedByName(FileFact file, string framework)
    {
        if (Path.GetExtension(file.Path) is not (".js" or ".jsx" or ".ts" or ".tsx" or ".mjs" or ".cjs" or ".mts" or ".cts")) return true;
        if (Inputs().IsMatch(file.Path)) return false;
        return ScriptName().IsMatch(file.Path[(file.Path.LastIndexOf('/') + 1)..]) || file.Path.Contains("__tests__/", StringComparison.Ordinal) || file.Has(FileFlags.Test) && framework is "Mocha" or "AVA" or "tape" or "tap" or "uvu" or "node:test" or "QUnit" or "Japa" or "Cypress";
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Anywhere in the name, as Node's own runner takes it: <c>test-ping.js</c>.</summary>
    [GeneratedRegex(@"(^|[.\-_])(tests?|spec|e2e|cy)[.\-_]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ScriptWord();

    /// <summary>What formatters and compilers are tried on.</summary>
    [GeneratedRegex(@"(^|/)(fixtures?|__fixtures__|jsfmt|format|inputs?|cases|samples?)/|(^|/)jsfmt\.", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inputs();

    [GeneratedRegex(@"[.\-_](test|tests|spec|e2e|cy)\.[cm]?[jt]sx?$|^test\.[cm]?[jt]sx?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ScriptName();
}

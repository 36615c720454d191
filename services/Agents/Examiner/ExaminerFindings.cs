using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Examiner.Ci;
using Charterhouse.Agents.Scan.Details.Tests;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Examiner;

/// <summary>The examiner's findings. Each is left out as soon as something speaks against it.</summary>
internal static partial class ExaminerFindings
{
    private const int SourceLines = 500;
    private const int LargeSource = 5_000;
    private const int UntestedShown = 3;
    private const int FocusedShown = 10;

    public static IEnumerable<Finding> Of(RepositoryFacts facts, TestFiles files, TestsSection tests, CiFiles ci, IReadOnlyList<(string Module, long Lines)> untested) =>
        [.. NoTests(facts, files, tests), .. Focused(files), .. NotInCi(tests, ci), .. NoCi(tests, ci), .. Untested(untested)];

    private static IEnumerable<Finding> NoTests(RepositoryFacts facts, TestFiles files, TestsSection tests)
    {
        if (tests.Cases > 0 || tests.TestFiles > 0) yield break;
        // Only languages whose tests would have been seen count, and no name may hint at tests of another kind.
        var lines = files.Source.Where(file => TestDetails.Knows(facts.Languages[file.Language])).Sum(files.SourceLines);
        if (lines < SourceLines || facts.Files.Any(file => file.IsFile && !file.Has(FileFlags.Vendored) && Hint().IsMatch(file.Path))) yield break;
        // Tests of a scripting language may be a command in the manifest.
        if (facts.Excerpts.Any(file => file.Path.EndsWith("package.json", StringComparison.Ordinal) && TestScript().IsMatch(file.Text))) yield break;
        yield return Findings.Make(ExaminerAgent.Name, "tests/none", lines >= LargeSource ? Severities.Medium : Severities.Low, "There are no tests", null,
            $"{Number(lines)} lines of source; no test of a known framework and no file or folder named after tests.", "Begin with a test of what would hurt most if it broke, and run it in continuous integration.");
    }

    private static IEnumerable<Finding> Focused(TestFiles files) =>
        files.Focused.OrderBy(focus => focus.File.Path, StringComparer.Ordinal).ThenBy(focus => focus.Row.Line).DistinctBy(focus => focus.File.Path, StringComparer.Ordinal).Take(FocusedShown)
            .Select(focus => Findings.Make(ExaminerAgent.Name, "tests/focused", Severities.Medium, "A focused test leaves out the others of its file", focus.File.Path,
                $"{focus.Row[0]} at {focus.File.Path}:{focus.Row.Line.ToString(CultureInfo.InvariantCulture)}.", "Remove the mark, so that every test of the file runs again.", focus.Row.Line));

    private static IEnumerable<Finding> NotInCi(TestsSection tests, CiFiles ci)
    {
        if (tests.Cases == 0 || ci.Read.Count == 0 || ci.Unread.Count > 0 || ci.Doubt) yield break;
        if (ci.Read.Any(pipeline => pipeline.Workflow.System != "GitHub Actions" || pipeline.Commands.Any(command => command.Kind == CommandReader.Test))) yield break;
        // A script, a called workflow or an action whose inside is not known may run them.
        if (ci.Read.SelectMany(pipeline => pipeline.Words).Any(word => Opaque().IsMatch(word))) yield break;
        yield return Findings.Make(ExaminerAgent.Name, "tests/not-in-ci", Severities.Medium, "Continuous integration does not run the tests", ci.Read[0].Workflow.Path,
            $"{Count(tests.Cases, "test")} ({tests.Frameworks[0].Name} in {tests.Frameworks[0].Path}:{tests.Frameworks[0].Line.ToString(CultureInfo.InvariantCulture)}); no command of {Count(ci.Read.Count, "workflow")} runs tests.",
            "Run them for every push and pull request.", what: "repository");
    }

    private static IEnumerable<Finding> NoCi(TestsSection tests, CiFiles ci)
    {
        if (tests.Cases == 0 || !ci.None) yield break;
        yield return Findings.Make(ExaminerAgent.Name, "ci/none", Severities.Info, "No continuous integration is configured here", null,
            $"{Count(tests.Cases, "test")}, and no configuration of a known system.", "Run the tests for every push and pull request, or say in CONTRIBUTING where that is done.");
    }

    private static IEnumerable<Finding> Untested(IReadOnlyList<(string Module, long Lines)> untested) =>
        untested.Take(UntestedShown).Select(module => Findings.Make(ExaminerAgent.Name, "tests/module-untested", Severities.Info, "A module without tests of its own", module.Module,
            $"{module.Module}/ has {Number(module.Lines)} lines of code; no test lies in it, is named after it or imports it.", "If it is not covered by tests of the whole, add tests for what it promises to others."));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Count(int count, string noun) => $"{Number(count)} {noun}{(count == 1 ? "" : "s")}";

    [GeneratedRegex(@"test|spec|(^|/)t/|check|verif|assert|(^|/)qa/|\.feature$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Hint();

    [GeneratedRegex(@"""test""\s*:\s*""(?!echo \\?""?Error: no test)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestScript();

    [GeneratedRegex(@"test|spec|check|verify|tox|nox|rake|gradle|mvn|maven|make|bazel|\.(sh|py|ps1|rb|pl|js|ts|cmd|bat)\b|just|task|turbo|\bnx\b|lerna|\btap\b|composer|docker|coverage|codecov|ninja|cmake|meson|workflow:|uses:\./|\bci\b|compose|nix|earthly|mage|act\b|cypress|playwright", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Opaque();
}

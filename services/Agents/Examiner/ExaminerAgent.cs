using Charterhouse.Agents.Examiner.Ci;
using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Examiner;

/// <summary>Says which tests there are, of what, and what continuous integration makes of them. Pure.</summary>
internal static class ExaminerAgent
{
    /// <summary>The step's short name in findings.</summary>
    public const string Name = "examiner";
    private const string Benchmarks = "go test -bench";

    /// <summary>The sections and findings.</summary>
    public static AgentResult Describe(RepoContext context, RepositoryFacts facts)
    {
        var files = new TestFiles(facts);
        var modules = new ModuleTally(facts, files);
        var ci = new CiFiles(facts);
        var untested = modules.Untested();
        var all = modules.Modules();
        var tests = new TestsSection(
            Frameworks(files, ci), files.Tests.Where(test => test.Framework != Benchmarks).Sum(test => test.Cases), files.Tests.Sum(test => test.Disabled),
            files.Files.Count, files.Files.Sum(file => (long)file.Code + file.Comment) + files.Source.Sum(files.InlineLines), files.Source.Count, files.Source.Sum(files.SourceLines),
            all.Take(TestsSection.ModuleLimit).ToArray(), all.Count(module => module.SourceLines > 0), untested.Take(TestsSection.ModuleLimit).Select(module => module.Module).ToArray(), CoverageReader.Read(facts));
        return new AgentResult(
            [
                AgentResult.Section(SectionNames.Tests, tests),
                AgentResult.Section(SectionNames.Ci, new CiSection(ci.Read.Select(pipeline => pipeline.Workflow).ToArray(), ci.Unread) { Status = context.Ci }),
            ],
            [.. ExaminerFindings.Of(facts, files, tests, ci, untested)]);
    }

    private static TestFramework[] Frameworks(TestFiles files, CiFiles ci) =>
        files.Tests.GroupBy(test => test.Framework, StringComparer.Ordinal)
            .Select(group =>
            {
                var most = group.OrderByDescending(test => test.Cases).ThenBy(test => test.File.Path, StringComparer.Ordinal).First();
                return new TestFramework(group.Key, group.Sum(test => test.Cases), group.Sum(test => test.Disabled), group.Count(), most.File.Path, most.Line, null);
            })
            .OrderByDescending(framework => framework.Cases).ThenBy(framework => framework.Name, StringComparer.Ordinal)
            .Select((framework, i) => framework with { Ci = Evidence(framework.Name, i == 0, ci) }).ToArray();

    /// <summary>The command that names the framework's ecosystem; one of a general name (make, a script) only for the framework with most tests.</summary>
    private static CiEvidence? Evidence(string framework, bool main, CiFiles ci)
    {
        if (framework == Benchmarks) return null;
        var ecosystem = EcosystemOf(framework);
        // What runs for a change before what runs for a release.
        var tests = ci.Read.OrderBy(pipeline => pipeline.Workflow.Triggers.Any(trigger => trigger.Event.StartsWith("pull_request", StringComparison.Ordinal)) ? 0 : 1)
            .SelectMany(pipeline => pipeline.Commands.Where(command => command.Kind == CommandReader.Test).Select(command => (pipeline.Workflow.Path, command))).ToArray();
        var found = tests.FirstOrDefault(test => test.command.Ecosystem == ecosystem);
        if (found.command is null && main) found = tests.FirstOrDefault(test => test.command.Ecosystem.Length == 0);
        return found.command is null ? null : new CiEvidence(PipelineReader.Cut(found.command.Text), found.Path, found.command.Line);
    }

    private static string EcosystemOf(string framework) => framework switch
    {
        "xunit" or "NUnit" or "TUnit" or "MSTest" => "dotnet",
        "pytest" or "unittest" => "python",
        "go test" or "testify suite" or "Ginkgo" => "go",
        "Rust #[test]" or "Rust test macros" => "rust",
        "RSpec" or "Minitest" or "test-unit" => "ruby",
        "PHPUnit" or "Pest" => "php",
        "ExUnit" => "elixir",
        "Dart test" or "flutter_test" => "dart",
        "XCTest" or "Swift Testing" => "swift",
        "GoogleTest" or "CppUTest" or "TEST macros" or "doctest" or "Catch2" or "TEST_CASE macros" or "Boost.Test" or "Check" or "CTest" => "cpp",
        "tcltest" or "Tcl test" or "Bats" => "shell",
        _ when framework.StartsWith("JUnit", StringComparison.Ordinal) || framework is "TestNG" or "kotlin.test" or "Kotest" or "Spock" or "ScalaTest" or "MUnit" => "jvm",
        _ => "js",
    };
}

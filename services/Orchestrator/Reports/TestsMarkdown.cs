using System.Globalization;
using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>charter.md's part on tests and continuous integration.</summary>
internal static class TestsMarkdown
{
    private const int FrameworkRows = 5;
    private const int ModuleRows = 8;
    private const int WorkflowRows = 8;
    private const int CommandsShown = 2;
    private const int FiltersShown = 3;
    private const int FailuresShown = 5;

    /// <summary>The section; nothing when neither part was examined, or there is neither.</summary>
    public static void Append(StringBuilder text, TestsSection? tests, CiSection? ci)
    {
        if (tests is null && ci is null) return;
        text.Append("## Tests and CI\n\n");
        if (tests is not null) Tests(text, tests);
        if (ci is not null) Ci(text, ci);
    }

    /// <summary>Tests in one line, for a terminal.</summary>
    public static string Summary(TestsSection tests) =>
        tests.Cases == 0 ? "none found"
        : $"{Count(tests.Cases, "test")} ({string.Join(", ", tests.Frameworks.Take(3).Select(framework => framework.Name))}), {tests.TestLines * 100 / Math.Max(1, tests.SourceLines)} lines of tests to 100 of source"
            + (tests.Frameworks.FirstOrDefault(framework => framework.Ci is not null) is { Ci: { } evidence } ? $"; CI runs {evidence.Command}" : "");

    private static void Tests(StringBuilder text, TestsSection tests)
    {
        if (tests.Frameworks.Count == 0) text.Append(tests.TestFiles == 0 ? "No test of a known framework was found.\n\n" : $"No test of a known framework was found; {Count(tests.TestFiles, "file")} stand where tests are kept.\n\n");
        foreach (var framework in tests.Frameworks.Take(FrameworkRows))
        {
            text.Append("- ").Append(Prose(framework.Name)).Append(": ").Append(Count(framework.Cases, framework.Name.EndsWith("-bench", StringComparison.Ordinal) ? "benchmark" : "test")).Append(" in ").Append(Count(framework.Files, "file"));
            if (framework.Disabled > 0) text.Append(", ").Append(Number(framework.Disabled)).Append(" disabled");
            text.Append(", most in ").Append(Code($"{framework.Path}:{framework.Line.ToString(CultureInfo.InvariantCulture)}"));
            if (framework.Ci is { } run) text.Append("; CI runs ").Append(Code(run.Command)).Append(" (").Append(Code($"{run.Path}:{run.Line.ToString(CultureInfo.InvariantCulture)}")).Append(')');
            text.Append('\n');
        }
        if (tests.Coverage.Count > 0)
            text.Append("- Coverage: ").AppendJoin(", ", tests.Coverage.Select(setting => $"{Prose(setting.Tool)} ({Code(setting.Line is { } line ? $"{setting.Path}:{line.ToString(CultureInfo.InvariantCulture)}" : setting.Path)}{(setting.Threshold is { } threshold ? ", " + Code(threshold) : "")})")).Append('\n');
        if (tests.Untested.Count > 0) text.Append("- No test lies in, is named after or imports: ").AppendJoin(", ", tests.Untested.Take(6).Select(Code)).Append(tests.Untested.Count > 6 ? ", …" : "").Append('\n');
        if (text[^2] != '\n') text.Append('\n');
        var rows = tests.Modules.Where(module => module.SourceLines + module.TestLines >= 50).Take(ModuleRows).ToArray();
        if (tests.Cases == 0 || rows.Length == 0) return;
        text.Append("| Module | Source lines | Test lines | Tests | Test lines to 100 of source |\n|---|--:|--:|--:|--:|\n");
        foreach (var module in rows)
            text.Append("| ").AppendJoin(" | ", Code(module.Path), Number(module.SourceLines), Number(module.TestLines), Number(module.Cases), module.SourceLines == 0 ? "" : Math.Round(module.Ratio * 100).ToString("0", CultureInfo.InvariantCulture)).Append(" |\n");
        text.Append("| all | ").AppendJoin(" | ", Number(tests.SourceLines), Number(tests.TestLines), Number(tests.Cases), tests.SourceLines == 0 ? "" : Math.Round(100.0 * tests.TestLines / tests.SourceLines).ToString("0", CultureInfo.InvariantCulture)).Append(" |\n\n");
    }

    /// <summary>How CI stands, in one line: <c>12 of 12 succeeded</c>.</summary>
    private static string Standing(CiStatus status)
    {
        if (status.Total == 0) return "nothing was reported";
        // all are listed up to a limit; what failed is listed first, so it is counted whole nearly always
        var counts = status.Checks.GroupBy(check => check.Outcome, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var parts = new List<string> { $"{Number(counts.GetValueOrDefault("success"))} of {Number(status.Total)} succeeded" };
        foreach (var (outcome, word) in new[] { ("failure", "failed"), ("pending", "pending"), ("neutral", "without a verdict") })
            if (counts.GetValueOrDefault(outcome) is > 0 and var count) parts.Add($"{Number(count)} {word}");
        var failed = status.Checks.Where(check => check.Outcome == "failure").Take(FailuresShown).Select(check => Code(check.Name)).ToList();
        return string.Join(", ", parts) + (failed.Count == 0 ? "" : $": {string.Join(", ", failed)}{(counts["failure"] > FailuresShown ? ", …" : "")}");
    }

    private static void Ci(StringBuilder text, CiSection ci)
    {
        if (ci.Status is { } status) text.Append("CI at this commit: ").Append(Standing(status)).Append(".\n\n");
        if (ci.Workflows.Count == 0 && ci.Unread.Count == 0) text.Append("No configuration of continuous integration was found.\n\n");
        // What runs tests first; what neither builds, tests nor checks is only named.
        var known = ci.Workflows.Where(workflow => workflow.Commands.Count > 0).OrderBy(workflow => workflow.Commands.Any(command => command.Kind == "test") ? 0 : 1).ThenBy(workflow => workflow.Path, StringComparer.Ordinal).ToArray();
        foreach (var workflow in known.Take(WorkflowRows))
        {
            text.Append("- ").Append(Code(workflow.Path));
            if (workflow.Triggers.Count > 0) text.Append(" on ").AppendJoin(", ", workflow.Triggers.Select(Trigger));
            if (workflow.Runners.Count > 1) text.Append("; ").AppendJoin(", ", workflow.Runners.Take(4).Select(Prose)).Append(workflow.Runners.Count > 4 ? ", …" : "");
            foreach (var group in workflow.Commands.GroupBy(command => command.Kind, StringComparer.Ordinal))
                text.Append("; ").Append(Prose(group.Key)).Append(": ").AppendJoin(", ", group.Take(CommandsShown).Select(command => Code(command.Text))).Append(group.Count() > CommandsShown ? ", …" : "");
            text.Append('\n');
        }
        if (known.Length > WorkflowRows) text.Append("- and ").Append(Count(known.Length - WorkflowRows, "workflow")).Append(" more\n");
        var others = ci.Workflows.Where(workflow => workflow.Commands.Count == 0).ToArray();
        if (others.Length > 0)
            text.Append("- No build, test or check that is known here: ").AppendJoin(", ", others.Take(6).Select(workflow => Code(workflow.Path) + (workflow.Triggers.Count > 0 ? $" ({string.Join(", ", workflow.Triggers.Select(trigger => Prose(trigger.Event)))})" : ""))).Append(others.Length > 6 ? ", …" : "").Append('\n');
        if (ci.Unread.Count > 0) text.Append("- Not read: ").AppendJoin(", ", ci.Unread.Take(6).Select(Code)).Append('\n');
        if (text[^2] != '\n') text.Append('\n');
    }

    private static string Trigger(CiTrigger trigger) =>
        Prose(trigger.Event) + (trigger.Filter.Count == 0 ? "" : $" ({string.Join(", ", trigger.Filter.Take(FiltersShown).Select(filter => trigger.Event == "schedule" ? Code(filter) : Prose(filter)))}{(trigger.Filter.Count > FiltersShown ? ", …" : "")})");
}

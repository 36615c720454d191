using System.Text;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Runs;

/// <summary>Runs as text for people. Everything that a repository may have written is cleaned here.</summary>
internal static class RunText
{
    /// <summary>One line: status, repository, commit, time, id.</summary>
    public static string Headline(RunSummary run, DateTimeOffset now)
    {
        var sha = run.Repository?.HeadSha is { Length: >= 10 } head ? " at " + TerminalText.Line(head[..10]) : "";
        return $"{Status(run)}  {TerminalText.Line(NameOf(run))}{sha}  {Duration(Elapsed(run, now))}  {run.RunId}";
    }

    /// <summary>Everything about a run that fits a screen; the charter itself is for <c>--json</c> and the artifacts.</summary>
    public static string Show(RunDetails details, DateTimeOffset now)
    {
        var run = details.Run;
        var text = new StringBuilder();
        text.Append(Headline(run, now)).Append('\n');
        text.Append($"workflow  {TerminalText.Line(run.Workflow)}\n");
        text.Append($"thread    {run.ThreadId}\n");
        text.Append($"target    {TerminalText.Line(run.Target)}\n");
        if (details.Steps.Count > 0) text.Append('\n').Append(Steps(details, now)).Append('\n');
        Section(text, "waits for", details.WaitsFor);
        Section(text, "notes", details.Run.Notes);
        if (details.Findings.Count > 0) Section(text, "findings", [FindingCounts(details.Findings) + NewCount(details.Findings)]);
        Section(text, "effects", (details.Effects ?? []).Select(effect => $"{effect.Step}  {effect.State}: {effect.Summary}{(effect.Url is { } url ? ", " + url : "")}{(EffectStates.IsWaiting(effect.State) ? $" (charter effects release {effect.EffectId})" : "")}"));
        Section(text, "artifacts", details.Run.Artifacts.Select(Artifact));
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The steps as a table.</summary>
    public static string Steps(RunDetails details, DateTimeOffset now)
    {
        var table = new Columns("STEP", "USES", "STATUS", "ATTEMPTS", "TIME", "PROGRESS");
        foreach (var step in details.Steps)
            table.Add(step.Name, step.Uses, $"{Icon(step.Status)} {step.Status}", step.Attempts.ToString(), Duration(Elapsed(step, now)), step.Failure?.Message ?? step.Progress ?? "");
        return table.ToString();
    }

    /// <summary>What failed, why, how to fix it, and what to type next.</summary>
    /// <param name="next">The command to type.</param>
    public static string Failure(RunDetails details, string next)
    {
        var run = details.Run;
        var error = run.Error;
        var step = error?.Step is { } name ? details.Steps.FirstOrDefault(one => one.Name == name) : null;
        var text = new StringBuilder($"{Icon(RunStatus.Failed)} {TerminalText.Line(NameOf(run))} {run.Status} ({run.RunId})\n");
        if (error?.Step is not null) text.Append($"  what: step {TerminalText.Line(error.Step)}{(step is null ? "" : $" ({step.Uses}) {(step.Attempts == 0 ? "was due and could not begin" : "failed after " + Count(step.Attempts, "attempt"))}")}\n");
        text.Append($"  why:  {TerminalText.Line(error?.Message ?? "no reason was recorded")}\n");
        if (error?.Detail is not null)
            foreach (var line in TerminalText.Clean(error.Detail).Trim('\n').Split('\n').TakeLast(20)) text.Append($"        {line}\n");
        if (error?.Remedy is not null) text.Append($"  fix:  {TerminalText.Line(error.Remedy)}\n");
        return text.Append($"  next: {next}").ToString();
    }

    /// <summary>The command, without <c>charter</c>, that lets a failed run go on from its last good step; the same limit would only be reached again.</summary>
    public static string NextOf(RunSummary run) => $"resume {run.RunId}" + (run.Error?.Code == "recursion_limit" ? " --recursion-limit N" : "");

    /// <summary>How long a run took, or null while it goes on.</summary>
    public static TimeSpan? DurationOf(RunSummary run) => run.StartedAt is { } start && run.EndedAt is { } end ? end - start : null;

    /// <summary>The repository's name, else what was asked for.</summary>
    public static string NameOf(RunSummary run) => run.Repository?.Name ?? run.Target;

    /// <summary>The status with its sign; of a queued run also where it stands: <c>○ queued: position 3, behind run_…</c>.</summary>
    public static string Status(RunSummary run) => $"{Icon(run.Status)} {run.Status}" + (run.Queue is { } place ? $": position {place.Position}{(place.Behind is { } behind ? ", behind " + behind : "")}" : "");

    /// <summary>True for a run that did not do what was asked, and whose reason is told.</summary>
    public static bool IsFailure(RunSummary run) => run.Status is RunStatus.Failed or RunStatus.Expired;

    /// <summary>A sign that a status is known by.</summary>
    public static string Icon(string status) => status switch
    {
        RunStatus.Published or "completed" => "✓",
        RunStatus.Failed or RunStatus.Expired => "✗",
        RunStatus.Cancelled or RunStatus.Cancelling => "■",
        RunStatus.Running => "●",
        _ => "○",
    };

    /// <summary>A time span to read: <c>840 ms</c>, <c>2.3 s</c>, <c>1 m 05 s</c>, <c>1 h 02 m</c>; nothing for null.</summary>
    public static string Duration(TimeSpan? span) => span switch
    {
        null => "",
        { TotalSeconds: < 1 } short_ => $"{Math.Max(0, (long)short_.TotalMilliseconds)} ms",
        { TotalSeconds: < 60 } seconds => $"{seconds.TotalSeconds:0.0} s",
        { TotalMinutes: < 60 } minutes => $"{(int)minutes.TotalMinutes} m {minutes.Seconds:00} s",
        { } hours => $"{(int)hours.TotalHours} h {hours.Minutes:00} m",
    };

    /// <summary>How long a run has been going on, or took.</summary>
    public static TimeSpan? Elapsed(RunSummary run, DateTimeOffset now) => DurationOf(run) ?? (run.StartedAt is { } start && run.EndedAt is null ? now - start : null);

    /// <summary>How long a step has been going on, or took.</summary>
    public static TimeSpan? Elapsed(RunStep step, DateTimeOffset now) =>
        step.DurationMs is { } duration ? TimeSpan.FromMilliseconds(duration)
        : step.Status == RunStatus.Running && step.StartedAt is { } start ? now - start
        : null;

    /// <summary>How many of each severity, most severe first.</summary>
    public static string FindingCounts(IReadOnlyList<Finding> findings) => string.Join(", ", Severities.All
        .Select(severity => (severity, count: findings.Count(finding => finding.Severity == severity)))
        .Where(pair => pair.count > 0).Select(pair => $"{pair.count} {pair.severity}"));

    private static string Artifact(RunArtifact artifact) =>
        artifact.Path ?? $"{artifact.Type} of {artifact.Provider}{(artifact.State is { } state ? $": {state}" : "")}{(artifact.Url is { } url ? $", {url}" : "")}";

    // In a first version all are new, which says nothing.
    private static string NewCount(IReadOnlyList<Finding> findings) =>
        findings.Count(finding => finding.State is FindingStates.New or FindingStates.Returned) is var count && count > 0 && count < findings.Count ? $" ({count} new)" : "";

    private static void Section(StringBuilder text, string heading, IEnumerable<string> lines)
    {
        var first = true;
        foreach (var line in lines)
        {
            if (first) text.Append('\n').Append(heading).Append('\n');
            first = false;
            text.Append("  ").Append(TerminalText.Line(line)).Append('\n');
        }
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}

using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Tests.Runs;

/// <summary>Runs as the services would describe them, with text that a hostile repository could have put there.</summary>
internal static class ExampleRuns
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = Start + TimeSpan.FromSeconds(75);

    public static RunDetails Published { get; } = new()
    {
        Run = Summary("published", Start + TimeSpan.FromMilliseconds(2345), error: null) with
        {
            Artifacts = [new("charter.markdown", "text/markdown", "/data/artifacts/run/charter.md")],
        },
        Steps =
        [
            new("sync", "repository/sync", "completed", 1, 420, Start, null, null),
            new("scan", "analysis/scan", "completed", 2, 1500, Start, null, null),
        ],
        Charter = JsonSerializer.Deserialize<JsonElement>("""
            {"version":3,"languages":[{"name":"C#","files":2,"code":120,"comment":10,"blank":14}],"identity":{"purpose":"A demo \u001b[31mred\u009b0m"}}
            """),
        Markdown = "# demo\n\nA demo.\n",
        Findings =
        [
            new("f1", "archivist", "licence/missing", "high", "No licence", null, null, "no LICENSE file", "Add one.") { State = "new" },
            new("f2", "archivist", "readme/short", "low", "Short README", "README.md", 1, "3 lines", "Write more.") { State = "open" },
            new("f3", "historian", "bus/factor", "low", "One author", null, null, "1 of 1", "Share.") { State = "returned" },
        ],
        Changes = null,
        WaitsFor = [],
    };

    public static RunDetails Failed { get; } = Published with
    {
        Run = Summary("failed", Start + TimeSpan.FromSeconds(3), new RunError("blob_missing", "a blob is gone:\u001b[2J deadbeef", "scan", "Run the analysis again.", "line one\nline\u0007 two")),
        Steps =
        [
            new("sync", "repository/sync", "completed", 1, 420, Start, null, null),
            new("scan", "analysis/scan", "failed", 3, 1500, Start, null, new FailureInfo { Code = "blob_missing", Message = "a blob is gone", Remedy = null, Retryable = false }),
            new("archivist", "agent/archivist", "pending", 0, null, null, null, null),
        ],
        Charter = null,
        Markdown = null,
        Findings = [],
    };

    public static RunDetails Running { get; } = Failed with
    {
        Run = Summary("running", ended: null, error: null) with { Repository = null, Notes = [] },
        Steps = [new("sync", "repository/sync", "running", 2, null, Start + TimeSpan.FromSeconds(5), "fetching\u001b]0;title\u0007 70 %", null)],
        WaitsFor = ["step sync, attempt 2 of 3, for 70 s"],
    };

    private static RunSummary Summary(string status, DateTimeOffset? ended, RunError? error) => new()
    {
        RunId = "run_agn2lqvtyryblhtqpouyv6zkta",
        ThreadId = "thr_1",
        Workflow = "repo-analysis",
        Status = status,
        Target = "/src/demo",
        Repository = new RunRepository("demo", "https://example.org/o/demo", "main", "0123456789abcdef0123456789abcdef01234567"),
        CreatedAt = Start - TimeSpan.FromSeconds(1),
        StartedAt = Start,
        Notes = ["the working tree has changes that are not committed"],
        EndedAt = ended,
        Error = error,
    };
}

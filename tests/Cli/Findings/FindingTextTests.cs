using Charterhouse.Cli.Findings;
using Charterhouse.Cli.Runs;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Findings;

namespace Charterhouse.Cli.Tests.Findings;

public sealed class FindingTextTests
{
    private static readonly FindingPoint First = Point(1);
    private static readonly FindingDecision Decision = new("ada\u001b[2J", "a demo;\nno licence needed", new DateTimeOffset(2026, 3, 4, 23, 0, 0, TimeSpan.Zero));

    private static readonly FindingRecord[] Findings =
    [
        Record("fnd_aaaaaaaa1111", "acme/one", "secrets/generic", Severities.High, FindingStates.Open) with { Path = "src/a\u001b]0;x\u0007.py", Line = 12 },
        Record("fnd_aaaaaaaa2222", "acme/one", "readme/missing", Severities.Medium, FindingStates.Open) with { Reopened = new("bob", "needed after all", Decision.At), Dismissed = Decision },
        Record("fnd_bbbbbbbb1111", "acme/one", "licence/missing", Severities.Medium, FindingStates.Dismissed) with { Dismissed = Decision },
        Record("fnd_cccccccc1111", "acme/one", "history/stale", Severities.Info, FindingStates.Open) with { Hidden = true },
        Record("fnd_aaaaaaaa2222", "acme/two", "readme/missing", Severities.Medium, FindingStates.Fixed) with { Fixed = Point(4) },
    ];

    [Fact]
    public void List_FindingsOfAllStates_IsAsApproved() => FindingText.List(Findings).ShouldMatchApproved("list.approved.txt");

    [Fact]
    public void List_AsJson_IsAsApproved() => RunEnvelope.OfValue(new { Findings }).ShouldMatchApproved("list.approved.json");

    private static FindingPoint Point(int version) => new(version, $"run_{version}", new string('a', 40), new DateTimeOffset(2026, 3, version, 0, 0, 0, TimeSpan.Zero));

    private static FindingRecord Record(string id, string repository, string rule, string severity, string state) =>
        new(id, "repo_" + repository[^3..], repository, "archivist", rule, severity, state, false, "Title of " + rule, null, null, First, Point(3), null, null, null);
}

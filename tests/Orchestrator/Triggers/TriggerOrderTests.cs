using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Triggers;

namespace Charterhouse.Orchestrator.Tests.Triggers;

/// <summary>What events tell about the order of heads.</summary>
public sealed class TriggerOrderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Newest_EveryOrderOfAChain_IsItsEnd()
    {
        foreach (var order in Permutations.Of("abcd"))
        {
            // nobody says when: only what a head came from counts, against the order of arrival
            var events = order.Select(head => Forge.Push(head == 'a' ? '0' : (char)(head - 1), head)).ToList();

            new TriggerOrder(events).Newest(events).HeadSha.ShouldBe(Forge.Sha('d'), new string(order));
        }
    }

    [Fact]
    public void Newest_CommitsBetween_AreOlder()
    {
        var (last, first) = (Forge.Push('0', 'c') with { Commits = [Forge.Sha('a'), Forge.Sha('b')] }, Forge.Push('0', 'a'));

        new TriggerOrder([last, first]).Newest([last, first]).ShouldBe(last);
        new TriggerOrder([last, first]).IsOlder(first, last).ShouldBeTrue();
        new TriggerOrder([last, first]).IsOlder(last, first).ShouldBeFalse();
    }

    [Fact]
    public void Newest_ForcedBack_GoesByTheClock()
    {
        var there = Forge.Push('a', 'b', at: Noon);
        var back = Forge.Push('b', 'a', at: Noon.AddSeconds(1));

        new TriggerOrder([back, there]).Newest([back, there]).ShouldBe(back);
        new TriggerOrder([there, back]).Newest([there, back]).ShouldBe(back);
    }

    [Fact]
    public void Newest_NothingConnectsThem_GoesByTheClockThenByArrival()
    {
        var (late, early) = (Forge.Push('0', 'x', at: Noon), Forge.Push('0', 'y', at: Noon.AddHours(-1)));
        var (first, second) = (Forge.Push('0', 'v'), Forge.Push('0', 'w'));

        new TriggerOrder([late, early]).Newest([late, early]).ShouldBe(late);
        new TriggerOrder([second, first]).Newest([second, first]).ShouldBe(second);
    }

    [Fact]
    public void Newest_IssueAfterAPush_IsThePush()
    {
        var (push, issue) = (Forge.Push('a', 'b', at: Noon), Forge.Push('0', 'x', at: Noon.AddHours(1)) with { Kind = TriggerKinds.Issues, HeadSha = null });

        new TriggerOrder([push, issue]).Newest([issue, push]).ShouldBe(push);
        new TriggerOrder([issue]).Newest([issue]).ShouldBe(issue);
    }

    [Fact]
    public void Newest_ManyEventsWithManyCommits_TakesLittleTime()
    {
        var shas = Enumerable.Range(0, 1000).Select(i => $"{i:d40}").ToList();
        var events = shas.Select((sha, i) => Forge.Push('0', 'a') with { HeadSha = sha, BeforeSha = i == 0 ? null : shas[i - 1], Commits = [.. Enumerable.Range(0, 200).Select(n => $"{i}-{n}")] }).ToList();

        new TriggerOrder(events).Newest(events).HeadSha.ShouldBe(shas[^1]);
    }
}

using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Tests;

public sealed class FindingsTests
{
    private const string Rule = "readme/empty";

    [Fact]
    public void Make_RuleOutsideTheCatalogue_IsRefused() =>
        Should.Throw<ArgumentException>(() => Make("readme/unheard-of", "")).Message.ShouldContain("readme/unheard-of is not in RuleCatalog");

    [Fact]
    public void Make_UnknownSeverity_IsRefused() =>
        Should.Throw<ArgumentException>(() => Findings.Make("archivist", Rule, "urgent", "t", null, "e", "r"));

    [Fact]
    public void Make_OtherWordsAndLine_KeepsTheId() =>
        Findings.Make("archivist", Rule, Severities.High, "other", "a.md", "other", "other", 7, "x").Id.ShouldBe(Make(Rule, "x").Id);

    [Fact]
    public void LineFingerprints_LinesAddedAbove_ChangeNothing()
    {
        string[] file = ["first", "token = 1", "last"];
        IdsOf(["", "# new", .. file]).Where((_, i) => i > 1).ShouldBe(IdsOf(file));
        IdsOf([file[2], file[0], file[1]]).ShouldBe(IdsOf(file), ignoreOrder: true);
    }

    [Fact]
    public void LineFingerprints_EqualLines_AreDifferentFindings()
    {
        var ids = IdsOf(["token = 1", "other", "token = 1", "token = 1"]);
        ids.ShouldBeUnique();
        // one of them less is the last one less
        IdsOf(["token = 1", "other", "token = 1"]).ShouldBe(ids.Take(3));
    }

    [Fact]
    public void LineFingerprints_OtherWhiteSpace_IsTheSameLine()
    {
        var lines = new LineFingerprints();
        lines.What(Rule, "a", "\tkey:   value \r").ShouldBe("key: value");
        new LineFingerprints().What(Rule, "b", "key: value").ShouldBe("key: value");
        new LineFingerprints().What(Rule, "b", "keyvalue").ShouldNotBe("key value");
    }

    [Fact]
    public void LineFingerprints_OtherRuleOrPath_CountsForItself()
    {
        var lines = new LineFingerprints();
        lines.What(Rule, "a", "x").ShouldBe("x");
        lines.What(Rule, "b", "x").ShouldBe("x");
        lines.What("readme/missing", "a", "x").ShouldBe("x");
        lines.What(Rule, "a", " x").ShouldBe("x\n2");
    }

    [Fact]
    public void LineFingerprints_LineThatLooksLikeANumberedOne_IsNotMistaken()
    {
        var lines = new LineFingerprints();
        lines.What(Rule, "a", "x");
        lines.What(Rule, "a", "x").ShouldNotBe(lines.What(Rule, "a", "x 2"));
    }

    [Fact]
    public void LineFingerprints_LongLines_DifferByNumber()
    {
        var lines = new LineFingerprints();
        var first = lines.What(Rule, "a", new string('x', 1_000_000) + "1");
        first.Length.ShouldBeLessThan(1000);
        lines.What(Rule, "a", new string('x', 1_000_000) + "2").ShouldNotBe(first);
    }

    private static string[] IdsOf(string[] lines)
    {
        var fingerprints = new LineFingerprints();
        return [.. lines.Select((line, i) => Findings.Make("archivist", Rule, Severities.Low, "t", "a.md", "e", "r", i + 1, fingerprints.What(Rule, "a.md", line)).Id)];
    }

    private static Finding Make(string rule, string what) => Findings.Make("archivist", rule, Severities.Low, "t", "a.md", "e", "r", 1, what);
}

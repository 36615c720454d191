using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Reports;

namespace Charterhouse.Orchestrator.Tests.Reports;

/// <summary>What a reader sees of many findings, of sections from elsewhere, and of rules.</summary>
public sealed class CharterFormTests
{
    [Fact]
    public void Render_NoFindings_SaysSo()
    {
        CharterMarkdown.Render(Charter()).ShouldContain("\n**No findings.**\n");
        CharterMarkdown.Render(Charter() with { Partial = true }).ShouldNotContain("No findings");
    }

    [Fact]
    public void Render_SevereFindings_AreTheVerdict() =>
        CharterMarkdown.Render(Charter(Finding("secrets/key", Severities.Critical, "a.pem", 3), Finding("ci/b", Severities.High, "b"), Finding("ci/b", Severities.High, "c"), Finding("docs/x", Severities.Low, null)))
            .ShouldContain("\n**4 findings: 1 critical, 2 high, 1 low.** First: title of secrets/key (`a.pem:3`); title of ci/b ×2.\n");

    [Fact]
    public void Render_CiOfTheForge_IsOneLine()
    {
        var status = new CiStatus("failure", [new CiCheck("tests`[x](y)", "failure"), new CiCheck("build", "success"), new CiCheck("deploy", "pending"), new CiCheck("docs", "neutral")], 4);

        Text(new CiSection([], []) { Status = status }).ShouldContain("\nCI at this commit: 1 of 4 succeeded, 1 failed, 1 pending, 1 without a verdict: ");
        Text(new CiSection([], []) { Status = new CiStatus("success", [.. Enumerable.Range(1, 12).Select(i => new CiCheck($"c{i:00}", "success"))], 12) }).ShouldContain("\nCI at this commit: 12 of 12 succeeded.\n");
        Text(new CiSection([], []) { Status = new CiStatus("none", [], 0) }).ShouldContain("\nCI at this commit: nothing was reported.\n");
        Text(new CiSection([], [])).ShouldNotContain("at this commit");

        static string Text(CiSection ci) => CharterMarkdown.Render(Charter() with { Sections = [KeyValuePair.Create(SectionNames.Ci, CanonicalJson.ToElement(ci))] });
    }

    [Fact]
    public void Render_SeveralOfOneRule_StandTogetherWithTheirPlaces()
    {
        var text = CharterMarkdown.Render(Charter([.. Enumerable.Range(1, 12).Select(i => Finding("secrets/token", Severities.High, $"f{i:00}.cs", i)), Finding("docs/x", Severities.Low, "a"), Finding("docs/x", Severities.Low, "b")]));

        text.ShouldContain(
            """
            - **high** Title of secrets/token ×12 (`secrets/token`): Do it.
              - `f01.cs:1`: Evidence.
              - `f02.cs:2`: Evidence.
              - `f03.cs:3`: Evidence.
              - and 9 more in charter.json
            - **low** Title of docs/x ×2 (`docs/x`): Do it. `a`, `b`

            """);
    }

    [Fact]
    public void Render_HundredsOfFindings_StayThreePages()
    {
        var findings = Enumerable.Range(0, 40).SelectMany(rule => Enumerable.Range(0, 20).Select(i => Finding($"group/rule-{rule:00}", Severities.All[rule / 8], $"src/file-{i:00}.cs", i + 1)));
        var text = CharterMarkdown.Render(Charter([.. findings]));

        text.Split('\n').Length.ShouldBeLessThan(90);
        text.ShouldContain("- In charter.json: `group/rule-12` ×20, ");
        text.ShouldContain(" and findings of 16 other rules\n");
        CharterSummary.Render(Charter([.. findings])).Split('\n').Length.ShouldBeLessThanOrEqualTo(21);
    }

    [Fact]
    public void Compare_SectionsItDoesNotKnow_NamesWhatChanged()
    {
        var before = Charter() with { Sections = [Section("later", """{"files": 3, "modules": [1, 2], "kind": "a", "note": "same", "deep": {"x": 1}}"""), Section("gone", "{}"), Section("rows", "[1]"), Section("same_section", "{}")] };
        var after = Charter() with { Version = 2, Sections = [Section("later", """{"files": 5, "modules": [1], "kind": null, "note": "same", "deep": {"x": 2}, "added": 1}"""), Section("new_one", "1"), Section("rows", "[1, 2]"), Section("same_section", "{}")] };

        CharterDiff.Compare(before, after).ShouldBe(
        [
            "New sections: new one.",
            "Sections that are gone: gone.",
            "The section later changed: files 3 → 5, modules 2 → 1, kind a → none, deep.",
            "The section rows changed: entries 1 → 2.",
        ]);
        CharterDiff.Compare(before, after with { Partial = true }).ShouldNotContain("Sections that are gone: gone.");
    }

    [Fact]
    public void Compare_ManyNewFindings_AreASentencePerRule() =>
        CharterDiff.Compare(Charter(), Charter([.. Enumerable.Range(1, 9).Select(i => Finding("secrets/token", Severities.High, $"f{i}.cs"))]) with { Version = 2 })
            .ShouldBe(["New findings (high): title of secrets/token ×9 (f1.cs, f2.cs, f3.cs, …)."]);

    [Fact]
    public void Sarif_Results_AreWhatCodeScanningNeeds()
    {
        var document = Charter(Finding("secrets/token", Severities.Critical, "src/a b#é.cs", 7) with { Agent = "sentinel", Title = "A [title](x)" }, Finding("readme/missing", Severities.Medium, null)) with
        {
            Repository = new RepositoryInfo("repo_x", "acme/x", "https://example.org/acme/x", "main"),
            Sections = [Section(SectionNames.Documentation, """{"documents": [{"name": "README", "path": "docs/README.md"}], "folders": [], "decision_records": null}""")],
        };
        var run = JsonDocument.Parse(CharterSarif.Render(document, document with { Findings = [document.Findings[1]] })).RootElement.GetProperty("runs")[0];

        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        var (first, second) = (run.GetProperty("results")[0], run.GetProperty("results")[1]);
        rules[first.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString().ShouldBe("secrets/token");
        rules[first.GetProperty("ruleIndex").GetInt32()].GetProperty("properties").GetProperty("security-severity").GetString().ShouldBe("9.5");
        first.GetProperty("level").GetString().ShouldBe("error");
        first.GetProperty("message").GetProperty("text").GetString().ShouldBe("A \\[title\\](x). Evidence. Do it.");
        Place(first).GetProperty("artifactLocation").GetProperty("uri").GetString().ShouldBe("src/a%20b%23%C3%A9.cs");
        Place(first).GetProperty("region").GetProperty("startLine").GetInt32().ShouldBe(7);
        first.GetProperty("baselineState").GetString().ShouldBe("new");
        rules[second.GetProperty("ruleIndex").GetInt32()].GetProperty("properties").TryGetProperty("security-severity", out _).ShouldBeFalse("it would be shown as a vulnerability");
        Place(second).GetProperty("artifactLocation").GetProperty("uri").GetString().ShouldBe("docs/README.md");
        Place(second).TryGetProperty("region", out _).ShouldBeFalse();
        second.GetProperty("baselineState").GetString().ShouldBe("unchanged");
        second.GetProperty("partialFingerprints").GetProperty("primaryLocationLineHash").GetString().ShouldBe(document.Findings[1].Id);
        run.GetProperty("versionControlProvenance")[0].GetProperty("repositoryUri").GetString().ShouldBe("https://example.org/acme/x");
    }

    [Fact]
    public void Sarif_SameDocument_IsTheSameBytes()
    {
        var document = Charter(Finding("a/b", Severities.Low, "x"), Finding("a/a", Severities.Low, "x"));
        Encoding.UTF8.GetString(CharterSarif.Render(document)).ShouldBe(Encoding.UTF8.GetString(CharterSarif.Render(document)));
    }

    [Fact]
    public void RulePages_WrittenPages_ArePartOfTheProgram()
    {
        foreach (var rule in RuleCatalog.All.Where(rule => File.Exists(Path.Combine(Root(AppContext.BaseDirectory), "docs/reference/rules", rule.Page))))
            RulePages.Find(rule).ShouldNotBeNull(rule.Name).Summary.ShouldNotBeEmpty(rule.Name);
        RulePages.Find(new Rule("no/such", "x", Severities.Low, "x")).ShouldBeNull();
    }

    private static JsonElement Place(JsonElement result) => result.GetProperty("locations")[0].GetProperty("physicalLocation");

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "Services.sln")) ? folder : Root(Path.GetDirectoryName(folder)!);

    private static KeyValuePair<string, JsonElement> Section(string name, string json) => KeyValuePair.Create(name, JsonDocument.Parse(json).RootElement);

    private static Finding Finding(string rule, string severity, string? path, int? line = null) => new($"fnd_{rule}_{path}", "archivist", rule, severity, "Title of " + rule, path, line, "Evidence.", "Do it.");

    private static CharterDocument Charter(params Finding[] findings) => new() { Version = 1, Findings = findings };
}

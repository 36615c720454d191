using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Reports;

namespace Charterhouse.Orchestrator.Tests.Reports;

public sealed class SectionChangesTests
{
    [Fact]
    public void Compare_Modules_SaysWhatCameWentMovedAndChangedItsLayer() =>
        Structure(
            Section([Module("web", "src/web", "core"), Module("core", "src/core"), Module("old", "src/old"), Module("mail", "src/mail")], [["core", "mail", "old"], ["web"]]),
            Section([Module("web", "src/web", "core", "mail"), Module("kernel", "src/core"), Module("mail", "lib/mail", "kernel"), Module("new", "src/new")], [["kernel", "new"], ["mail"], ["web"]])).ShouldBe(
        [
            "New modules: new (src/new).",
            "Modules that are gone: old (src/old).",
            "Modules that moved: mail from src/mail to lib/mail.",
            "Modules with another name: core → kernel.",
            "New dependencies between modules: web → mail, mail → kernel.",
            "Dependencies between modules that are gone: web → kernel.",
            "Modules in another layer: web 2 → 3, mail 1 → 2.",
        ]);

    [Fact]
    public void Compare_ModulesWithOtherFigures_IsNoNews() =>
        Structure(Section([Module("a", "a")], [["a"]]), Section([Module("a", "a") with { Lines = 900, Files = 7 }], [["a"]]) with { InternalImports = 12, Method = "Otherwise." }).ShouldBeEmpty();

    [Fact]
    public void Compare_Circles_SaysWhichAppearedChangedAndWent() =>
        Structure(
            Section([], []) with { Cycles = [Circle("a", "b"), Circle("m", "n"), Circle("x", "y")] },
            Section([], []) with { Cycles = [Circle("y", "x"), Circle("b", "a", "c"), Circle("p", "q")] }).ShouldBe(
        [
            "The circle of a and b changed: c joined.",
            "A circle appeared: p and q depend on each other.",
            "A circle is gone: m and n no longer all depend on each other.",
        ]);

    [Fact]
    public void Compare_ModuleListThatWasCut_TellsTheNumberAndNoNames() =>
        Structure(Section([Module("a", "a")], []) with { ModuleCount = 140 }, Section([Module("b", "b")], []) with { ModuleCount = 143 }).ShouldBe(["Modules went from 140 to 143."]);

    [Fact]
    public void Compare_EntryPoints_SaysWhatCameWentMovedAndListensElsewhere() =>
        Compare(SectionNames.EntryPoints,
            new EntryPointsSection(4, [new("web service", "shop", "src/Shop.csproj", 1, null), new("container", "shop", "Dockerfile", 3, "port 80"), new("program", "seed", "seed.go", 1, null), new("program", "tool", "a/tool.go", 1, null)]),
            new EntryPointsSection(4, [new("web service", "shop", "src/Shop.csproj", 9, null), new("container", "shop", "Dockerfile", 3, "port 8080"), new("command-line tool", "shopctl", "ctl.go", 1, null), new("program", "tool", "b/tool.go", 1, null)])).ShouldBe(
        [
            "New entry points: command-line tool shopctl (ctl.go).",
            "Entry points that are gone: program seed (seed.go).",
            "Entry points that moved: tool from a/tool.go to b/tool.go.",
            "Entry points that do something else: shop (port 80 → port 8080).",
        ]);

    [Fact]
    public void Compare_Tests_SaysFrameworksFiguresAndWhatHasNone() =>
        Compare(SectionNames.Tests,
            Tests([new("xUnit", 10, 0, 2, "t.cs", 1, new CiEvidence("dotnet test", "ci.yml", 3)), new("Jest", 5, 0, 1, "t.js", 1, null)], 15, 100, 400) with { Untested = ["src/a"], Coverage = [new("codecov", "codecov.yml", 2, "80 %")] },
            Tests([new("xUnit", 12, 1, 2, "t.cs", 1, null), new("pytest", 4, 0, 1, "t.py", 1, null)], 16, 200, 400) with { Disabled = 1, Untested = ["src/b"], Coverage = [new("codecov", "codecov.yml", 2, "85 %")] }).ShouldBe(
        [
            "New test frameworks: pytest (4 tests).",
            "Test frameworks that are gone: Jest.",
            "No longer run by continuous integration: xUnit.",
            "Tests went from 15 to 16, disabled ones from 0 to 1.",
            "Lines of tests for each line of source: 0.25 → 0.50.",
            "Modules newly without tests: src/b.",
            "Modules no longer without tests: src/a.",
            "New coverage settings: codecov 85 % (codecov.yml).",
            "Coverage settings that are gone: codecov 80 % (codecov.yml).",
        ]);

    [Fact]
    public void Compare_Workflows_SaysWhatStartsAndRunsThem() =>
        Compare(SectionNames.Ci,
            new CiSection([Workflow("ci.yml", "CI", 2, [new("push", ["branches main"]), new("pull_request", [])], ["make test"]), Workflow("nightly.yml", null, 1, [], [])], []),
            new CiSection([Workflow("ci.yml", "CI", 3, [new("push", []), new("pull_request", [])], ["make check"]), Workflow("release.yml", "Release", 1, [], [])], ["odd.yml"])).ShouldBe(
        [
            "New workflows: Release (.github/workflows/release.yml).",
            "Workflows that are gone: .github/workflows/nightly.yml.",
            "Triggers new in ci.yml: push.",
            "Triggers gone from ci.yml: push (branches main).",
            "Commands new in ci.yml: make check.",
            "Commands gone from ci.yml: make test.",
            "Jobs: ci.yml 2 → 3.",
            "Continuous integration that can no longer be read: odd.yml.",
        ]);

    [Fact]
    public void Compare_StaleAreas_SaysWhichRestAndWhichDoNoLonger() =>
        Compare(SectionNames.StaleAreas, new StaleAreasSection("Before.", [Area("lib/a"), Area("lib/b")]), new StaleAreasSection("After.", [Area("lib/b"), Area("lib/c")])).ShouldBe(
        [
            "Areas that went stale: lib/c (last change 2021-04-27).",
            "Areas that are no longer stale: lib/a.",
        ]);

    [Fact]
    public void Compare_FullListOfStaleAreas_DoesNotTellWhatMayHaveStoodBehindIt() =>
        Compare(SectionNames.StaleAreas, new StaleAreasSection("", [.. Enumerable.Range(0, StaleAreasSection.Limit).Select(i => Area("a" + i))]), new StaleAreasSection("", [.. Enumerable.Range(1, StaleAreasSection.Limit).Select(i => Area("a" + i))])).ShouldBeEmpty();

    [Fact]
    public void Compare_SectionThatIsNew_IsToldAsOne() =>
        CharterDiff.Compare(new CharterDocument { Version = 1 }, Charter(SectionNames.EntryPoints, new EntryPointsSection(0, []))).ShouldBe(["New sections: entry points."]);

    private static IReadOnlyList<string> Structure(StructureSection before, StructureSection after) => Compare(SectionNames.Structure, before, after);

    private static IReadOnlyList<string> Compare<T>(string name, T before, T after) => CharterDiff.Compare(Charter(name, before), Charter(name, after) with { Version = 2 });

    private static CharterDocument Charter<T>(string name, T section) => new() { Version = 1, Sections = [KeyValuePair.Create(name, CanonicalJson.ToElement(section))] };

    private static StructureSection Section(ModuleRow[] modules, IReadOnlyList<IReadOnlyList<string>> layers) => new("As ever.", modules.Length, modules, layers, [], 1, 1, null);

    private static ModuleRow Module(string name, string path, params string[] uses) => new(name, path, "folder", "C#", 1, 10, 0, uses.Length, uses);

    private static DependencyCycle Circle(params string[] members) => new(members, [], null);

    private static TestsSection Tests(TestFramework[] frameworks, int cases, long lines, long source) => new(frameworks, cases, 0, 1, lines, 1, source, [], 0, [], []);

    private static CiWorkflow Workflow(string file, string? name, int jobs, CiTrigger[] triggers, string[] commands) =>
        new("GitHub Actions", ".github/workflows/" + file, name, triggers, jobs, ["ubuntu-latest"], [.. commands.Select(text => new CiCommand("test", text, 1))]);

    private static StaleArea Area(string path) => new(path, 3, 400, "2021-04-27");
}

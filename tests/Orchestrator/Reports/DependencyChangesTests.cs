using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Reports;

namespace Charterhouse.Orchestrator.Tests.Reports;

public sealed class DependencyChangesTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public void Compare_Packages_NamesWhatCameWentMovedAndFloats() =>
        Compare(
            Section([Package("chalk", "5.0.0"), Package("left-pad", "^1.0.0"), Package("gone", "1"), Package("lib", "^2.0.0", "2.1.0"), Package("same", "1")]),
            Section([Package("chalk", "*", floating: "*"), Package("left-pad", "^1.3.0"), Package("lib", "^2.0.0", "2.2.0"), Package("new", "3", "3.0.1"), Package("loose", null, floating: "no version"), Package("same", "1") with { Path = "moved/package.json", Line = 9, Manifests = 3 }])).ShouldBe(
        [
            "New dependencies: loose no version (npm), new 3.0.1 (npm).",
            "Dependencies that are gone: gone (npm).",
            "Dependencies in another version: chalk 5.0.0 → *, left-pad ^1.0.0 → ^1.3.0, lib 2.1.0 → 2.2.0.",
            "Newly floating: chalk (npm: *), loose (npm: no version).",
        ]);

    [Fact]
    public void Compare_CharterOfAnOlderProgram_DoesNotTellFloatingAsNews() =>
        Compare(Section([Package("chalk", "*")]), Section([Package("chalk", "*", floating: "*")])).ShouldBeEmpty();

    [Fact]
    public void Compare_LockFileThatIsGone_LetsItsPackagesFloat() =>
        Compare(
            Section([Package("requests", null, "2.31.0")]) with { Ecosystems = [Ecosystem("PyPI", 2, 40)] },
            Section([Package("requests", null, floating: "no version")]) with { Ecosystems = [Ecosystem("PyPI", 3, null)] }).ShouldBe(
        [
            "Newly floating: requests (npm: no version).",
            "Development dependencies: PyPI 2 → 3.",
            "Locked packages: PyPI 40 → no lock file.",
        ]);

    [Fact]
    public void Compare_ListThatWasCut_TellsTheNumberAndNoNames() =>
        Compare(Section([Package("a", "1"), Package("b", "1")]) with { DirectCount = 140 }, Section([Package("a", "2"), Package("c", "1", floating: "x")]) with { DirectCount = 143 })
            .ShouldBe(["Direct dependencies went from 140 to 143.", "Dependencies in another version: a 1 → 2."]);

    [Fact]
    public void Compare_ImagesAndActions_AreToldByNameAndVersion() =>
        Compare(
            Section([]) with { Images = [Image("registry:5000/base"), Image("node:20"), Image("redis:7")], Actions = [Action("actions/checkout", "v3"), Action("actions/cache", "v4"), Action("actions/cache", "v3")] },
            Section([]) with { Images = [Image("registry:5000/base:2"), Image("node:22@" + Digest), Image("node:22@" + Digest)], Actions = [Action("actions/checkout", "0123456789012345678901234567890123456789"), Action("actions/cache", "v4"), Action("o/new", "v1")] }).ShouldBe(
        [
            "Images that are gone: redis.",
            "Images in another version: node 20 → 22@sha256:0123456789ab, registry:5000/base no version → 2.",
            "New actions: o/new v1.",
            "Actions in another version: actions/cache v3 and v4 → v4, actions/checkout v3 → 0123456789.",
        ]);

    private static IReadOnlyList<string> Compare(DependenciesSection before, DependenciesSection after) => CharterDiff.Compare(Charter(before), Charter(after) with { Version = 2 });

    private static CharterDocument Charter(DependenciesSection section) => new() { Version = 1, Sections = [KeyValuePair.Create(SectionNames.Dependencies, CanonicalJson.ToElement(section))] };

    private static DependenciesSection Section(DirectDependency[] direct) => new([], direct, direct.Length, [], []);

    private static DirectDependency Package(string name, string? requirement, string? locked = null, string? floating = null) => new("npm", name, requirement, locked, 1, "package.json", 1, floating);

    private static EcosystemDependencies Ecosystem(string name, int development, int? locked) => new(name, 1, 0, 1, development, locked, [], 0, 0, []);

    private static ImageUse Image(string image) => new(image, "base", "Dockerfile", 1);

    private static ActionUse Action(string action, string reference) => new(action, reference, 1, ".github/workflows/ci.yml", 1);
}

using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Examiner;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Modules;

public sealed class ModuleMapTests
{
    private const string Ada = "Ada Example <ada@example.org>";

    [Fact]
    public async Task FolderOf_Path_IsTheInnermostModuleElseTheFolderAtTheTop()
    {
        var map = (await MapAsync(repository => repository
            .File("services/Agents/Agents.csproj", "<Project />").File("services/Agents/A.cs", "class A { }\n")
            .File("tests/Agents/Agents.Tests.csproj", "<Project />").File("tests/Agents/T.cs", "class T { }\n")
            .File("web/page.py", "x = 1\n").File("main.go", "package main\n"))).Modules;

        map.FolderOf("services/Agents/Scan/Gone.cs").ShouldBe("services/Agents");
        map.FolderOf("tests/Agents/T.cs").ShouldBe("tests/Agents");
        map.FolderOf("web/deep/er.py").ShouldBe("web");
        map.FolderOf("docs/a.md").ShouldBe("docs");
        map.FolderOf("README.md").ShouldBe(".");
    }

    [Fact]
    public async Task Describe_MavenAtTheTop_IsDividedByItsPackagesWhateverTheseAreCalled()
    {
        var result = await StructureAsync(repository => repository
            .File("pom.xml", "<project><artifactId>clinic</artifactId></project>")
            .File("src/main/java/org/acme/samples/owner/Owner.java", "package org.acme.samples.owner;\nimport org.acme.samples.model.Person;\nclass Owner extends Person { }\n")
            .File("src/main/java/org/acme/samples/model/Person.java", "package org.acme.samples.model;\npublic class Person { }\n")
            .File("src/main/resources/db/schema.sql", "create table a (b int);\n")
            .File("src/test/java/org/acme/samples/owner/OwnerTests.java", "package org.acme.samples.owner;\nclass OwnerTests { @Test void a() { } }\n"));

        result.Modules.Select(module => $"{module.Name} → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal).ShouldBe(["samples/model → ", "samples/owner → samples/model"]);
    }

    [Fact]
    public async Task Describe_MavenModules_DependAsTheirPomsDeclare()
    {
        var result = await StructureAsync(repository => repository
            .File("pom.xml", "<project><groupId>g</groupId><artifactId>all</artifactId><modules><module>core</module><module>web</module></modules></project>")
            .File("core/pom.xml", "<project><parent><groupId>g</groupId></parent><artifactId>g-core</artifactId></project>").File("core/src/main/java/C.java", "class C { }\n")
            .File("core/src/main/resources/template/pom.xml", "<project><artifactId>made</artifactId></project>").File("core/src/main/resources/template/src/main/java/X.java", "class X { }\n")
            .File("web/pom.xml", "<project><parent><groupId>g</groupId></parent><artifactId>g-web</artifactId><dependencies>\n<dependency><groupId>g</groupId><artifactId>g-core</artifactId></dependency></dependencies></project>")
            .File("web/src/main/java/W.java", "class W { }\n"));

        result.Modules.Select(module => $"{module.Name} ({module.System}) → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal)
            .ShouldBe(["g-core (Maven module) → ", "g-web (Maven module) → g-core"]);
        result.Layers.Select(layer => string.Join(',', layer)).ShouldBe(["g-core", "g-web"]);
    }

    [Fact]
    public async Task Describe_GradleSettings_MakeModulesOfWhatTheyInclude()
    {
        var result = await StructureAsync(repository => repository
            .File("settings.gradle", "// include 'gone'\ninclude 'clients',\n    'storage:api',\n    'tools'\nproject(':storage:api').name = 'storage-api'\n")
            .File("build.gradle", "project(':tools') {\n  dependencies {\n    implementation project(':clients')\n    testImplementation project(':storage:storage-api')\n  }\n}\nproject(':clients') {\n  dependencies { api project(':storage:storage-api') }\n}\n")
            .File("clients/src/main/java/C.java", "class C { }\n").File("storage/api/src/main/java/S.java", "class S { }\n").File("tools/src/main/java/T.java", "class T { }\n"));

        result.Modules.Select(module => $"{module.Name} {module.Path} → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal)
            .ShouldBe(["clients clients → storage-api", "storage-api storage/api → ", "tools tools → clients"]);
    }

    [Fact]
    public async Task Describe_GradleAccessors_LeadToProjectsButNotFromSourceSetsOfTests()
    {
        var result = await StructureAsync(repository => repository
            .File("settings.gradle.kts", "include(\":mock-server\")\nproject(\":mock-server\").name = \"mock-server3\"\ninclude(\":ok\", \":util\")\n")
            .File("ok/build.gradle.kts", "kotlin {\n  sourceSets {\n    val jvmTest by getting {\n      dependencies {\n        implementation(projects.mockServer3)\n      }\n    }\n    commonMain {\n      dependencies { api(projects.util) }\n    }\n  }\n}\n")
            .File("ok/src/main/kotlin/O.kt", "class O\n").File("ok/src/jvmTest/kotlin/OTest.kt", "class OTest\n")
            .File("mock-server/build.gradle.kts", "dependencies {\n  api(projects.ok)\n}\n").File("mock-server/src/main/kotlin/M.kt", "class M\n")
            .File("util/build.gradle.kts", "").File("util/src/main/kotlin/U.kt", "class U\n"));

        result.Modules.Select(module => $"{module.Name} → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal).ShouldBe(["mock-server3 → ok", "ok → util", "util → "]);
        result.Cycles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Describe_CMakeTargets_MakeModulesAndDependencies()
    {
        var facts = await FactsAsync(repository => repository
            .File("CMakeLists.txt", "project(thing)\n# add_subdirectory(gone)\nadd_subdirectory(base)\nadd_subdirectory(net)\nadd_subdirectory(app)\n")
            .File("base/CMakeLists.txt", "add_library(base STATIC base.c)\n").File("base/base.c", "int base(void) { return 1; }\n")
            .File("net/CMakeLists.txt", "own_cc_library(\n  NAME net\n  SRCS net.c\n  DEPS thing::base\n)\n").File("net/net.c", "int net(void) { return 1; }\n")
            .File("app/CMakeLists.txt", "\nadd_executable(thingd main.c)\ntarget_link_libraries(thingd PRIVATE net ${LIBS})\n").File("app/main.c", "int main(void) { return 0; }\n"));
        var result = ArchitectAgent.Describe(Scans.Context(facts.HeadSha), facts);

        var structure = Section<StructureSection>(result, SectionNames.Structure);
        structure.Modules.Select(module => $"{module.Name} → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal).ShouldBe(["app → net", "base → ", "net → base"]);
        Section<EntryPointsSection>(result, SectionNames.EntryPoints).Points.Select(point => $"{point.Name} {point.Path}:{point.Line} {point.Detail}").ShouldBe(["thingd app/CMakeLists.txt:2 app/main.c"]);
    }

    [Fact]
    public async Task Describe_PackagesOfAWorkspace_DependAsTheirManifestsDeclare()
    {
        var result = await StructureAsync(repository => repository
            .File("packages/a/package.json", "{ \"name\": \"@x/a\", \"dependencies\": { \"@x/b\": \"workspace:*\" } }").File("packages/a/src/index.ts", "export const a = 1;\n")
            .File("packages/b/package.json", "{ \"name\": \"@x/b\", \"devDependencies\": { \"@x/a\": \"workspace:*\" } }").File("packages/b/src/index.ts", "export const b = 1;\n"));

        result.Modules.Select(module => $"{module.Name} → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal).ShouldBe(["@x/a → @x/b", "@x/b → "]);
    }

    [Fact]
    public async Task Describe_LibrariesAndScriptsBesideTheSource_AreNoModules()
    {
        var code = string.Concat(Enumerable.Range(0, 40).Select(i => $"int f{i}(void);\n"));
        var result = await StructureAsync(repository => repository
            .File("src/server.c", code).File("core/list.c", code).File("core/list_benchmark.cc", code).File("deps/lua/lua.c", code).File("support/release.py", "print(1)\n"));

        result.Modules.Select(module => module.Name).Order(StringComparer.Ordinal).ShouldBe(["core", "src"]);
        result.Modules.Single(module => module.Name == "core").Files.ShouldBe(1);
    }

    [Theory]
    [InlineData(10, "include,src")]
    [InlineData(400, "include,src")]
    public async Task Describe_HeadersWithLittleSource_AreTwoModules(int lines, string expected)
    {
        var result = await StructureAsync(repository => repository
            .File("CMakeLists.txt", "add_library(fmt src/a.cc)\n").File("include/fmt/a.h", string.Concat(Enumerable.Range(0, lines).Select(i => $"int f{i}();\n"))).File("src/a.cc", "#include \"fmt/a.h\"\n"));

        result.Modules.Select(module => module.Name).Order(StringComparer.Ordinal).ShouldBe(expected.Split(','));
    }

    [Fact]
    public async Task Describe_TestsApart_CountForTheModuleThatTheyImport()
    {
        var facts = await FactsAsync(repository => repository
            .File("pyproject.toml", "[project]\nname = \"shop\"\n")
            .File("src/shop/__init__.py", "from shop.api import a\n").File("src/shop/api/__init__.py", "a = 1\n").File("src/shop/store/__init__.py", "b = 1\n")
            .File("tests/test_everyday.py", "from shop.store import b\n\ndef test_b():\n    assert b\n"));

        var tests = Section<TestsSection>(ExaminerAgent.Describe(Scans.Context(facts.HeadSha), facts), SectionNames.Tests);
        tests.Modules.Single(module => module.Cases > 0).Path.ShouldBe("src/shop/store");
    }

    [Fact]
    public async Task Draw_FoldersThatAllUseEachOther_LeavesOutWhatFollows()
    {
        const int count = 12;
        var result = await StructureAsync(repository =>
        {
            repository.File("go.mod", "module example.org/m\n");
            for (var i = 0; i < count; i++)
                repository.File($"p{i:00}/p.go", $"package p\n\nimport (\n{string.Concat(Enumerable.Range(0, count).Where(j => j != i).Select(j => $"\t\"example.org/m/p{j:00}\"\n"))})\n");
        });

        result.Diagram!.Boxes.Count.ShouldBe(count);
        result.Diagram.Edges.Count.ShouldBeLessThanOrEqualTo(count);
        result.Diagram.LeftOut.ShouldBe(count * (count - 1) - result.Diagram.Edges.Count);
    }

    [Theory]
    [InlineData("settings.gradle", "include 'a")]
    [InlineData("settings.gradle", "}}}} include(((( /* ")]
    [InlineData("settings.gradle", "include '..', ':..:..:etc'\nproject(':a').projectDir = file('../../x')")]
    [InlineData("CMakeLists.txt", "add_library(\"a")]
    [InlineData("CMakeLists.txt", "add_subdirectory(../../..)\n#[[ open\nadd_library(a)")]
    [InlineData("CMakeLists.txt", "add_library(a b\\")]
    [InlineData("pom.xml", "<project><modules><module>../..</module>")]
    [InlineData("pom.xml", "<project><modules><module>../../..</module><module></module></modules></project>")]
    public async Task Describe_BrokenProjectFile_SaysNothing(string path, string text) =>
        (await StructureAsync(repository => repository.File(path, text).File("one/a.c", "int a;\n").File("two/b.c", "int b;\n"))).Modules.Count.ShouldBe(2);

    private static async Task<RepositoryFacts> FactsAsync(Action<ImportedRepository> write)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00");
        write(repository);
        return (await repository.ScanAsync(repository.Build())).Facts;
    }

    private static async Task<SourceMap> MapAsync(Action<ImportedRepository> write) => SourceMap.Of(await FactsAsync(write));

    private static async Task<StructureSection> StructureAsync(Action<ImportedRepository> write)
    {
        var facts = await FactsAsync(write);
        return Section<StructureSection>(ArchitectAgent.Describe(Scans.Context(facts.HeadSha), facts), SectionNames.Structure);
    }

    private static T Section<T>(AgentResult result, string name) => CanonicalJson.FromElement<T>(result.Sections.Single(section => section.Key == name).Value);
}

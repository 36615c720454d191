using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Architect;

public sealed class ArchitectTests
{
    private const string Ada = "Ada Example <ada@example.org>";

    [Fact]
    public async Task Describe_DotNetProjects_DependAsTheirReferencesSay()
    {
        var result = await DescribeAsync(repository => repository
            .File("App/App.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><ItemGroup>\n<ProjectReference Include=\"..\\Core\\Core.csproj\" /></ItemGroup></Project>").File("App/Program.cs", "using Core;\nRun();\n")
            .File("Core/Core.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />").File("Core/Thing.cs", "namespace Core;\nclass Thing { }\n")
            .File("tests/Core.Tests/Core.Tests.csproj", "<Project><ItemGroup><ProjectReference Include=\"../../Core/Core.csproj\" /></ItemGroup></Project>").File("tests/Core.Tests/T.cs", "using Core;\nclass T { }\n"));

        var structure = Section<StructureSection>(result, SectionNames.Structure);
        structure.Modules.Select(module => $"{module.Name} → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal).ShouldBe(["App → Core", "Core → "]);
        structure.Layers.Select(layer => string.Join(',', layer)).ShouldBe(["Core", "App"]);
        Section<EntryPointsSection>(result, SectionNames.EntryPoints).Points.Select(point => $"{point.Kind} {point.Name} {point.Path}:{point.Line}").ShouldBe(["web service App App/App.csproj:1"]);
        result.Findings.ShouldBeEmpty();
    }

    /// <summary>What only looks like an import of another package is no dependency, and no circle.</summary>
    [Theory]
    [InlineData("[dependencies]\nlib-a = \"1\"\n", "\"devDependencies\": { \"@x/a\": \"*\" }", "app → lib-a|lib-a → app|@x/a → @x/b|@x/b → @x/a")]
    [InlineData("[build-dependencies]\nlib-a = \"1\"\n", "\"optionalDependencies\": { \"@x/a\": \"*\" }", "app → lib-a|lib-a → app|@x/a → @x/b|@x/b → @x/a")]
    [InlineData("[dev-dependencies]\nlib-a = \"1\"\n", "\"private\": true", "app → |lib-a → app|@x/a → @x/b|@x/b → ")]
    public async Task Describe_PackagesOfAWorkspace_DependOnlyOnWhatTheyDeclare(string cargo, string npm, string expected)
    {
        var result = await DescribeAsync(repository => repository
            .File("Cargo.toml", "[workspace]\nmembers = [\"app\", \"lib-a\"]\n")
            .File("app/Cargo.toml", "[package]\nname = \"app\"\n" + cargo).File("app/src/lib.rs", "use lib_a::Thing;\nuse lib_a::Other;\n")
            .File("lib-a/Cargo.toml", "[package]\nname = \"lib-a\"\n[dependencies]\napp.workspace = true\n").File("lib-a/src/lib.rs", "use app::X;\nuse app::Y;\n")
            .File("packages/a/package.json", "{ \"name\": \"@x/a\", \"dependencies\": { \"@x/b\": \"*\" } }").File("packages/a/src/index.ts", "import { b } from '@x/b';\nexport const a = b;\n")
            .File("packages/b/package.json", $"{{ \"name\": \"@x/b\", {npm} }}").File("packages/b/src/index.ts", "import { A } from '@x/a';\nexport const b = A.One;\n"));

        var circles = expected.StartsWith("app → lib-a", StringComparison.Ordinal);
        string.Join('|', Section<StructureSection>(result, SectionNames.Structure).Modules.Select(module => $"{module.Name} → {string.Join(',', module.DependsOn)}").OrderBy(row => row[0] == '@').ThenBy(row => row, StringComparer.Ordinal)).ShouldBe(expected);
        result.Findings.Select(finding => finding.Rule).Order(StringComparer.Ordinal).ShouldBe(circles ? ["structure/file-cycle", "structure/module-cycle", "structure/module-cycle"] : []);
    }

    [Fact]
    public async Task Describe_DeclaredLayerCrossed_NamesTheImportAndTheDeclaration()
    {
        var result = await DescribeAsync(repository => repository
            .File("ARCHITECTURE.md", "# Layers\n\nThe `core` must not depend on `web`.\n")
            .File("packages/core/package.json", "{ \"name\": \"core\", \"dependencies\": { \"web\": \"*\" } }").File("packages/core/src/index.ts", "// core\nimport { page } from 'web';\nexport const core = page;\n")
            .File("packages/web/package.json", "{ \"name\": \"web\" }").File("packages/web/src/index.ts", "export const page = 1;\n"));

        var finding = result.Findings.ShouldHaveSingleItem();
        finding.Rule.ShouldBe("intent/layer-crossed");
        (finding.Path, finding.Line).ShouldBe(("packages/core/src/index.ts", 2));
        finding.Evidence.ShouldContain("ARCHITECTURE.md:3");
    }

    [Fact]
    public async Task Describe_MovedLines_KeepTheFindingsId()
    {
        async Task<string> IdAsync(string before) => (await DescribeAsync(repository => repository
            .File("pyproject.toml", "[project]\nname = \"p\"\n").File("p/__init__.py", "").File("p/a/__init__.py", before + "from ..b import y\n").File("p/b/__init__.py", "from p.a import x\n")))
            .Findings.First(finding => finding.Rule == "structure/module-cycle").Id;

        (await IdAsync("")).ShouldBe(await IdAsync("import os\n\n"));
    }

    [Fact]
    public async Task Describe_OneGoModule_IsDividedByItsFolders()
    {
        var result = await DescribeAsync(repository => repository
            .File("go.mod", "module example.org/m\n").File("main.go", "package main\n\nimport \"example.org/m/web\"\n\nfunc main() { web.Run() }\n")
            .File("web/web.go", "package web\n\nimport (\n\t\"fmt\"\n\t\"example.org/m/store\"\n)\n").File("store/store.go", "package store\n").File("store/store_test.go", "package store\n\nimport \"example.org/m/web\"\n"));

        var structure = Section<StructureSection>(result, SectionNames.Structure);
        structure.Layers.Select(layer => string.Join(',', layer)).ShouldBe(["store", "web", "m"]);
        structure.Cycles.ShouldBeEmpty();
        (structure.InternalImports, structure.ExternalImports).ShouldBe((2, 1));
    }

    [Fact]
    public async Task Describe_CrateWorkspace_FollowsCratesAndModules()
    {
        var result = await DescribeAsync(repository => repository
            .File("Cargo.toml", "[workspace]\nmembers = [\"app\", \"lib-a\"]\n")
            .File("app/Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\nlib-a = { path = \"../lib-a\" }\n").File("app/src/main.rs", "mod cli;\nuse lib_a::deep::Thing;\nfn main() { }\n").File("app/src/cli.rs", "use super::x;\n")
            .File("lib-a/Cargo.toml", "[package]\nname = \"lib-a\"\n").File("lib-a/src/lib.rs", "pub mod deep;\n").File("lib-a/src/deep/mod.rs", "pub struct Thing;\n"));

        Section<StructureSection>(result, SectionNames.Structure).Modules.Select(module => $"{module.Name} → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal).ShouldBe(["app → lib-a", "lib-a → "]);
        Section<EntryPointsSection>(result, SectionNames.EntryPoints).Points.Select(point => $"{point.Name} {point.Path}:{point.Line}").ShouldBe(["main app/src/main.rs:3"]);
    }

    [Fact]
    public async Task Describe_ClassesWithAMain_ThoseOthersImportComeLastAndSettingsNotAtAll()
    {
        const string Main = "  public static void main(String[] a) { }\n}\n";
        var result = await DescribeAsync(repository =>
        {
            repository.File("pom.xml", "<project><artifactId>lib</artifactId></project>")
                .File("src/main/java/org/acme/run/Serve.java", "package org.acme.run;\npublic class Serve {\n" + Main)
                .File("src/main/java/org/acme/Agent.java", "package org.acme;\npublic class Agent {\n" + Main)
                .File("src/main/java/org/acme/Errors.java", "package org.acme;\npublic class Errors {\n" + Main)
                .File("src/main/java/org/acme/run/ServeConfig.java", "package org.acme.run;\npublic class ServeConfig {\n" + Main);
            for (var i = 0; i < 3; i++) repository.File($"src/main/java/org/acme/use/U{i}.java", $"package org.acme.use;\nimport org.acme.Errors;\n{(i == 0 ? "import org.acme.Agent;\n" : "")}class U{i} {{ Errors e; {(i == 0 ? "Agent a; " : "")}}}\n");
        });

        // What another file imports comes after what nobody does; "ServeConfig" only prints what it documents.
        Section<EntryPointsSection>(result, SectionNames.EntryPoints).Points.Select(point => point.Name).ShouldBe(["Serve", "Agent", "Errors"]);
    }

    [Fact]
    public async Task Describe_ProgramsBesideACrate_ReachItsModules()
    {
        var result = await DescribeAsync(repository => repository
            .File("Cargo.toml", "[workspace]\nmembers = [\"lib-a\", \"app\"]\n").File("lib-a/Cargo.toml", "[package]\nname = \"lib-a\"\n").File("lib-a/src/lib.rs", "pub struct Thing;\n")
            .File("app/Cargo.toml", "[package]\nname = \"app\"\n[target.'cfg(unix)'.dependencies]\nlib-a = { path = \"../lib-a\" }\n").File("app/src/lib.rs", "pub struct X;\n")
            .File("app/src/bin/one.rs", "use std::io;\nmod inner { use lib_a::Thing; }\nfn main() { }\n"));

        Section<StructureSection>(result, SectionNames.Structure).Modules.SelectMany(module => module.DependsOn).ShouldBe(["lib-a"]);
    }

    [Fact]
    public async Task Describe_GradleTestSourceSets_AreTests()
    {
        var result = await DescribeAsync(repository => repository
            .File("settings.gradle.kts", "include(\":a\", \":b\")\n").File("a/build.gradle.kts", "plugins { }\n").File("b/build.gradle.kts", "plugins { }\n")
            .File("a/src/main/kotlin/org/example/a/A.kt", "package org.example.a\nclass A\n")
            .File("a/src/jvmTest/kotlin/org/example/a/Support.kt", "package org.example.a\nimport org.example.b.B\nclass Support\n")
            .File("b/src/main/kotlin/org/example/b/B.kt", "package org.example.b\nimport org.example.a.A\nclass B\n"));

        Section<StructureSection>(result, SectionNames.Structure).Modules.Select(module => $"{module.Name} → {string.Join(',', module.DependsOn)}").Order(StringComparer.Ordinal).ShouldBe(["a → ", "b → a"]);
    }

    [Fact]
    public async Task Describe_ComposeAndDockerfile_TellPorts()
    {
        var result = await DescribeAsync(repository => repository
            .File("main.c", "int main(void) { return 0; }\n").File("Dockerfile", "FROM a AS b\nEXPOSE 1\nFROM c\nEXPOSE 80\nENTRYPOINT [\"/run\"]\nCMD [\"x\"]\n")
            .File("compose.yaml", "services:\n  web:\n    image: x\n    ports:\n      - \"8080:80\"\n      - target: 1\n        published: 9090\n  db:\n    image: y\nvolumes: {}\n"));

        Section<EntryPointsSection>(result, SectionNames.EntryPoints).Points.Select(point => $"{point.Kind} {point.Name} {point.Line} {point.Detail}")
            .ShouldBe(["program main 1 ", "compose service web 2 ports 8080:80, 9090", "container Dockerfile 5 port 80; [\"/run\"]"]);
    }

    [Fact]
    public async Task Describe_HeadersOfTheSystem_AreNotTakenForOwnOnes()
    {
        var result = await DescribeAsync(repository => repository
            .File("src/a/a.c", "#include <string.h>\n#include \"b/b.h\"\n#include \"twice.h\"\n").File("src/b/b.h", "#pragma once\n").File("src/b/string.h", "x\n").File("src/b/twice.h", "x\n").File("src/c/twice.h", "x\n"));

        Section<StructureSection>(result, SectionNames.Structure).Modules.SelectMany(module => module.DependsOn.Select(to => $"{module.Name} → {to}")).ShouldBe(["src/a → src/b"]);
        Section<StructureSection>(result, SectionNames.Structure).InternalImports.ShouldBe(1);
    }

    /// <summary>Only a file that is very large, and in the way of many on both sides, is one too many.</summary>
    [Theory]
    [InlineData(1_500, 15, 15, true)]
    [InlineData(1_499, 15, 15, false)]
    [InlineData(1_500, 14, 15, false)]
    [InlineData(1_500, 15, 14, false)]
    public async Task Describe_ALargeFileInTheMiddle_IsNamedWithWhatItsFiguresLeaveOut(int lines, int importers, int imported, bool named)
    {
        var result = await DescribeAsync(repository =>
        {
            repository.File("package.json", "{ \"name\": \"x\" }");
            repository.File("src/big.ts", Repeat(imported, i => $"import {{ u{i} }} from './below/u{i}';\n") + Repeat(lines - imported, i => $"export const x{i} = {i};\n"));
            for (var i = 0; i < imported; i++) repository.File($"src/below/u{i}.ts", $"export const u{i} = 1;\n");
            for (var i = 0; i < importers; i++) repository.File($"src/above/a{i}.ts", "import { x0 } from '../big';\n");
            repository.File("src/above/a.test.ts", "import { x0 } from '../big';\n").File("src/above/types.ts", "import type { X } from '../big';\n");
        });

        var finding = result.Findings.SingleOrDefault(finding => finding.Rule == "structure/god-file");
        if (!named) finding.ShouldBeNull();
        else finding.ShouldNotBeNull().Evidence.ShouldStartWith("src/big.ts has 1500 lines of code, at least 15 other source files (tests and examples apart) import it and it imports at least 15 of this repository");
    }

    [Theory]
    [InlineData("mod", false)]
    [InlineData("use crate::other", true)]
    public async Task Describe_ARustModuleAndItsOwn_AreNotCoupled(string children, bool named)
    {
        const int Files = 15;
        var result = await DescribeAsync(repository =>
        {
            var folder = children == "mod" ? "big" : "other";
            repository.File("Cargo.toml", "[package]\nname = \"x\"\n").File("src/lib.rs", "mod big;\nmod other;\n")
                .File("src/big.rs", (children == "mod" ? Repeat(Files, i => $"mod c{i};\n") : "") + Repeat(Files, i => $"use crate::{folder}::c{i}::C;\n") + Repeat(1_500, i => $"const X{i}: u8 = 1;\n"))
                .File("src/other.rs", children == "mod" ? "const O: u8 = 1;\n" : Repeat(Files, i => $"pub mod c{i};\n"));
            for (var i = 0; i < Files; i++) repository.File($"src/{folder}/c{i}.rs", "use crate::big::X0;\npub struct C;\n");
        });

        result.Findings.Select(finding => $"{finding.Rule} {finding.Path}").ShouldBe(named ? ["structure/god-file src/big.rs"] : []);
    }

    private static string Repeat(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));

    internal static async Task<AgentResult> DescribeAsync(Action<ImportedRepository> files)
    {
        using var repository = new ImportedRepository();
        files(repository.Commit(Ada, "2026-01-01T10:00:00"));
        var head = repository.Build();
        return ArchitectAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts);
    }

    internal static T Section<T>(AgentResult result, string name) => CanonicalJson.FromElement<T>(result.Sections.Single(section => section.Key == name).Value);
}

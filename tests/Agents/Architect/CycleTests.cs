using Charterhouse.Contracts.Charters;
using static Charterhouse.Agents.Tests.Architect.ArchitectTests;

namespace Charterhouse.Agents.Tests.Architect;

public sealed class CycleTests
{
    [Fact]
    public async Task Describe_PackagesInACircle_NameTheImports()
    {
        var result = await DescribeAsync(repository => repository
            .File("packages/a/package.json", "{ \"name\": \"@x/a\", \"dependencies\": { \"@x/b\": \"*\" } }").File("packages/a/src/index.ts", "import { b } from '@x/b';\nexport const a = b;\n").File("packages/a/src/more.ts", "import '@x/b';\n")
            .File("packages/b/package.json", "{ \"name\": \"@x/b\", \"peerDependencies\": { \"@x/a\": \"*\" } }").File("packages/b/src/index.ts", "// b\nimport { a } from '@x/a';\nexport const b = a;\n").File("packages/b/src/more.ts", "import '@x/a';\n")
            .File("packages/b/src/b.test.ts", "import { c } from '@x/c';\n")
            .File("packages/c/package.json", "{ \"name\": \"@x/c\" }").File("packages/c/src/index.ts", "import type { b } from '@x/b';\n"));

        var cycle = Section<StructureSection>(result, SectionNames.Structure).Cycles.ShouldHaveSingleItem();
        cycle.Members.ShouldBe(["@x/a", "@x/b"]);
        cycle.Imports.Select(place => $"{place.Path}:{place.Line} {place.To}").ShouldBe(["packages/a/src/index.ts:1 packages/b/src/index.ts", "packages/b/src/index.ts:2 packages/a/src/index.ts"]);
        result.Findings.Select(finding => $"{finding.Severity} {finding.Rule}").ShouldBe(["medium structure/module-cycle", "low structure/file-cycle"]);
    }

    [Theory]
    [InlineData("import { b } from '@x/b';\nimport '@x/b';\n", "medium")]
    [InlineData("import { b } from '@x/b';\nimport type { B } from '@x/b';\n", "low")]
    public async Task Describe_ACircleThatRestsOnOneImport_IsLow(string imports, string severity)
    {
        var result = await DescribeAsync(repository => repository
            .File("packages/a/package.json", "{ \"name\": \"@x/a\", \"dependencies\": { \"@x/b\": \"*\" } }").File("packages/a/src/index.ts", imports)
            .File("packages/b/package.json", "{ \"name\": \"@x/b\", \"dependencies\": { \"@x/a\": \"*\" } }").File("packages/b/src/index.ts", "import { a } from '@x/a';\nimport '@x/a';\n"));

        result.Findings.Single(finding => finding.Rule == "structure/module-cycle").Severity.ShouldBe(severity);
    }

    [Fact]
    public async Task Describe_ACircleThatRestsOnAManifest_IsLow()
    {
        var result = await DescribeAsync(repository => repository
            .File("packages/a/package.json", "{ \"name\": \"@x/a\", \"dependencies\": { \"@x/b\": \"*\" } }").File("packages/a/src/index.ts", "import { b } from '@x/b';\nimport '@x/b';\n")
            .File("packages/b/package.json", "{ \"name\": \"@x/b\", \"dependencies\": { \"@x/a\": \"*\" } }").File("packages/b/src/index.ts", "export const b = 1;\n"));

        result.Findings.Single(finding => finding.Rule == "structure/module-cycle").Severity.ShouldBe("low");
    }

    [Theory]
    [InlineData("src/x/_vendor", "README.md", false)]
    [InlineData("src/x/external", "vendor.txt", false)]
    [InlineData("src/x/external", "README.md", true)]
    public async Task Describe_CopiedLibraries_AreNotTheRepositorys(string folder, string list, bool found)
    {
        var result = await DescribeAsync(repository => repository
            .File("CMakeLists.txt", "project(x)\n").File("src/x/a.c", "int a;\n").File($"{folder}/{list}", "x\n").File($"{folder}/a/a.h", "#include \"../b/b.h\"\n").File($"{folder}/b/b.h", "#include \"../a/a.h\"\n"));
        result.Findings.Any(finding => finding.Rule == "structure/file-cycle").ShouldBe(found);
    }

    [Theory]
    [InlineData("BUILD.bazel", false)]
    [InlineData("BUILD", false)]
    [InlineData("README.md", true)]
    public async Task Describe_FoldersWithBazelTargets_AreNotTheModules(string file, bool found)
    {
        var result = await DescribeAsync(repository => repository
            .File("src/a/a.h", "#include \"src/b/b.h\"\n").File("src/a/c.h", "int c;\n").File("src/b/b.h", "#include \"src/a/c.h\"\n").File($"src/a/{file}", "x\n").File($"src/b/{file}", "x\n"));

        Section<StructureSection>(result, SectionNames.Structure).Cycles.ShouldHaveSingleItem();
        result.Findings.Any(finding => finding.Rule == "structure/module-cycle").ShouldBe(found);
    }

    [Fact]
    public async Task Describe_ACMakeProjectAndItsFolders_AreOnePackage()
    {
        var result = await DescribeAsync(repository => repository
            .File("CMakeLists.txt", "project(x)\nadd_subdirectory(a)\nadd_subdirectory(b)\n").File("a/CMakeLists.txt", "add_library(a a.c)\n").File("b/CMakeLists.txt", "add_library(b b.c)\n")
            .File("a/a.c", "#include \"include/x.h\"\n").File("a/a.h", "int a;\n").File("b/b.c", "#include \"a/a.h\"\n").File("include/x.h", "int x;\n").File("port/p.c", "#include \"a/a.h\"\n"));

        Section<StructureSection>(result, SectionNames.Structure).Cycles.ShouldHaveSingleItem();
        result.Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("from shop import app\n", "")]
    [InlineData("from shop import app\nfrom shop.json import load\n", "shop/json and shop/sansio depend on each other: shop/json/__init__.py:2 → shop/sansio/__init__.py; shop/sansio/__init__.py:2 → shop/json/__init__.py.")]
    public async Task Describe_AFolderAndItsSubfolders_AreOnePackageUnlessTheseFormACircle(string sansio, string finding)
    {
        var result = await DescribeAsync(repository => repository
            .File("shop/__init__.py", "from shop.json import load\nfrom shop.sansio import run\n").File("shop/app.py", string.Concat(Enumerable.Repeat("x = 1\n", 40)))
            .File("shop/json/__init__.py", "from shop import app\nfrom shop.sansio import run\n" + string.Concat(Enumerable.Repeat("y = 1\n", 40)))
            .File("shop/sansio/__init__.py", sansio + string.Concat(Enumerable.Repeat("z = 1\n", 40)))
            .File("web/__init__.py", "import shop\n" + string.Concat(Enumerable.Repeat("w = 1\n", 40))));

        Section<StructureSection>(result, SectionNames.Structure).Cycles.Count.ShouldBe(1);
        result.Findings.Where(one => one.Rule == "structure/module-cycle").Select(one => one.Evidence).ShouldBe(finding.Length == 0 ? [] : [finding]);
    }

    /// <summary>So many are one thing by intent, also when the folder around them is what makes them so many.</summary>
    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Describe_ManyFoldersInACircle_AreOneThing(int folders, bool found)
    {
        var result = await DescribeAsync(repository =>
        {
            repository.File("shop/__init__.py", "from shop.f0 import x\n").File("shop/app.py", string.Concat(Enumerable.Repeat("x = 1\n", 40))).File("web/__init__.py", "import shop\n" + string.Concat(Enumerable.Repeat("w = 1\n", 40)));
            for (var i = 0; i < folders; i++) repository.File($"shop/f{i}/__init__.py", $"from shop import app\nfrom shop.f{(i + 1) % folders} import x\n" + string.Concat(Enumerable.Repeat("z = 1\n", 40)));
        });

        result.Findings.Any(one => one.Rule == "structure/module-cycle").ShouldBe(found);
    }

    /// <summary>A shorter circle within one folder is not what the finding is about; more files than are listed are counted all the same.</summary>
    [Fact]
    public async Task Describe_FilesInACircleAcrossFolders_ShowAWayThatCrossesThem()
    {
        var result = await DescribeAsync(repository =>
        {
            repository.File("package.json", "{ \"name\": \"x\" }")
                .File("src/a/one.ts", "import './two';\n").File("src/a/two.ts", "import './one';\n// out\nimport { b } from '../b/in';\n").File("src/b/in.ts", "import type { T } from '../a/one';\nimport { u } from './u0';\n")
                .File("src/c/t.ts", "import type { V } from '../d/v';\n").File("src/d/v.ts", "import '../c/t';\n").File("src/e/s.ts", "import './r';\n").File("src/e/r.ts", "import './s';\n");
            for (var i = 0; i < 40; i++) repository.File($"src/b/u{i}.ts", $"import './in';\nimport './u{i + 1}';\n");
            repository.File("src/b/u40.ts", "import '../a/one';\n");
        });

        var finding = result.Findings.Where(finding => finding.Rule == "structure/file-cycle").ShouldHaveSingleItem();
        (finding.Path, finding.Line).ShouldBe(("src/a/two.ts", 3));
        finding.Evidence.ShouldStartWith("44 files ");
        finding.Evidence.ShouldContain("folders: src/a/two.ts:3 → src/b/in.ts; src/b/in.ts:2 → src/b/u0.ts; ");
    }

    /// <summary>The compiler takes away an import of which only types are used.</summary>
    [Theory]
    [InlineData("import { T } from", "export interface T { }\nexport type U = T;\n", false)]
    [InlineData("import { T } from", "export interface T { }\nexport const u = 1;\n", false)]
    [InlineData("import { T, V as W } from", "export type T = { u: 1 };\ntype V = T;\nexport type { V };\nexport const u = 1;\n", false)]
    [InlineData("import { type T, type U } from", "export { T, U } from './elsewhere';\n", false)]
    [InlineData("import { T, u } from", "export interface T { }\nexport const u = 1;\n", true)]
    [InlineData("import { T } from", "export interface T { }\nexport const T = 1;\n", true)]
    [InlineData("import { type T, u } from", "export interface T { }\nexport const enum u { A }\n", true)]
    [InlineData("import u, { T } from", "export interface T { }\nexport default 1;\n", true)]
    [InlineData("import * as T from", "export interface T { }\nexport const u = 1;\n", true)]
    [InlineData("import { T } from", "export abstract class T { }\n", true)]
    public async Task Describe_AnImportOfTypesAlone_MakesNoCircle(string import, string exports, bool found)
    {
        var result = await DescribeAsync(repository => repository.File("package.json", "{ \"name\": \"x\" }")
            .File("src/a/page.ts", import + " '../b/types';\nexport const a = 1;\n").File("src/b/types.ts", "import { a } from '../a/page';\n" + exports));

        result.Findings.Any(finding => finding.Rule == "structure/file-cycle").ShouldBe(found);
    }
}

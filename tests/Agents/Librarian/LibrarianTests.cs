using Charterhouse.Agents.Librarian;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using System.Text.Json;

namespace Charterhouse.Agents.Tests.Librarian;

public sealed class LibrarianTests
{
    [Fact]
    public async Task Describe_Workspace_CountsAndNamesVersions()
    {
        var (section, findings) = await DescribeAsync(
            ("package.json", "{ \"private\": true, \"workspaces\": [\"packages/*\"], \"devDependencies\": { \"tool\": \"^5\" } }"),
            ("packages/a/package.json", "{ \"name\": \"@x/a\", \"dependencies\": { \"lib\": \"^1.0.0\", \"@x/b\": \"*\" } }"),
            ("packages/b/package.json", "{ \"name\": \"@x/b\", \"dependencies\": { \"lib\": \"^2.0.0\", \"lost\": \"1\" } }"),
            ("test/fixtures/broken/package.json", "{ \"dependencies\": { \"x\": \"latest\" }"),
            ("package-lock.json", "{ \"packages\": { \"node_modules/lib\": { \"version\": \"1.0.1\" }, \"packages/b/node_modules/lib\": { \"version\": \"2.0.0\" }, \"node_modules/tool\": { \"version\": \"5.1.0\" }, \"node_modules/c\": { \"version\": \"1.0.0\" }, \"packages/a\": { \"version\": \"1\" }, \"packages/b\": { \"version\": \"1\" } } }"));

        var npm = section.Ecosystems.ShouldHaveSingleItem();
        (npm.Name, npm.Manifests, npm.SideManifests, npm.Runtime, npm.Development, npm.Locked).ShouldBe(("npm", 3, 0, 2, 1, 4));
        npm.LockFiles.ShouldBe(["package-lock.json"]);
        npm.TopSeveralVersions.ShouldHaveSingleItem().Versions.ShouldBe(["1.0.1", "2.0.0"]);
        section.Direct[0].ShouldBe(new DirectDependency("npm", "lib", "^1.0.0", "1.0.1", 2, "packages/a/package.json", 1));
        findings.Select(finding => (finding.Rule, finding.Path)).ShouldBe([("dependencies/lock-out-of-date", "packages/b/package.json"), ("dependencies/several-versions", "packages/a/package.json")]);
        findings[0].Evidence.ShouldContain("lost (line 1)");
    }

    [Fact]
    public async Task Describe_DotNet_FillsInCentralVersions()
    {
        var (section, findings) = await DescribeAsync(
            ("Directory.Packages.props", "<Project><ItemGroup><PackageVersion Include=\"A\" Version=\"[1.2.3]\" /></ItemGroup></Project>"),
            ("src/X/X.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"a\" /><PackageReference Include=\"F\" Version=\"2.*\" /></ItemGroup></Project>"),
            ("tests/X.Tests/X.Tests.csproj", "<Project><ItemGroup><PackageReference Include=\"Microsoft.NET.Test.Sdk\" /></ItemGroup></Project>"));

        section.Ecosystems.ShouldHaveSingleItem().ShouldSatisfyAllConditions(one => one.Manifests.ShouldBe(1), one => one.SideManifests.ShouldBe(1), one => one.Runtime.ShouldBe(2), one => one.Development.ShouldBe(1), one => one.Locked.ShouldBeNull());
        section.Direct[0].Requirement.ShouldBe("[1.2.3]");
        section.Direct.Select(one => one.Floating).ShouldBe([null, "2.*"]);
        findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(one => one.Rule.ShouldBe("dependencies/unpinned"), one => one.Evidence.ShouldContain("F (line 1: 2.*)"));
    }

    [Theory]
    [InlineData("build/parent", "<relativePath>../build/parent</relativePath>")]
    [InlineData("elsewhere", "<relativePath/>")]
    public async Task Describe_MavenModule_GetsVersionsAndPropertiesOfItsParents(string folder, string place)
    {
        var (section, _) = await DescribeAsync(
            (folder + "/pom.xml", "<project><parent><groupId>g</groupId><artifactId>top</artifactId><version>1</version><relativePath>" + string.Concat(folder.Split('/').Select(_ => "../")) + "pom.xml</relativePath></parent><artifactId>parent</artifactId><properties><guava>33.1</guava></properties>"
                + "<dependencyManagement><dependencies><dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>${guava}-jre</version></dependency></dependencies></dependencyManagement></project>"),
            ("pom.xml", "<project><groupId>g</groupId><artifactId>top</artifactId><version>1</version><properties><gson>2.11</gson><guava>1</guava></properties></project>"),
            ("core/pom.xml", "<project><parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version>" + place + "</parent><artifactId>core</artifactId><dependencies>"
                + "<dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId></dependency><dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>${gson}</version></dependency>"
                + "<dependency><groupId>g</groupId><artifactId>unknown</artifactId><version>${nowhere}</version></dependency></dependencies></project>"));

        section.Direct.Select(one => $"{one.Name} {one.Requirement}").ShouldBe(["com.google.code.gson:gson 2.11", "com.google.guava:guava 33.1-jre", "g:unknown "]);
    }

    [Fact]
    public async Task Describe_MavenParentsInACircle_End() =>
        (await DescribeAsync(
            ("a/pom.xml", "<project><parent><groupId>g</groupId><artifactId>b</artifactId><relativePath>../b</relativePath></parent><groupId>g</groupId><artifactId>a</artifactId><properties><x>${y}</x><y>${x}</y></properties><dependencies><dependency><groupId>o</groupId><artifactId>d</artifactId><version>${x}</version></dependency></dependencies></project>"),
            ("b/pom.xml", "<project><parent><groupId>g</groupId><artifactId>a</artifactId><relativePath>../a</relativePath></parent><groupId>g</groupId><artifactId>b</artifactId></project>"))).Section.Direct.ShouldHaveSingleItem().Requirement.ShouldBeNull();

    [Fact]
    public async Task Describe_GradleMapOfDependencies_GivesCoordinatesForItsAliases()
    {
        var (section, _) = await DescribeAsync(
            ("gradle/dependencies.gradle", "ext {\n  versions = [:]\n  libs = [:]\n}\nversions += [\n  jackson: \"2.16.2\", // as long as Java 8\n  scala: scalaVersion\n]\nlibs += [\n  jacksonDatabind: \"com.fasterxml.jackson.core:jackson-databind:$versions.jackson\",\n  scalaLibrary: \"org.scala-lang:scala-library:${versions.scala}\"\n]\n"),
            ("build.gradle", "project(':core') {\n  dependencies {\n    implementation libs.jacksonDatabind\n    implementation libs.scalaLibrary\n  }\n}\n"));

        section.Direct.Select(one => $"{one.Name} {one.Requirement}").ShouldBe(["com.fasterxml.jackson.core:jackson-databind 2.16.2", "org.scala-lang:scala-library "]);
    }

    [Fact]
    public async Task Describe_FoldersBesideTheProduct_CountForNobody()
    {
        var (section, findings) = await DescribeAsync(
            ("package.json", "{ \"name\": \"vase\", \"main\": \"i.js\", \"dependencies\": { \"clay\": \"1.0.0\" } }"),
            ("packages/create-vase/template-glass/package.json", "{ \"private\": true, \"dependencies\": { \"glass\": \"latest\" } }"),
            ("docs_src/package.json", "{ \"private\": true, \"dependencies\": { \"ink\": \"latest\" } }"),
            (".devcontainer/package.json", "{ \"private\": true, \"dependencies\": { \"rig\": \"latest\" } }"));

        section.Ecosystems.ShouldHaveSingleItem().ShouldSatisfyAllConditions(one => one.Manifests.ShouldBe(1), one => one.SideManifests.ShouldBe(3));
        section.Direct.ShouldHaveSingleItem().Name.ShouldBe("clay");
        findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Describe_PackagesThatDifferInTheSameManifests_AreOneFinding()
    {
        var (_, findings) = await DescribeAsync(
            ("package.json", "{ \"private\": true, \"workspaces\": [\"web/*\"] }"),
            ("web/old/package.json", "{ \"name\": \"old\", \"dependencies\": { \"react\": \"^18.0.0\", \"react-dom\": \"^18.0.0\" } }"),
            ("web/new/package.json", "{ \"name\": \"new\", \"dependencies\": { \"react\": \"^19.0.0\", \"react-dom\": \"^19.0.0\" } }"));

        findings.Where(finding => finding.Rule == "dependencies/several-versions").ShouldHaveSingleItem().Evidence
            .ShouldBe("react: ^18.0.0 in web/old/package.json:1; ^19.0.0 in web/new/package.json:1. The same holds for react-dom.");
    }

    [Theory]
    [InlineData("spring-boot3", "spring-boot4", "dependencies", false)]
    [InlineData("spring6", "boot-7/starter", "dependencies", false)]
    [InlineData("spring3-core", "spring3-web", "dependencies", true)]
    [InlineData("spring", "spring4", "dependencies", true)]
    [InlineData("one", "two", "devDependencies", false)]
    [InlineData("one", "two", "dependencies", true)]
    public async Task Describe_MajorsThatModulesAreNamedFor_MayDiffer(string one, string other, string section, bool found)
    {
        var (_, findings) = await DescribeAsync(
            ("package.json", "{ \"private\": true, \"workspaces\": [\"web/**\"] }"),
            ($"web/{one}/package.json", $"{{ \"name\": \"old\", \"{section}\": {{ \"react\": \"^18.0.0\" }} }}"), ($"web/{other}/package.json", "{ \"name\": \"new\", \"dependencies\": { \"react\": \"^19.0.0\" } }"));
        findings.Any(finding => finding.Rule == "dependencies/several-versions").ShouldBe(found);
    }

    [Theory]
    [InlineData(".gitignore", "node_modules/\npackage-lock.json\n", "info", "and .gitignore:2 ignores it")]
    [InlineData("app/.gitignore", "/yarn.lock\n", "info", "and app/.gitignore:1 ignores it")]
    [InlineData(".gitignore", "app/*-lock.json\n", "info", "and .gitignore:1 ignores it")]
    [InlineData(".gitignore", "/package-lock.json\n", "medium", "in its folder or above. It")]
    [InlineData(".gitignore", "*.json\n!package-lock.json\n", "medium", "in its folder or above. It")]
    [InlineData("other/.gitignore", "package-lock.json\n", "medium", "in its folder or above. It")]
    public async Task Describe_ALockFileThatGitIgnores_WasDecided(string path, string text, string severity, string evidence)
    {
        var (_, findings) = await DescribeAsync(("app/package.json", "{ \"private\": true, \"dependencies\": { \"a\": \"^1\" } }"), (path, text));
        var finding = findings.Single(finding => finding.Rule == "dependencies/lock-missing");
        finding.Severity.ShouldBe(severity);
        finding.Evidence.ShouldContain(evidence);
    }

    [Theory]
    [InlineData("web/old/package-lock.json", "{ \"lockfileVersion\": 3, \"packages\": { \"node_modules/react\": { \"version\": \"18.0.0\" } } }", true)]
    [InlineData("other/package.json", "{}", true)]
    [InlineData("package.json", "{ \"workspaces\": [\"web/*\"] }", false)]
    [InlineData("package-lock.json", "{ \"lockfileVersion\": 3, \"packages\": { \"web/old\": { \"version\": \"1\" }, \"web/new\": { \"version\": \"1\" }, \"node_modules/react\": { \"version\": \"18.0.0\" } } }", false)]
    public async Task Describe_ManifestsThatAreInstalledApart_MayDiffer(string path, string text, bool apart)
    {
        var (_, findings) = await DescribeAsync(
            (path, text), ("web/old/package.json", "{ \"name\": \"old\", \"dependencies\": { \"react\": \"^18.0.0\" } }"), ("web/new/package.json", "{ \"name\": \"new\", \"dependencies\": { \"react\": \"^19.0.0\" } }"));
        findings.Any(finding => finding.Rule == "dependencies/several-versions").ShouldBe(!apart);
    }

    [Theory]
    [InlineData("Dockerfile", "FROM quay.io/acme/base\n", false)]
    [InlineData("Dockerfile", "FROM quay.io/acmes/base\n", true)]
    [InlineData("Dockerfile", "FROM acme\n", true)]
    [InlineData("Dockerfile", "FROM {{ image }}\nFROM node\n", false)]
    [InlineData("Dockerfile", "<#assign x = 1>\nFROM node\n", false)]
    [InlineData("Dockerfile", "FROM node\nRUN docker inspect -f '{{.Id}}' x\n", true)]
    [InlineData("src/main/resources/org/acme/Dockerfile", "FROM node\n", false)]
    public async Task Describe_ImagesOfTheOwnerAndTemplates_AreNotReported(string path, string text, bool reported)
    {
        var (_, findings) = await DescribeAsync((path, text));
        findings.Any(finding => finding.Rule == "dependencies/image-unpinned").ShouldBe(reported);
    }

    [Theory]
    [InlineData("requirements.txt", "flask\n", "setup.py", "no version")]
    [InlineData("requirements.txt", "flask>=2\n", "setup.py", ">=2")]
    [InlineData("requirements.txt", "flask==2.0\n", "setup.py", null)]
    [InlineData("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\na = \"*\"\n", "src/lib.rs", "*")]
    [InlineData("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\na = \"*\"\n", "Cargo.lock", null)]
    public async Task Describe_Direct_SaysWhatLetsItFloat(string path, string text, string beside, string? floating)
    {
        var (section, _) = await DescribeAsync((path, text), (beside, beside == "Cargo.lock" ? "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n" : "x = 1\n"));
        section.Direct.ShouldHaveSingleItem().Floating.ShouldBe(floating);
    }

    [Theory]
    [InlineData("package.json", "{ \"private\": true, \"dependencies\": { \"a\": \"^1\" } }", "", "dependencies/lock-missing")]
    [InlineData("package.json", "{ \"name\": \"lib\", \"main\": \"x.js\", \"dependencies\": { \"a\": \"^1\" } }", "", null)]
    [InlineData("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\n", "src/main.rs", "dependencies/lock-missing")]
    [InlineData("Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\na = \"1\"\n", "src/lib.rs", null)]
    [InlineData("requirements.txt", "flask\ndjango>=4\nfine==1.0\n", "manage.py", "dependencies/unpinned")]
    [InlineData("requirements.txt", "flask\n", "setup.py", null)]
    [InlineData("package.json", "{ \"private\": true, \"dependencies\": { \"a\": \"^1\" }, }}", "", "dependencies/manifest-invalid")]
    [InlineData("examples/package.json", "{ \"private\": true, \"dependencies\": { \"a\": \"^1\" } }", "", null)]
    [InlineData("vendor/x/package.json", "{ broken", "", null)]
    [InlineData("go.mod", "module x\nrequire a.b/c v1.0.0\n", "main.go", null)]
    public async Task Describe_Manifest_FindsWhatIsLoose(string path, string text, string beside, string? rule)
    {
        var (_, findings) = await DescribeAsync(beside.Length == 0 ? [(path, text)] : [(path, text), (beside, "x = 1\n")]);
        findings.SingleOrDefault()?.Rule.ShouldBe(rule);
        findings.Count.ShouldBe(rule is null ? 0 : 1);
    }

    [Fact]
    public async Task Describe_Containers_NamesFloatingBaseImages()
    {
        var (section, findings) = await DescribeAsync(
            ("Dockerfile", "ARG TAG=22\nARG OTHER\nFROM --platform=linux/amd64 node:${TAG} AS build\nFROM build AS test\nFROM registry:5000/base\nFROM ${OTHER}\nFROM scratch\n"),
            ("compose.yaml", "services:\n  db:\n    image: postgres:${PG:-17}\n  own:\n    build: .\n    image: own\n"),
            (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: ./local\n      - uses: actions/checkout@v4\n"));

        section.Images.Select(image => $"{image.Image} {image.Path}:{image.Line}").ShouldBe(["node:22 Dockerfile:3", "registry:5000/base Dockerfile:5", "postgres:17 compose.yaml:3"]);
        section.Actions.ShouldHaveSingleItem().ShouldBe(new ActionUse("actions/checkout", "v4", 2, ".github/workflows/ci.yml", 4));
        findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(one => one.Rule.ShouldBe("dependencies/image-unpinned"), one => one.Line.ShouldBe(5));
    }

    [Fact]
    public async Task Describe_ImageToDevelopIn_IsLow()
    {
        var (_, findings) = await DescribeAsync((".gitpod.Dockerfile", "FROM acme2/workspace:latest\n"), ("Dockerfile", "FROM node\n"), ("Makefile", "image:\n\tdocker build .\n"));
        findings.Select(one => $"{one.Severity} {one.Path}").ShouldBe(["low .gitpod.Dockerfile", "medium Dockerfile"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("README.md", "Run `docker build -t x .` first.\n", "medium")]
    [InlineData("README.md", "The image is in server/.\n", "medium")]
    [InlineData("build-image.sh", "make\n", "medium")]
    [InlineData("README.md", "A library.\n", "low")]
    public async Task Describe_ImageOfADockerfileThatNothingBuilds_IsLow(string path, string text, string severity)
    {
        var (_, findings) = await DescribeAsync(("server/Dockerfile", "FROM node\n"), (path, text));
        findings.ShouldHaveSingleItem().Severity.ShouldBe(severity);
    }

    [Theory]
    [InlineData("# Awesome\n\n> A curated list of compose samples.\n", false)]
    [InlineData("# Shop\n\nA shop in several services.\n", true)]
    public async Task Describe_ARepositoryOfSamples_FloatsAsSamplesDo(string readme, bool found)
    {
        var (_, findings) = await DescribeAsync([("README.md", readme), .. "abcdef".SelectMany(name => ((string, string)[])[($"{name}/compose.yaml", "services:\n  a:\n    build: app\n"), ($"{name}/app/Dockerfile", "FROM node\n"), ($"{name}/app/requirements.txt", "flask\n")])]);
        findings.Any().ShouldBe(found);
    }

    private static async Task<(DependenciesSection Section, IReadOnlyList<Finding> Findings)> DescribeAsync(params (string Path, string Text)[] files)
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00");
        foreach (var (path, text) in files) repository.File(path, text);
        var head = repository.Build();
        var context = Scans.Context(head);
        var result = LibrarianAgent.Describe(context with { Repository = context.Repository with { Url = "https://example.org/acme/thing" } }, (await repository.ScanAsync(head)).Facts);
        return (result.Sections.ShouldHaveSingleItem().Value.Deserialize<DependenciesSection>(CanonicalJson.Options)!, result.Findings);
    }
}

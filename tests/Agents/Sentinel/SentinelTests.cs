using System.Text;
using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Agents.Sentinel;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Sentinel;

public sealed class SentinelTests
{
    private const string Ada = "Ada Example <ada@example.org>";

    [Fact]
    public async Task Describe_TokenInCode_IsCriticalAndItsValueNowhere()
    {
        var (token, other, key) = (Fakes.GitHubToken(), Fakes.NpmToken(), Fakes.PrivateKey());
        using var repository = new ImportedRepository();
        var head = repository.Commit(Ada, "2026-01-02T10:00:00")
            .File("README.md", $"# Thing\n\nThing sends reports with {token} to whom it concerns.\n")
            .File("src/app.py", $"import os\n\nTOKEN = \"{token}\"\n")
            .File("deploy/key.pem", key)
            .File(".github/workflows/a.yml", $"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm publish\n        env: {{ T: {other} }}\n")
            .Build();
        var scan = await repository.ScanAsync(head);
        var result = SentinelAgent.Describe(Scans.Context(head), scan.Facts);

        result.Findings.Where(f => f.Rule.StartsWith("secrets/", StringComparison.Ordinal)).Select(f => $"{f.Severity} {f.Rule} {f.Path}:{f.Line}").ShouldBe(
        [
            "critical secrets/token .github/workflows/a.yml:7", "high secrets/private-key deploy/key.pem:1", "critical secrets/token src/app.py:3", "medium secrets/token README.md:3",
        ], ignoreOrder: true);
        // Facts go to the database as they are, the pack compressed, the result into the charter.
        var packed = FactsPack.Read(FactsPack.Write(scan.Blobs)).Values.Select(facts => facts.Text + facts.Details);
        foreach (var kept in new[] { Encoding.UTF8.GetString(scan.Facts.Bytes()), string.Concat(packed), CanonicalJson.ToElement(result.Findings).GetRawText(), string.Concat(result.Sections.Select(section => section.Value.GetRawText())) })
            foreach (var secret in new[] { token, other, key.Split('\n')[1] })
            {
                kept.ShouldNotContain(secret);
                kept.ShouldNotContain(secret[8..]);
            }
    }

    [Fact]
    public async Task Describe_KeysOfTests_AreOneFinding()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00");
        for (var i = 0; i < 4; i++) repository.File($"tests/data/{i}.pem", Fakes.PrivateKey());
        var finding = (await FindingsAsync(repository)).Single(f => f.Rule == "secrets/private-key");
        (finding.Severity, finding.Path).ShouldBe((Severities.Info, null));
        finding.Evidence.ShouldStartWith("4 private keys");
    }

    [Fact]
    public async Task Describe_LinesMove_IdsStay()
    {
        async Task<string[]> Ids(string before)
        {
            using var repository = new ImportedRepository();
            repository.Commit(Ada, "2026-01-02T10:00:00").File("a.py", $"{before}A = \"{Fakes.GitHubToken()}\"\nB = \"{Fakes.GitHubToken(9)}\"\n");
            return (await FindingsAsync(repository)).Where(f => f.Rule == "secrets/token").Select(f => f.Id).ToArray();
        }

        var ids = await Ids("");
        ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(2);
        (await Ids("# a\n\n")).ShouldBe(ids);
    }

    [Fact]
    public async Task Describe_EnvironmentFile_IsFoundByItsNamesAndValues()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00")
            .File(".env", $"PORT=80\nSESSION_SECRET={Fakes.Random(40, 40)}\n")
            .File("web/.env", "VITE_API_KEY=" + Fakes.Random(40, 41) + "\nSECRET=changeme-changeme1\n")
            .File(".env.example", $"SESSION_SECRET={Fakes.Random(40, 42)}\n");
        var finding = (await FindingsAsync(repository)).Single(f => f.Rule == "secrets/environment-file");
        (finding.Path, finding.Line).ShouldBe((".env", 2));
    }

    [Fact]
    public async Task Describe_Programs_AreToldByContentAndFolded()
    {
        var elf = new byte[200];
        "\u007fELF"u8.CopyTo(elf);
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00")
            .File("bin/run", elf).File("lib/a.jar", new byte[500]).File("lib/b.jar", new byte[500]).File("tests/x.exe", new byte[500]).File("gradle/wrapper/gradle-wrapper.jar", new byte[500]);
        (await FindingsAsync(repository)).Where(f => f.Rule == "repository/binary-artifact").Select(f => f.Path ?? f.Evidence)
            .ShouldBe(["bin/run", "lib/ has 2 programs: a.jar, b.jar."]);
    }

    [Fact]
    public async Task Describe_Dockerfile_IsReadByStage()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00")
            .File("Dockerfile", $"FROM node AS build\nADD https://example.org/x.tgz /x\nRUN apt-get update && \\\n  curl -fsSL https://example.org/i.sh | sh\nENV API_TOKEN={Fakes.Random(24, 50)}\nFROM node\nCMD [\"x\"]\n")
            .File("ok/Dockerfile", "FROM node\nUSER 1000\nCMD [\"x\"]\n");
        (await FindingsAsync(repository)).Where(f => f.Rule.StartsWith("dockerfile/", StringComparison.Ordinal)).Select(f => $"{f.Rule} {f.Path}:{f.Line}")
            .ShouldBe(["dockerfile/remote-add Dockerfile:2", "dockerfile/pipe-to-shell Dockerfile:3", "dockerfile/secret-in-image Dockerfile:5", "dockerfile/runs-as-root Dockerfile:6"]);
    }

    [Fact]
    public async Task Describe_Policies_AreChecks()
    {
        using var repository = new ImportedRepository();
        var head = repository.Commit(Ada, "2026-01-02T10:00:00").File("go.mod", "module x\n\nrequire a v1\n").File("SECURITY.md", "# Security\n").Build();
        var result = SentinelAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts);
        result.Findings.Select(f => f.Rule).ShouldBe(["security/update-tool-missing"]);
        var section = CanonicalJson.FromElement<SecuritySection>(result.Sections.Single().Value);
        section.Checks.Where(check => check.Result == SecurityCheck.Pass).Select(check => check.Name).ShouldBe(["Binary-Artifacts", "Security-Policy"]);
        section.Rules.ShouldBe([new RuleCount("security/update-tool-missing", 1)]);
    }

    [Fact]
    public async Task Describe_KeyInATestPackageOfGo_IsOneOfTests()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("proxytest/proxytest.go", "package proxytest\n").File("proxytest/server.key", Fakes.PrivateKey()).File("latest/latest.go", "package latest\n").File("latest/server.key", Fakes.PrivateKey()).File("webtest/server.key", Fakes.PrivateKey());
        (await FindingsAsync(repository)).Where(f => f.Rule == "secrets/private-key").Select(f => $"{f.Severity} {f.Path}")
            .ShouldBe(["high latest/server.key", "high webtest/server.key", "info proxytest/server.key"], ignoreOrder: true);
    }

    [Fact]
    public async Task Describe_ProgramThatTheReadmeNames_IsKnown()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("README.md", "# T\n\nbin/ask.exe is built from https://example.org/ask.\n")
            .File("bin/ask.exe", new byte[500]).File("bin/task.exe", new byte[500]).File("a/b/c/d/ask.exe", new byte[500]);
        (await FindingsAsync(repository)).Where(f => f.Rule == "repository/binary-artifact").Select(f => f.Path).ShouldBe(["a/b/c/d/ask.exe", "bin/task.exe"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("src/x/_vendor/distlib/t32.exe", "Upstream is distlib: ")]
    [InlineData("third_party/zlib/z.dll", "Upstream is zlib: ")]
    [InlineData("src/x/external/vim.exe", "Upstream is the project that it was copied from: ")]
    public async Task Describe_ProgramOfACopiedLibrary_IsItsUpstreams(string path, string remedy)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File(path, new byte[500]).File("src/x/external/vendor.txt", "vim==1\n");
        var finding = (await FindingsAsync(repository)).Single(f => f.Rule == "repository/binary-artifact");
        finding.Severity.ShouldBe("info");
        finding.Recommendation.ShouldStartWith(remedy);
    }

    [Theory]
    [InlineData("CMD [\"go\", \"test\", \"./...\"]", false)]
    [InlineData("ENTRYPOINT python -m pytest -v", false)]
    [InlineData("CMD make -j4 test", false)]
    [InlineData("CMD [\"npm\", \"run\", \"test\"]", false)]
    [InlineData("ENTRYPOINT [\"/run-tests.sh\"]", false)]
    [InlineData("CMD tmux new 'set -e; ruby test/runner.rb | tee out'", false)]
    [InlineData("CMD [\"/bin/serve\", \"contest\"]", true)]
    public async Task Describe_ImageThatRunsTests_MayRunAsRoot(string command, bool found)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("Dockerfile", $"FROM debian:13\n{command}\n");
        (await FindingsAsync(repository)).Any(f => f.Rule == "dockerfile/runs-as-root").ShouldBe(found);
    }

    [Theory]
    [InlineData("# This file was autogenerated by dist: https://example.org\n", "dist")]
    [InlineData("# This file is managed by acme/sync.\n", "acme/sync")]
    [InlineData("---\n# Generated by mage.\n#\n# DO NOT EDIT\n", "mage")]
    [InlineData("# Uses notes generated by release-drafter\n", null)]
    [InlineData("name: x\n# This file is managed by acme\n", null)]
    public async Task Describe_WorkflowThatAProgramWrites_IsThePrograms(string head, string? generator)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File(".github/workflows/a.yml", head + "on: push\npermissions: write-all\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: other/thing@main\n");
        var findings = (await FindingsAsync(repository)).Where(f => f.Rule.StartsWith("workflows/", StringComparison.Ordinal)).ToArray();
        findings.Select(f => f.Rule).ShouldBe(["workflows/token-permissions", "workflows/unpinned-action"], ignoreOrder: true);
        findings.ShouldAllBe(f => f.Severity == (generator == null ? "medium" : "info") && f.Recommendation.Contains($"settings of {generator}, ", StringComparison.Ordinal) == (generator != null));
    }

    [Theory]
    [InlineData("Dockerfile", "ARG X={{ version }}\nFROM node\n")]
    [InlineData("Dockerfile", "<#-- for a new project -->\nFROM node\n")]
    [InlineData("src/main/resources/Dockerfile", "FROM node\n")]
    public async Task Describe_DockerfileThatIsATemplate_IsNotRead(string path, string begin)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File(path, begin + "ADD https://example.org/x.tgz /x\nCMD [\"x\"]\n");
        (await FindingsAsync(repository)).ShouldNotContain(f => f.Rule.StartsWith("dockerfile/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Describe_TheSameScriptInSeveralDockerfiles_IsOneFinding()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("a/Dockerfile", "FROM node:22\nRUN curl https://example.org/i.sh | sh\nRUN curl https://example.org/j.sh | sh\n")
            .File("b/Dockerfile", "FROM node:22\n\nRUN curl -sSf 'https://example.org/i.sh?ci=1' | sh\n").File(".devcontainer/Dockerfile", "FROM node:22\nRUN curl https://example.org/i.sh | sh\n");
        (await FindingsAsync(repository)).Where(f => f.Rule == "dockerfile/pipe-to-shell").Select(f => $"{f.Severity} {f.Evidence}").ShouldBe(
        [
            "info .devcontainer/Dockerfile:2: RUN pipes curl https://example.org/i.sh | sh.", "low a/Dockerfile:2: RUN pipes curl https://example.org/i.sh | sh; the same in b/Dockerfile:3.",
            "low a/Dockerfile:3: RUN pipes curl https://example.org/j.sh | sh.",
        ]);
    }

    [Fact]
    public async Task Describe_SeveralImagesAsRoot_AreOneFindingOfTheStagesThatAreBuilt()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("a/Dockerfile", "FROM node:22\nCMD [\"x\"]\n").File("b/Dockerfile", "FROM node:22\n\nCMD [\"x\"]\n").File("wasm/Dockerfile", "FROM scratch\nCOPY x.wasm /\nENTRYPOINT [\"x.wasm\"]\n")
            .File("c/Dockerfile", "FROM node:22 AS development\nUSER node\nCMD [\"x\"]\nFROM node:22\nCMD [\"x\"]\n").File("compose.yaml", "services:\n  c:\n    build:\n      context: c\n      target: development\n");
        (await FindingsAsync(repository)).Where(f => f.Rule == "dockerfile/runs-as-root").Select(f => f.Evidence).ShouldBe(["a/Dockerfile:1: The last stage (from node:22) has no USER; the same in b/Dockerfile:1."]);
    }

    [Fact]
    public async Task Describe_TokensOfTests_AreCountedByValueAndInventedOnesLeftOut()
    {
        var (token, invented) = (Fakes.GitHubToken(), Fakes.GitHubToken(9));
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("tests/a.js", $"a('{token}');\nb('{token}');\n").File("tests/b.js", $"a('{invented}');\nb('ghs_{invented[4..]}');\n").File("tests/sanitizer.test.js", $"a('{Fakes.NpmToken()}');\n");
        (await FindingsAsync(repository)).Where(f => f.Rule == "secrets/token").Select(f => $"{f.Severity} {f.Evidence}")
            .ShouldBe(["medium A GitHub token with the right form in 2 places: tests/a.js:1, tests/a.js:2.", "info An npm token with the right form: tests/sanitizer.test.js:1."]);
    }

    [Theory]
    [InlineData("tests/certs/README.md", "The keys are generated by openssl req -x509.\n", false)]
    [InlineData("tests/README", "Certificates for testing only.\n", false)]
    [InlineData("tests/certs/README.md", "See the wiki.\n", true)]
    [InlineData("README.md", "Run openssl req to make a key.\n", true)]
    public async Task Describe_KeysOfTestsThatAReadmeExplains_AreNotReported(string path, string text, bool found)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("tests/certs/server.key", Fakes.PrivateKey()).File(path, text);
        (await FindingsAsync(repository)).Any(f => f.Rule == "secrets/private-key").ShouldBe(found);
    }

    [Theory]
    [InlineData("lib/certs/README.rst", "Here is how to make the certificates::\n\n    import trustme\n\nThis breaks a number of tests.\n", null)]
    [InlineData("lib/README.txt", "Keys for the tests, by openssl req -x509.\n", null)]
    [InlineData("lib/certs/README.adoc", "The key was generated by cfssl.\n", "low")]
    [InlineData("lib/certs/README.md", "See the wiki.\n", "high")]
    [InlineData("README.md", "Run openssl req to make a key for the tests.\n", "high")]
    public async Task Describe_KeysOutsideTestsThatAReadmeExplains_AreNotHigh(string path, string text, string? severity)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("lib/certs/server.key", Fakes.PrivateKey()).File(path, text);
        (await FindingsAsync(repository)).FirstOrDefault(f => f.Rule == "secrets/private-key")?.Severity.ShouldBe(severity);
        (await FindingsAsync(repository)).Any(f => f.Rule == "secrets/private-key").ShouldBe(severity is not null);
    }

    [Theory]
    [InlineData("dummyserver/certs/server.key", "info")]
    [InlineData("internal/fake-ca/server.key", "info")]
    [InlineData("src/mockups/server.key", "high")]
    public async Task Describe_KeysOfWhatPretendsToBeSomething_AreOfTests(string path, string severity)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File(path, Fakes.PrivateKey());
        (await FindingsAsync(repository)).Single(f => f.Rule == "secrets/private-key").Severity.ShouldBe(severity);
    }

    /// <summary>Where people only work on the repository, nothing is released from.</summary>
    [Theory]
    [InlineData(".gitpod.Dockerfile", "info")]
    [InlineData(".devcontainer/base/Dockerfile", "info")]
    [InlineData("build/Dockerfile", "low")]
    public async Task Describe_DockerfileForDevelopment_IsLessOfAMatter(string path, string severity)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File(path, "FROM node:22\nADD https://example.org/x.tgz /x\nRUN curl -fsSL https://example.org/i.sh | sh\n");
        (await FindingsAsync(repository)).Where(f => f.Rule.StartsWith("dockerfile/", StringComparison.Ordinal)).Select(f => f.Severity).ShouldBe([severity, severity]);
    }

    internal static async Task<IReadOnlyList<Finding>> FindingsAsync(ImportedRepository repository)
    {
        var head = repository.Build();
        return SentinelAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts).Findings;
    }
}

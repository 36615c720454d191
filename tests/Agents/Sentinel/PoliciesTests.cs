using Charterhouse.Agents.Tests.Repositories;

namespace Charterhouse.Agents.Tests.Sentinel;

public sealed class PoliciesTests
{
    private const string Ada = "Ada Example <ada@example.org>";

    [Theory]
    [InlineData("README.md", "# T\n\nA tool.\n\n## Security\n\nPlease report vulnerabilities to us in private.\n", true)]
    [InlineData("README.md", "# T\n\nA tool.\n\nSee the [security policy](https://example.org/policy).\n", true)]
    [InlineData(".github/ISSUE_TEMPLATE/config.yml", "contact_links:\n  - name: Security\n    about: Please report security vulnerabilities to security@example.org\n", true)]
    [InlineData("README.md", "# T\n\nSecurity\nIssues\n---\n\nIf you discover a security\nvulnerability within it, please follow our [disclosure procedure][1].\n", true)]
    [InlineData("README.md", "# T\n\n[![Known Vulnerabilities](https://badges.example.org/t)](https://example.org/t)\n\nA tool.\n", false)]
    [InlineData("README.md", "# T\n\nParses strictly, see https://example.org/blog/vulnerability/security-releases for more.\n", false)]
    [InlineData("README.md", "# T\n\nFound something? https://example.org/acme/t/security/advisories/new\n", true)]
    [InlineData("CONTRIBUTING.rst", "Contributing\n============\n\n* `Security Issues <https://example.org/contact>`__\n", true)]
    [InlineData(".github/ISSUE_TEMPLATE/1_bug.yaml", "name: Bug\nbody:\n  - type: markdown\n    attributes:\n      value: NEVER report security issues here, read https://example.org/how\n", true)]
    [InlineData("docs/dev/SECURITY.md", "# Security\n\nWrite to us.\n", true)]
    [InlineData("docs/team/vulnerabilities.rst", "What to do\n", true)]
    [InlineData("docs/book/src/security.md", "# Security\n\nPlease report security issues to ada@example.org.\n", true)]
    [InlineData("docs/book/src/security.md", "# Security\n\nAll code is trusted.\n", false)]
    [InlineData("lib/Thing/Guides/Contributing.pod", "=head2 Reporting\n\nPlease report security issues directly to Ada.\n", true)]
    [InlineData("CONTRIBUTING.org", "* Bugs\n\nReport vulnerabilities in private.\n", true)]
    [InlineData("BUG-BOUNTY.md", "Serious about security\n===\n\nWe encourage reporting security issues with the code.\n", true)]
    [InlineData("DISCLOSURE.txt", "Please report vulnerabilities to ada@example.org.\n", true)]
    [InlineData("VULNERABILITIES.rst", "Known ones are listed elsewhere.\n", false)]
    [InlineData("REPORTING.md", "How the monthly reports are made.\n", false)]
    [InlineData("src/BUG-BOUNTY.md", "Please report security issues to us.\n", false)]
    [InlineData("src/security.md", "Please report security issues to ada@example.org.\n", false)]
    [InlineData("docs/guide.md", "# Guide\n\nReport security issues to us.\n", false)]
    [InlineData("CONTRIBUTING.md", "# Contributing\n\nReport bugs in the tracker.\n", false)]
    [InlineData("docs/security.html", "<p>How to configure TLS</p>\n", false)]
    public async Task Describe_WordsOnReportingVulnerabilities_AreAPolicy(string path, string text, bool policy)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File(path, text);
        (await SentinelTests.FindingsAsync(repository)).Any(finding => finding.Rule == "security/policy-missing").ShouldBe(!policy);
    }

    [Theory]
    [InlineData("cargo +nightly outdated --workspace", true)]
    [InlineData("npx npm-check-updates -u", true)]
    [InlineData("uv lock --upgrade", true)]
    [InlineData("go get -u ./...", true)]
    [InlineData("mvn -B versions:display-dependency-updates", true)]
    [InlineData("./gradlew dependencyUpdates", true)]
    [InlineData("pre-commit autoupdate", true)]
    [InlineData("nix flake update", true)]
    [InlineData("cargo update -Z minimal-versions", false)]
    [InlineData("go get ./...", false)]
    [InlineData("apt-get update", false)]
    [InlineData("# cargo outdated", false)]
    public async Task Describe_AJobThatLooksForUpdates_IsAnUpdateTool(string command, bool tool)
    {
        foreach (var (path, text) in new[] { (".github/workflows/deps.yml", $"on:\n  schedule: [{{ cron: '0 0 * * 1' }}]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          {command}\n"), (".gitlab-ci.yml", $"deps:\n  script:\n    - |\n      {command}\n") })
        {
            using var repository = new ImportedRepository();
            repository.Commit(Ada, "2026-01-01T10:00:00").File("go.mod", "module x\n\nrequire a v1\n").File(path, text);
            (await SentinelTests.FindingsAsync(repository)).Any(finding => finding.Rule == "security/update-tool-missing").ShouldBe(!tool);
        }
    }

    [Theory]
    [InlineData("requirements.txt", true)]
    [InlineData("testsuite/requirements.txt", false)]
    [InlineData("examples/web/requirements.txt", false)]
    public async Task Describe_DependenciesOfTestsAlone_NeedNoUpdateTool(string manifest, bool found)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-01T10:00:00").File(manifest, "flask==2.0\n");
        (await SentinelTests.FindingsAsync(repository)).Any(finding => finding.Rule == "security/update-tool-missing").ShouldBe(found);
    }

    [Theory]
    [InlineData("GitHub Actions", "package.json", "bun.lock", true)]
    [InlineData("GitHub Actions", "package.json", "CHANGELOG.md", false)]
    [InlineData("GitHub Actions", "a.txt", "b.txt", false)]
    [InlineData("acme-release-bot", "package.json", "bun.lock", false)]
    [InlineData("Ada Example", "package.json", "bun.lock", false)]
    public async Task Describe_AnAutomationThatRaisesVersionsAgain_IsAnUpdateTool(string author, string first, string second, bool tool)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-01T10:00:00").File("package.json", "{ \"dependencies\": { \"a\": \"1.0.0\" } }\n");
        for (var i = 1; i <= 3; i++) repository.Commit($"{author} <actions@example.org>", $"2026-01-0{i + 1}T10:00:00").File(first, $"{{ \"dependencies\": {{ \"a\": \"1.0.{i}\" }} }}\n").File(second, $"{i}\n");
        (await SentinelTests.FindingsAsync(repository)).Any(finding => finding.Rule == "security/update-tool-missing").ShouldBe(!tool);
    }

    /// <summary>There is nothing to raise, or somebody has a way of their own.</summary>
    [Theory]
    [InlineData("requirements.txt", "flask\njinja2>=3\n", "README.md", false)]
    [InlineData("requirements.txt", "flask\njinja2<4\n", "README.md", true)]
    [InlineData("package.json", "{ \"dependencies\": { \"a\": \"^1.0.0\" } }", "README.md", true)]
    [InlineData("requirements.txt", "flask==2.0\n", "hacking/update-sanity-requirements.py", false)]
    [InlineData("requirements.txt", "flask==2.0\n", "bin/bump-dependencies", false)]
    [InlineData("requirements.txt", "flask==2.0\n", "docs/update-the-docs.md", true)]
    public async Task Describe_ManifestsWithoutVersionsAndScriptsThatUpdate_NeedNoTool(string manifest, string text, string beside, bool found)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-01T10:00:00").File(manifest, text).File(beside, "x = 1\n");
        (await SentinelTests.FindingsAsync(repository)).Any(finding => finding.Rule == "security/update-tool-missing").ShouldBe(found);
    }

    [Theory]
    [InlineData("dependabot[bot]", "a.txt", true)]
    [InlineData("dotnet-maestro[bot]", "a.txt", true)]
    [InlineData("Scala Steward", "a.txt", true)]
    [InlineData("imgbot[bot]", "a.txt", false)]
    [InlineData("Ada Example", "web/renovate.json", true)]
    [InlineData("Ada Example", "node_modules/x/renovate.json", false)]
    public async Task Describe_CommitsOfAnUpdateBotOrItsFileAnywhere_AreAnUpdateTool(string author, string path, bool tool)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-01T10:00:00").File("go.mod", "module x\n\nrequire a v1\n");
        repository.Commit(author + " <x@example.org>", "2026-01-02T10:00:00").File(path, "{}\n");
        (await SentinelTests.FindingsAsync(repository)).Any(finding => finding.Rule == "security/update-tool-missing").ShouldBe(!tool);
    }
}

using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel;

/// <summary>What a project says about reports of vulnerabilities, and what keeps its dependencies fresh.</summary>
internal static partial class Policies
{
    private static readonly string[] Places = ["", ".github/", "docs/", "docs/security/", "doc/", ".gitlab/", ".forgejo/", ".gitea/"];
    private static readonly string[] UpdateFiles =
    [
        ".github/dependabot.yml", ".github/dependabot.yaml", "renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5", ".github/renovate.json", ".github/renovate.json5",
        ".gitlab/renovate.json", ".gitlab/renovate.json5", ".pyup.yml", ".scala-steward.conf", ".whitesource", ".snyk", ".dependabot/config.yml", ".gitea/renovate.json", "renovate.jsonc", ".github/updatecli.d",
    ];

    /// <summary>Of whatever folder: a part of the repository may have its own.</summary>
    private static readonly string[] UpdateNames = ["dependabot.yml", "dependabot.yaml", "renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5"];

    public static IEnumerable<Finding> Of(RepositoryFacts facts)
    {
        if (SecurityPolicy(facts) is null)
            yield return Findings.Make(SentinelAgent.Name, "security/policy-missing", Severities.Info, "The repository itself has no security policy", null,
                "No file named SECURITY at the top, in .github or in docs, and no word on reporting vulnerabilities in README, guides for contributors or the issue templates. (A default policy of its owner, in a repository named .github, is not visible here.)",
                "Add a SECURITY.md that says how to report a vulnerability, or name the policy that applies in the README.");
        if (UpdateTool(facts) is null && HasDependencies(facts))
            yield return Findings.Make(SentinelAgent.Name, "security/update-tool-missing", Severities.Info, "Neither Dependabot nor Renovate is configured", null,
                "There are manifests, but no configuration of Dependabot or Renovate, no commit of theirs or of another update bot, and no job that was seen to look for updates. (Settings of the forge are not visible here.)", "Add .github/dependabot.yml or renovate.json, so that fixes of dependencies arrive as pull requests.");
    }

    /// <summary>The path of the security policy, else of a document that says where to report a vulnerability, or null.</summary>
    public static string? SecurityPolicy(RepositoryFacts facts) => PolicyFile(facts)
        ?? facts.Excerpts.FirstOrDefault(file => IsForReporters(file.Path) && Mention().IsMatch(Aside().Replace(file.Text, "")) || (IsForReporters(file.Path) || ExcerptChoice.IsDeclaration(file.Path) || ExcerptChoice.IsPolicyDocument(file.Path)) && Report().IsMatch(file.Text))?.Path;

    /// <summary>Read by those who have found something: README, CONTRIBUTING, templates of issues.</summary>
    private static bool IsForReporters(string path) =>
        ExcerptChoice.IsReadme(path) && ExcerptChoice.Depth(path) == 0 || ExcerptChoice.IsIssueTemplate(path)
        || ExcerptChoice.IsDeclaration(path) && PathKinds.Stem(path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant()) == "contributing";

    private static string? PolicyFile(RepositoryFacts facts) => facts.Files.Select(file => file.Path).FirstOrDefault(path =>
    {
        var slash = path.LastIndexOf('/') + 1;
        return Places.Contains(path[..slash].ToLowerInvariant(), StringComparer.Ordinal) && PathKinds.Stem(path[slash..].ToLowerInvariant()) is "security" or "security_policy"
            && Path.GetExtension(path).ToLowerInvariant() is "" or ".md" or ".rst" or ".txt" or ".adoc" or ".markdown"
            || slash > 0 && ExcerptChoice.IsPolicyDocument(path) && (path[slash..].StartsWith("SECURITY", StringComparison.Ordinal) || path[slash..].StartsWith("vulnerabilit", StringComparison.OrdinalIgnoreCase));
    });

    /// <summary>The update tool's configuration, else its commits; null when there are none.</summary>
    public static string? UpdateTool(RepositoryFacts facts) =>
        facts.Files.Select(file => file.Path).FirstOrDefault(path => UpdateFiles.Contains(path, StringComparer.OrdinalIgnoreCase))
        ?? facts.Files.FirstOrDefault(file => file.IsFile && !file.Has(FileFlags.Vendored) && UpdateNames.Contains(file.Path[(file.Path.LastIndexOf('/') + 1)..], StringComparer.OrdinalIgnoreCase))?.Path
        ?? UpdateCommands.Of(facts)
        ?? facts.Files.FirstOrDefault(file => file.IsFile && !file.Has(FileFlags.Vendored) && UpdateScript().IsMatch(file.Path[(file.Path.LastIndexOf('/') + 1)..]))?.Path
        ?? facts.Excerpts.FirstOrDefault(file => file.Path == "package.json" && file.Text.Contains("\"renovate\":", StringComparison.Ordinal))?.Path
        // Security updates may be switched on in the settings of the forge alone.
        ?? (facts.History.Authors.FirstOrDefault(author => UpdateBot().IsMatch(author.Name)) is { } bot ? $"commits of {bot.Name}" : null)
        ?? UpdateCommits.Of(facts);

    /// <summary>True when a manifest names packages of others that a bot could raise; what only tests or examples need is no matter of the product's safety.</summary>
    public static bool HasDependencies(RepositoryFacts facts) =>
        facts.Excerpts.Any(file => ExcerptChoice.IsManifest(file.Path) && !PathKinds.IsBeside(file.Path) && DependsOnPackages(file)) && !OpenRequirements.Only(facts);

    private static bool DependsOnPackages(Excerpt file) => file.Path[(file.Path.LastIndexOf('/') + 1)..].ToLowerInvariant() switch
    {
        "package.json" => file.Text.Contains("ependencies\"", StringComparison.Ordinal),
        "go.mod" => file.Text.Contains("require", StringComparison.Ordinal),
        "cargo.toml" or "pyproject.toml" or "pom.xml" or "pubspec.yaml" => file.Text.Contains("dependencies", StringComparison.Ordinal),
        "requirements.txt" or "pipfile" or "gemfile" or "mix.exs" => true,
        "composer.json" => file.Text.Contains("\"require", StringComparison.Ordinal),
        "build.gradle" or "build.gradle.kts" => file.Text.Contains("mplementation", StringComparison.Ordinal),
        _ => file.Text.Contains("<PackageReference", StringComparison.Ordinal),
    };

    /// <summary>A program of the project's own that raises versions.</summary>
    [GeneratedRegex(@"^(update|bump|upgrade)[-_](\w+[-_])*(deps|dependencies|requirements)([-_]\w+)*(\.(sh|py|rb|pl|ps1|js|mjs|cjs|ts))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex UpdateScript();

    [GeneratedRegex(@"^(dependabot|renovate|renovatebot|dotnet-maestro|pyup|scala[- ]steward|greenkeeper|snyk|depfu)([-_ \[]|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex UpdateBot();

    /// <summary>Any word on vulnerabilities, or on security together with what one does about it, whatever the line breaks.</summary>
    [GeneratedRegex(@"\bvulnerabilit|\bsecurity\b[^.]{0,60}\b(issue|polic|bug|report|problem|disclos|advisor|contact)|\b(issue|polic|bug|report|problem|disclos|advisor|contact)[^.]{0,60}\bsecurity\b|\bsecurity@", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Mention();

    /// <summary>Words of badges say what a service measures, and those of an address what it is about elsewhere.</summary>
    [GeneratedRegex(@"!\[[^\]\n]{0,200}\]|https?://\S+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Aside();

    /// <summary>Words that send the finder of a vulnerability somewhere.</summary>
    [GeneratedRegex(@"security/(policy|advisories)|security[- ]polic(y|ies)|(report|disclos)\w*\s[^.\n]{0,60}(vulnerabilit|security (issue|bug|problem|flaw))|(vulnerabilit|security (issue|bug|problem|flaw))[^.\n]{0,80}(report|disclos|e-?mail|contact)|\bsecurity@", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Report();
}

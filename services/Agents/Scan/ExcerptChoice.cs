using System.Collections.Frozen;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;

namespace Charterhouse.Agents.Scan;

/// <summary>
/// Chooses the files whose words matter: README and licence at the top, what the project declares of itself, its automation, manifests
/// anywhere. A few of each, the outermost first, so that a tree of ten thousand packages stays a small document.
/// </summary>
internal static class ExcerptChoice
{
    private const int ManifestLimit = 60;
    private const int LicenceLimit = 20;
    private const int KeyReadmeLimit = 20;

    private static readonly FrozenSet<string> ManifestNames = new[]
    {
        "package.json", "cargo.toml", "pyproject.toml", "setup.py", "setup.cfg", "go.mod", "pom.xml", "build.gradle", "build.gradle.kts", "composer.json",
        "gemfile", "mix.exs", "pubspec.yaml", "package.swift", "cmakelists.txt", "meson.build", "makefile", "dockerfile", "directory.build.props",
        "build.sbt", "deno.json", "project.clj", "dune-project", "chart.yaml", "action.yml", "action.yaml", "build.zig", "module.bazel", "configure.ac", "requirements.txt", "pipfile",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> DeclarationStems = new[]
    {
        "roadmap", "vision", "goals", "contributing", "agents", "claude", "copilot_instructions", "architecture", "design", "conventions", "style", "styleguide", "security", "governance",
        "maintainers", "philosophy", "principles", "development", "hacking", "testing", "non_goals",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> AutomationNames = new[]
    {
        ".gitlab-ci.yml", "azure-pipelines.yml", "azure-pipelines.yaml", "jenkinsfile", ".travis.yml", "appveyor.yml", ".appveyor.yml", "bitbucket-pipelines.yml", ".drone.yml", "cloudbuild.yaml",
        "renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", "codecov.yml", ".codecov.yml", ".coveragerc", ".pre-commit-config.yaml", "tox.ini", "noxfile.py", "pytest.ini", ".nycrc",
        ".nycrc.json", "jest.config.js", "jest.config.ts", "vitest.config.ts", "vitest.config.js", "playwright.config.ts", "coverlet.runsettings", "justfile", "taskfile.yml",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> PolicyEndings = new[] { "", ".md", ".markdown", ".mdx", ".rst", ".adoc", ".asciidoc", ".org", ".pod", ".txt" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] PolicyStems = ["bug_bounty", "bugbounty", "bounty", "disclosure", "responsible_disclosure", "vulnerabilit", "reporting"];

    private static readonly string[] ManifestExtensions = [".csproj", ".fsproj", ".vbproj", ".gemspec", ".cabal", ".nimble", ".nuspec", ".podspec"];

    /// <summary>Groups of files with their bounds; a file belongs to the first group that takes it.</summary>
    private static readonly Group[] Groups =
    [
        new(IsReadme, int.MaxValue, 32),
        new(IsLicence, LicenceLimit, 48),
        new(IsDeclaration, 40, 48),
        new(IsDecisionRecord, 80, 16, LastFirst: true),
        new(IsIssueTemplate, 20, 8),
        new(IsPolicyDocument, 20, 24),
        new(IsAutomation, 80, 64),
        new(IsIgnoreFile, 20, 16),
        new(IsSolution, 20, 256),
        new(IsManifest, ManifestLimit, 16),
        new(IsPeople, 4, 48),
    ];

    /// <summary>The paths to keep text of, with the number of bytes each.</summary>
    /// <param name="linked">Files that a symbolic link at the top stands for.</param>
    public static IReadOnlyDictionary<string, int> Choose(IEnumerable<(string Path, FileFlags Flags)> files, IEnumerable<string> linked)
    {
        var chosen = new Dictionary<string, int>(StringComparer.Ordinal);
        var found = Array.ConvertAll(Groups, _ => new List<string>());
        foreach (var (path, flags) in files)
        {
            if ((flags & FileFlags.Vendored) != FileFlags.None) continue;
            var group = Array.FindIndex(Groups, group => group.Takes(path));
            if (group >= 0 && ((flags & FileFlags.Generated) == FileFlags.None || Depth(path) == 0)) found[group].Add(path);
        }
        foreach (var path in OfKeys(files)) chosen[path] = 8 * 1024;
        for (var i = 0; i < Groups.Length; i++)
            foreach (var path in Ordered(Groups[i], found[i]).Take(Groups[i].Limit))
                chosen[path] = Groups[i].Kilobytes * 1024;
        foreach (var path in linked) chosen[path] = 48 * 1024;
        return chosen;
    }

    /// <summary>A document at the top, in .github or in docs by which the project declares how it is meant to be, or a file of rules.</summary>
    public static bool IsDeclaration(string path)
    {
        if (path is ".charterhouse.yaml" or ".charterhouse.yml") return true;
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (Depth(path) > 1 || Depth(path) == 1 && !path.StartsWith(".github/", StringComparison.OrdinalIgnoreCase) && !path.StartsWith("docs/", StringComparison.OrdinalIgnoreCase) && !path.StartsWith(".gitlab/", StringComparison.OrdinalIgnoreCase))
            // Instructions for a part of the repository stand in its folder.
            return name is "AGENTS.md" or "CODEOWNERS" && Depth(path) <= 2;
        return name == "CODEOWNERS" || DeclarationStems.Contains(PathKinds.Stem(name.ToLowerInvariant()))
            && Path.GetExtension(name).ToLowerInvariant() is "" or ".md" or ".markdown" or ".rst" or ".txt" or ".adoc";
    }

    /// <summary>GitHub's templates and forms of issues and the choice of them, which may send reports of vulnerabilities elsewhere.</summary>
    public static bool IsIssueTemplate(string path)
    {
        var lower = path.ToLowerInvariant();
        var name = lower[(lower.LastIndexOf('/') + 1)..];
        var folder = lower[..^name.Length];
        return folder is ".github/issue_template/" or "issue_template/" or "docs/issue_template/" && Path.GetExtension(name) is ".md" or ".yml" or ".yaml"
            || folder is "" or ".github/" or "docs/" && name is "issue_template.md" or "issue_template.txt" or "issue_template";
    }

    /// <summary>
    /// May say where to report a vulnerability, further down than a policy usually stands: a document on security among documents, a guide for contributors
    /// anywhere near the top, and what stands at the top about bounties, disclosure, vulnerabilities or reports.
    /// </summary>
    public static bool IsPolicyDocument(string path)
    {
        var depth = Depth(path);
        if (depth > 4 || !PolicyEndings.Contains(Path.GetExtension(path).ToLowerInvariant())) return false;
        var stem = PathKinds.Stem(path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant());
        if (stem.StartsWith("contributing", StringComparison.Ordinal) || depth == 0 && Array.Exists(PolicyStems, begin => stem.StartsWith(begin, StringComparison.Ordinal))) return true;
        return depth is > 0 and <= 3 && PathKinds.IsOfDocuments(path[..path.IndexOf('/', StringComparison.Ordinal)])
            && (stem.StartsWith("vulnerabilit", StringComparison.Ordinal) || stem.StartsWith("security", StringComparison.Ordinal) || stem.EndsWith("_security", StringComparison.Ordinal));
    }

    /// <summary>An architecture decision record.</summary>
    public static bool IsDecisionRecord(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".md" or ".markdown" or ".rst" or ".adoc"
        && path.ToLowerInvariant().Split('/')[..^1].Any(folder => folder is "adr" or "adrs" or "decisions" or "decision-records" or "architecture-decisions");

    /// <summary>What a machine does with the repository: continuous integration, images, compositions, update bots, coverage.</summary>
    public static bool IsAutomation(string path)
    {
        var lower = path.ToLowerInvariant();
        var name = lower[(lower.LastIndexOf('/') + 1)..];
        return IsWorkflow(lower) || IsFunding(lower) || ContainerFiles.IsDockerfile(path) || ContainerFiles.IsCompose(path)
            || lower is ".circleci/config.yml" or ".github/dependabot.yml" or ".github/dependabot.yaml" or ".github/renovate.json" or ".github/codecov.yml"
            || AutomationNames.Contains(name) && Depth(path) <= 1
            || name.StartsWith("azure-pipelines", StringComparison.Ordinal) && (name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal)) && Depth(path) <= 1;
    }

    /// <summary>Whom the project's sponsors pay, as GitHub reads it.</summary>
    public static bool IsFunding(string path) => path.Equals(".github/FUNDING.yml", StringComparison.OrdinalIgnoreCase);

    /// <summary>A GitHub Actions workflow.</summary>
    public static bool IsWorkflow(string path) =>
        path.StartsWith(".github/workflows/", StringComparison.OrdinalIgnoreCase) && Depth(path) == 2 && Path.GetExtension(path).ToLowerInvariant() is ".yml" or ".yaml";

    /// <summary>A list of projects, or of their versions.</summary>
    public static bool IsSolution(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return name.EndsWith(".sln", StringComparison.Ordinal) || name.EndsWith(".slnx", StringComparison.Ordinal)
            || name is "directory.packages.props" or "pnpm-workspace.yaml" or "go.work" or "settings.gradle" or "settings.gradle.kts" or "lerna.json" or "nx.json" or "libs.versions.toml";
    }

    /// <summary>A README at the top, in .github or in docs.</summary>
    public static bool IsReadme(string path) => Depth(path) == 0 && IsNamed(path, "readme") || IsIn(path, ".github/", "readme") || IsIn(path, "docs/", "readme");

    /// <summary>A README below the top, which may say what the keys beside it are.</summary>
    public static bool IsKeyReadme(string path) => Depth(path) > 0 && IsNamed(path[(path.LastIndexOf('/') + 1)..], "readme");

    /// <summary>What git keeps out of the repository.</summary>
    public static bool IsIgnoreFile(string path) => path == ".gitignore" || path.EndsWith("/.gitignore", StringComparison.Ordinal);

    /// <summary>Names who works on the project.</summary>
    public static bool IsPeople(string path) => Depth(path) == 0 && (IsNamed(path, "authors") || IsNamed(path, "maintainers") || IsNamed(path, "team"));

    /// <summary>The READMEs of folders that hold keys, and of those above them.</summary>
    private static IEnumerable<string> OfKeys(IEnumerable<(string Path, FileFlags Flags)> files)
    {
        var (folders, readmes) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var (path, flags) in files)
        {
            if ((flags & FileFlags.Vendored) != FileFlags.None) continue;
            if (IsKeyReadme(path)) readmes.Add(path);
            else if (Depth(path) > 0 && Path.GetExtension(path).ToLowerInvariant() is ".key" or ".pem")
                for (var (folder, left) = (path[..path.LastIndexOf('/')], 2); left > 0 && folder.Length > 0; left--, folder = folder[..Math.Max(0, folder.LastIndexOf('/'))]) folders.Add(folder);
        }
        return readmes.Where(path => folders.Contains(path[..path.LastIndexOf('/')])).OrderBy(Depth).ThenBy(path => path, StringComparer.Ordinal).Take(KeyReadmeLimit);
    }

    /// <summary>A licence file at the top or in LICENSES.</summary>
    public static bool IsLicence(string path)
    {
        if (Depth(path) > 0) return path.StartsWith("LICENSES/", StringComparison.OrdinalIgnoreCase) && Depth(path) == 1;
        var stem = PathKinds.Stem(path.ToLowerInvariant());
        var extension = Path.GetExtension(path).ToLowerInvariant();
        return (stem is "license" or "licence" or "copying" or "unlicense" or "copying_lesser"
                || stem.StartsWith("license_", StringComparison.Ordinal) || stem.StartsWith("licence_", StringComparison.Ordinal))
            && extension is "" or ".txt" or ".md" or ".rst" or ".mit" or ".apache" or ".bsd" or ".lesser" or ".gpl" or ".lgpl" or ".adoc" or ".html";
    }

    /// <summary>A file that describes a package or drives a build.</summary>
    public static bool IsManifest(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return ManifestNames.Contains(name) || ManifestExtensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal));
    }

    /// <summary>How many folders deep.</summary>
    public static int Depth(string path) => path.AsSpan().Count('/');

    /// <summary>Files of one sort, with how many and how much of each.</summary>
    /// <param name="LastFirst">The last paths are the latest, and matter most.</param>
    private sealed record Group(Func<string, bool> Takes, int Limit, int Kilobytes, bool LastFirst = false);

    private static IEnumerable<string> Ordered(Group group, List<string> paths)
    {
        var outermost = paths.OrderBy(Depth);
        return group.LastFirst ? outermost.ThenByDescending(path => path, StringComparer.Ordinal) : outermost.ThenBy(path => path, StringComparer.Ordinal);
    }

    private static bool IsIn(string path, string folder, string stem) =>
        path.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && Depth(path) == 1 && IsNamed(path[folder.Length..], stem);

    private static bool IsNamed(string name, string stem) =>
        PathKinds.Stem(name.ToLowerInvariant()) == stem
        && Path.GetExtension(name).ToLowerInvariant() is "" or ".md" or ".markdown" or ".rst" or ".txt" or ".adoc" or ".org" or ".mdown" or ".asciidoc";
}

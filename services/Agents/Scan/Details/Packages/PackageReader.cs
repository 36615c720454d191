using Charterhouse.Agents.Formats;
using Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

namespace Charterhouse.Agents.Scan.Details.Packages;

/// <summary>Manifests and lock files: which there are, and what they require and lock.</summary>
internal static class PackageReader
{
    private const string RequirementsFolder = "requirements/";
    private static readonly string[] ProjectExtensions = [".csproj", ".fsproj", ".vbproj"];

    /// <summary>Exact names, lower case.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "package.json", "package-lock.json", "npm-shrinkwrap.json", "bun.lock", "yarn.lock", "pnpm-lock.yaml", "pnpm-workspace.yaml", "composer.json", "composer.lock", "cargo.toml", "cargo.lock",
        "pyproject.toml", "pipfile", "setup.cfg", "setup.py", "poetry.lock", "uv.lock", "pdm.lock", "pipfile.lock", "go.mod", "go.sum", "pom.xml", "build.gradle", "build.gradle.kts",
        "libs.versions.toml", "dependencies.gradle", "gradle.lockfile", "gemfile", "gems.rb", "gemfile.lock", "gems.locked", "packages.config", "packages.lock.json", "directory.packages.props", "directory.build.props", "directory.build.targets",
    ];

    /// <summary>The name that says the format, for files that are known by its form: projects, gemspecs, files of requirements. Null for others.</summary>
    /// <param name="path">Its folder counts too.</param>
    /// <param name="name">Lower case.</param>
    public static string? NameOf(string path, string name) =>
        ProjectExtensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal)) || name.EndsWith(".gemspec", StringComparison.Ordinal) || IsRequirements(name) ? name
        : name.EndsWith(".txt", StringComparison.Ordinal) && path.EndsWith(RequirementsFolder + name, StringComparison.OrdinalIgnoreCase) ? RequirementsFolder + name
        : null;

    /// <summary>A <see cref="DetailReader"/>.</summary>
    public static void Read(string role, string? language, string text, DetailWriter writer)
    {
        if (!role.StartsWith(DetailRoles.File, StringComparison.Ordinal)) return;
        var name = role[DetailRoles.File.Length..];
        if (EcosystemOf(name) is not { } ecosystem) return;
        try
        {
            Read(name, text.TrimStart('\uFEFF'), writer);
        }
        catch (MalformedException e)
        {
            // A template becomes what it describes only when it is filled in; a document type is legal XML, but not read here.
            if (!text.Contains("<!DOCTYPE", StringComparison.Ordinal) && !text.Contains("{{", StringComparison.Ordinal) && !text.Contains("<%", StringComparison.Ordinal) && !text.Contains("{%", StringComparison.Ordinal))
                writer.Add(PackageRows.Invalid, e.Line, ecosystem, e.Message);
        }
    }

    private static void Read(string name, string text, DetailWriter writer)
    {
        switch (name)
        {
            case "package.json": NpmManifest.Read(text, writer); break;
            case "package-lock.json" or "npm-shrinkwrap.json": NpmLocks.Read(text, writer); break;
            case "bun.lock": NpmLocks.ReadBun(text, writer); break;
            case "yarn.lock": YarnLock.Read(text, writer); break;
            case "pnpm-lock.yaml": PnpmLock.Read(text, writer); break;
            case "pnpm-workspace.yaml": NpmManifest.ReadCatalogs(text, writer); break;
            case "composer.json": ComposerFiles.Read(text, writer); break;
            case "composer.lock": ComposerFiles.ReadLock(text, writer); break;
            case "cargo.toml": CargoFiles.Read(text, writer); break;
            case "cargo.lock": CargoFiles.ReadLock(text, writer); break;
            case "pyproject.toml": PythonManifests.ReadProject(text, writer); break;
            case "pipfile": PythonManifests.ReadPipfile(text, writer); break;
            case "setup.cfg": PythonManifests.ReadSetupCfg(text, writer); break;
            case "setup.py": PythonManifests.ReadSetupPy(text, writer); break;
            case "poetry.lock" or "uv.lock" or "pdm.lock": PythonLocks.Read(text, writer); break;
            case "pipfile.lock": PythonLocks.ReadPipfile(text, writer); break;
            case "go.mod": GoModule.Read(text, writer); break;
            case "go.sum": GoModule.ReadSum(text, writer); break;
            case "pom.xml": MavenPom.Read(text, writer); break;
            case "build.gradle" or "build.gradle.kts": GradleFiles.Read(text, writer); break;
            case "libs.versions.toml": GradleFiles.ReadCatalog(text, writer); break;
            case "dependencies.gradle": GradleFiles.ReadMap(text, writer); break;
            case "gradle.lockfile": GradleFiles.ReadLock(text, writer); break;
            case "gemfile" or "gems.rb": RubyFiles.Read(text, writer); break;
            case "gemfile.lock" or "gems.locked": RubyFiles.ReadLock(text, writer); break;
            case "packages.config": NuGetFiles.ReadConfig(text, writer); break;
            case "packages.lock.json": NuGetFiles.ReadLock(text, writer); break;
            case var _ when name.EndsWith(".gemspec", StringComparison.Ordinal): RubyFiles.ReadSpec(text, writer); break;
            case var _ when IsRequirements(name): PythonRequirements.Read(name, text, writer); break;
            default: NuGetFiles.ReadProject(text, writer); break;
        }
    }

    private static bool IsRequirements(string name) =>
        name.StartsWith(RequirementsFolder, StringComparison.Ordinal)
        || (name.EndsWith(".txt", StringComparison.Ordinal) || name.EndsWith(".in", StringComparison.Ordinal))
        && (name.StartsWith("requirements", StringComparison.Ordinal) || name[..name.LastIndexOf('.')].EndsWith("requirements", StringComparison.Ordinal));

    private static string? EcosystemOf(string name) => name switch
    {
        "package.json" or "package-lock.json" or "npm-shrinkwrap.json" or "bun.lock" or "yarn.lock" or "pnpm-lock.yaml" or "pnpm-workspace.yaml" => PackageEcosystems.Npm,
        "composer.json" or "composer.lock" => PackageEcosystems.Composer,
        "cargo.toml" or "cargo.lock" => PackageEcosystems.Cargo,
        "pyproject.toml" or "pipfile" or "setup.cfg" or "setup.py" or "poetry.lock" or "uv.lock" or "pdm.lock" or "pipfile.lock" => PackageEcosystems.PyPi,
        "go.mod" or "go.sum" => PackageEcosystems.Go,
        "pom.xml" => PackageEcosystems.Maven,
        "build.gradle" or "build.gradle.kts" or "libs.versions.toml" or "dependencies.gradle" or "gradle.lockfile" => PackageEcosystems.Gradle,
        "gemfile" or "gems.rb" or "gemfile.lock" or "gems.locked" => PackageEcosystems.RubyGems,
        "packages.config" or "packages.lock.json" or "directory.packages.props" or "directory.build.props" or "directory.build.targets" => PackageEcosystems.NuGet,
        _ when name.EndsWith(".gemspec", StringComparison.Ordinal) => PackageEcosystems.RubyGems,
        _ when IsRequirements(name) => PackageEcosystems.PyPi,
        _ when ProjectExtensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal)) => PackageEcosystems.NuGet,
        _ => null,
    };
}

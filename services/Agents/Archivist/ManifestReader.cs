using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Archivist;

/// <summary>What a manifest says of its package; null where it is silent.</summary>
internal sealed record ManifestFacts(string Path, string System, string? Package, string? Description, string? Licence, IReadOnlyList<RepositoryKind> Kinds);

/// <summary>
/// Reads the declarations of manifests. Only what stands there plainly counts; a manifest that cannot be parsed is listed, but says nothing.
/// </summary>
internal static partial class ManifestReader
{
    private const int LicenceName = 200;

    /// <summary>The manifest, or null when the file is none.</summary>
    public static ManifestFacts? Read(Excerpt file)
    {
        var name = file.Path[(file.Path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return name switch
        {
            "package.json" => Npm(file),
            "deno.json" => Plain(file, "Deno"),
            "composer.json" => Composer(file),
            "cargo.toml" => Cargo(file),
            "pyproject.toml" => PyProject(file),
            "setup.cfg" or "setup.py" => Setup(file),
            "requirements.txt" or "pipfile" => Plain(file, "Python requirements"),
            "go.mod" => new ManifestFacts(file.Path, "Go module", First(GoModule(), file.Text), null, null, []),
            "pom.xml" => Maven(file),
            "build.gradle" or "build.gradle.kts" => Plain(file, "Gradle"),
            "gemfile" => Plain(file, "Bundler"),
            "mix.exs" => Plain(file, "Mix"),
            "pubspec.yaml" => new ManifestFacts(file.Path, "Dart package", First(YamlName(), file.Text), First(YamlDescription(), file.Text), null, []),
            "package.swift" => Plain(file, "Swift package"),
            "cmakelists.txt" => Plain(file, "CMake"),
            "meson.build" => Plain(file, "Meson"),
            "makefile" => Plain(file, "Make"),
            "dockerfile" => Plain(file, "Docker"),
            "configure.ac" => Plain(file, "Autoconf"),
            "build.sbt" => Plain(file, "sbt"),
            "build.zig" => Plain(file, "Zig"),
            "module.bazel" => Plain(file, "Bazel"),
            "project.clj" => Plain(file, "Leiningen"),
            "dune-project" => Plain(file, "dune"),
            "chart.yaml" => new ManifestFacts(file.Path, "Helm chart", First(YamlName(), file.Text), First(YamlDescription(), file.Text), null,
                [new RepositoryKind("Helm chart", "Chart.yaml", file.Path)]),
            // Below .github they serve the repository's own workflows.
            "action.yml" or "action.yaml" when ActionRuns().IsMatch(file.Text) && !file.Path.StartsWith(".github/", StringComparison.Ordinal) => new ManifestFacts(file.Path, "GitHub action", First(YamlName(), file.Text), First(YamlDescription(), file.Text), null,
                [new RepositoryKind("GitHub action", "\"runs\" in " + name, file.Path)]),
            "directory.build.props" => DotNet(file, "MSBuild properties"),
            _ when name.EndsWith(".csproj", StringComparison.Ordinal) || name.EndsWith(".fsproj", StringComparison.Ordinal) || name.EndsWith(".vbproj", StringComparison.Ordinal) => DotNet(file, ".NET project"),
            _ when name.EndsWith(".gemspec", StringComparison.Ordinal) => Gem(file),
            _ when name.EndsWith(".cabal", StringComparison.Ordinal) => Plain(file, "Cabal"),
            _ when name.EndsWith(".nimble", StringComparison.Ordinal) => Plain(file, "Nimble"),
            _ when name.EndsWith(".nuspec", StringComparison.Ordinal) => Plain(file, "NuGet specification"),
            _ when name.EndsWith(".podspec", StringComparison.Ordinal) => Plain(file, "CocoaPods"),
            _ => null,
        };
    }

    private static ManifestFacts Plain(Excerpt file, string system) => new(file.Path, system, null, null, null, []);

    private static ManifestFacts Npm(Excerpt file)
    {
        if (Parse(file) is not { } root) return Plain(file, "npm");
        var name = Text(root, "name");
        var kinds = new List<RepositoryKind>();
        var isPrivate = root.TryGetProperty("private", out var p) && p.ValueKind == JsonValueKind.True;
        if (root.TryGetProperty("bin", out _)) kinds.Add(new("command-line tool", "\"bin\" in package.json", file.Path));
        if (root.TryGetProperty("engines", out var engines) && engines.ValueKind == JsonValueKind.Object && engines.TryGetProperty("vscode", out _))
            kinds.Add(new("VS Code extension", "\"engines.vscode\" in package.json", file.Path));
        else if (!isPrivate && name is not null && (root.TryGetProperty("main", out _) || root.TryGetProperty("exports", out _) || root.TryGetProperty("module", out _)))
            kinds.Add(new("library", "a public npm package with an entry point", file.Path));
        // Below the top, what is never published or was left as npm wrote it declares nothing.
        var licence = Text(root, "license");
        if (ExcerptChoice.Depth(file.Path) > 0 && (isPrivate || licence == "ISC" && string.IsNullOrEmpty(Text(root, "author")) && !root.TryGetProperty("repository", out _))) licence = null;
        return new ManifestFacts(file.Path, "npm", name, Text(root, "description"), licence, kinds);
    }

    private static ManifestFacts Composer(Excerpt file)
    {
        if (Parse(file) is not { } root) return Plain(file, "Composer");
        var kinds = Text(root, "type") == "library" ? new[] { new RepositoryKind("library", "\"type\": \"library\" in composer.json", file.Path) } : [];
        return new ManifestFacts(file.Path, "Composer", Text(root, "name"), Text(root, "description"), Text(root, "license"), kinds);
    }

    private static ManifestFacts Cargo(Excerpt file)
    {
        var toml = new TomlManifest(file.Text);
        var kinds = new List<RepositoryKind>();
        if (toml.Has("lib")) kinds.Add(new("library", "[lib] in Cargo.toml", file.Path));
        if (toml.Has("bin")) kinds.Add(new("command-line tool", "[[bin]] in Cargo.toml", file.Path));
        return new ManifestFacts(file.Path, "Cargo", toml.Text("package", "name"), toml.Text("package", "description"), toml.Text("package", "license") ?? toml.Text("workspace", "package", "license"), kinds);
    }

    private static ManifestFacts PyProject(Excerpt file)
    {
        var toml = new TomlManifest(file.Text);
        var name = toml.Text("project", "name") ?? toml.Text("tool", "poetry", "name");
        // The text may be the whole licence, which names nothing.
        var licence = toml.Text("project", "license") ?? (toml.Text("project", "license", "text") is { Length: <= LicenceName } named ? named : toml.Text("tool", "poetry", "license"));
        var kinds = new List<RepositoryKind>();
        if (name is not null && toml.Has("build-system")) kinds.Add(new("library", "a Python package with a build system in pyproject.toml", file.Path));
        if (toml.Has("project", "scripts") || toml.Has("tool", "poetry", "scripts")) kinds.Add(new("command-line tool", "[project.scripts] in pyproject.toml", file.Path));
        return new ManifestFacts(file.Path, "Python project", name, toml.Text("project", "description") ?? toml.Text("tool", "poetry", "description"), licence, kinds);
    }

    private static ManifestFacts Setup(Excerpt file) =>
        file.Path.EndsWith(".cfg", StringComparison.OrdinalIgnoreCase)
            ? new ManifestFacts(file.Path, "setuptools", First(CfgName(), file.Text), First(CfgDescription(), file.Text), First(CfgLicence(), file.Text), [])
            : new ManifestFacts(file.Path, "setuptools", First(PyName(), file.Text), null, First(PyLicence(), file.Text), []);

    private static ManifestFacts Gem(Excerpt file) =>
        new(file.Path, "Ruby gem", First(GemName(), file.Text), First(GemSummary(), file.Text), First(GemLicence(), file.Text), [new RepositoryKind("library", "a gemspec", file.Path)]);

    private static ManifestFacts Maven(Excerpt file)
    {
        if (ParseXml(file) is not { } root) return Plain(file, "Maven");
        XElement? Child(XElement? of, string name) => of?.Elements().FirstOrDefault(e => e.Name.LocalName == name);
        return new ManifestFacts(file.Path, "Maven", Child(root, "artifactId")?.Value.Trim(), Child(root, "description")?.Value.Trim(), Child(Child(Child(root, "licenses"), "license"), "name")?.Value.Trim(), []);
    }

    private static ManifestFacts DotNet(Excerpt file, string system)
    {
        if (ParseXml(file) is not { } root) return Plain(file, system);
        string? Property(string name) => root.Descendants().FirstOrDefault(e => e.Name.LocalName == name && e.Parent?.Name.LocalName == "PropertyGroup")?.Value.Trim() is { Length: > 0 } value && !value.Contains("$(", StringComparison.Ordinal) ? value : null;
        var name = file.Path[(file.Path.LastIndexOf('/') + 1)..];
        var sdk = root.Attribute("Sdk")?.Value ?? "";
        var exe = string.Equals(Property("OutputType"), "Exe", StringComparison.OrdinalIgnoreCase);
        var isTest = root.Descendants().Any(e => e.Name.LocalName == "PackageReference" && e.Attribute("Include")?.Value is "Microsoft.NET.Test.Sdk" or "xunit" or "xunit.v3" or "NUnit" or "MSTest.TestFramework" or "MSTest");
        var kinds = new List<RepositoryKind>();
        if (!isTest && system == ".NET project")
        {
            if (string.Equals(Property("PackAsTool"), "true", StringComparison.OrdinalIgnoreCase)) kinds.Add(new("command-line tool", "PackAsTool in " + name, file.Path));
            else if (sdk == "Microsoft.NET.Sdk.Web" && !string.Equals(Property("OutputType"), "Library", StringComparison.OrdinalIgnoreCase)) kinds.Add(new("web service", "Microsoft.NET.Sdk.Web in " + name, file.Path));
            else if (sdk == "Microsoft.NET.Sdk.Worker") kinds.Add(new("background service", "Microsoft.NET.Sdk.Worker in " + name, file.Path));
            else if (string.Equals(Property("OutputType"), "WinExe", StringComparison.OrdinalIgnoreCase)) kinds.Add(new("desktop application", "OutputType WinExe in " + name, file.Path));
            else if (exe) kinds.Add(new("program", "OutputType Exe in " + name, file.Path));
            else if (Property("PackageId") is not null || string.Equals(Property("IsPackable"), "true", StringComparison.OrdinalIgnoreCase) || Property("PackageTags") is not null)
                kinds.Add(new("library", "package properties in " + name, file.Path));
        }
        return new ManifestFacts(file.Path, system, system == ".NET project" ? Property("PackageId") ?? Path.GetFileNameWithoutExtension(name) : null, isTest ? null : Property("Description"), Property("PackageLicenseExpression"), kinds);
    }

    private static JsonElement? Parse(Excerpt file)
    {
        try
        {
            using var document = JsonDocument.Parse(file.Text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static XElement? ParseXml(Excerpt file)
    {
        try
        {
            // No DTD, no resolver: a manifest may not reach anything.
            using var reader = XmlReader.Create(new StringReader(file.Text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static string? First(Regex pattern, string text) => pattern.Match(text) is { Success: true } match ? match.Groups[1].Value.Trim().Trim('"', '\'') : null;

    [GeneratedRegex(@"^module[ \t]+(?<value>\S+)", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GoModule();

    [GeneratedRegex(@"^name:[ \t]*(?<value>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex YamlName();

    [GeneratedRegex(@"^description:[ \t]*(?<value>[^>|\s].+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex YamlDescription();

    [GeneratedRegex(@"^runs:", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ActionRuns();

    [GeneratedRegex(@"^name[ \t]*=[ \t]*(?<value>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CfgName();

    [GeneratedRegex(@"^description[ \t]*=[ \t]*(?<value>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CfgDescription();

    [GeneratedRegex(@"^license[ \t]*=[ \t]*(?<value>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CfgLicence();

    [GeneratedRegex(@"\bname[ \t]*=[ \t]*[""'](?<value>[^""'\n]+)[""']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PyName();

    [GeneratedRegex(@"\blicense[ \t]*=[ \t]*[""'](?<value>[^""'\n]+)[""']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PyLicence();

    [GeneratedRegex(@"\.name[ \t]*=[ \t]*[""'](?<value>[^""'\n]+)[""']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GemName();

    [GeneratedRegex(@"\.summary[ \t]*=[ \t]*[""'](?<value>[^""\n]+)[""']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GemSummary();

    [GeneratedRegex(@"\.licenses?[ \t]*=[ \t]*\[?[""'](?<value>[^""'\n]+)[""']", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GemLicence();
}

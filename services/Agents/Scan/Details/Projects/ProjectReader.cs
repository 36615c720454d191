using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Charterhouse.Agents.Formats;
using XmlText = Charterhouse.Agents.Formats.XmlText;

namespace Charterhouse.Agents.Scan.Details.Projects;

/// <summary>Reads of project files what modules are made from. What cannot be parsed says nothing.</summary>
internal static class ProjectReader
{
    /// <summary>Bigger ones are data that looks like a project.</summary>
    private const int Limit = 512 * 1024;

    /// <summary>Files that are known by their names, lower case, beside those that name packages.</summary>
    public static IReadOnlyList<string> Names { get; } = ["settings.gradle", "settings.gradle.kts", "go.work"];

    private static readonly string[] WebFrameworks = ["next", "nuxt", "gatsby", "astro", "@angular/core", "react-scripts", "@sveltejs/kit", "@remix-run/react"];

    /// <summary>A <see cref="DetailReader"/>.</summary>
    public static void Read(string role, string? language, string text, DetailWriter writer)
    {
        if (text.Length > Limit) return;
        try
        {
            ReadKnown(role, language, text, writer);
        }
        catch (InvalidOperationException)
        {
            // JSON may hold half of a surrogate pair, which is no string.
        }
        catch (MalformedException)
        {
            // The packages' reader tells it.
        }
    }

    private static void ReadKnown(string role, string? language, string text, DetailWriter writer)
    {
        switch (role)
        {
            case DetailRoles.File + "package.json": Npm(text, writer); break;
            case DetailRoles.File + "cargo.toml": Cargo(text, writer); break;
            case DetailRoles.File + "pyproject.toml": Python(text, writer); break;
            case DetailRoles.File + "pom.xml": Maven(text, writer); break;
            case DetailRoles.File + "settings.gradle" or DetailRoles.File + "settings.gradle.kts" or DetailRoles.File + "build.gradle.kts": GradleProjects.Read(text, writer); break;
            case DetailRoles.File + "pnpm-workspace.yaml": WorkspaceLists.Pnpm(text, writer); break;
            case DetailRoles.File + "go.work": WorkspaceLists.Go(text, writer); break;
            case DetailRoles.Text when language is null && WorkspaceLists.IsSolution(text): WorkspaceLists.Solution(text, writer); break;
            case var _ when language == "MSBuild" && text.Contains("<Solution", StringComparison.Ordinal): WorkspaceLists.SolutionXml(text, writer); break;
            case var _ when language == "Groovy" && text.Contains("dependencies", StringComparison.Ordinal): GradleProjects.Read(text, writer); break;
            case var _ when language == "CMake": CMakeTargets.Read(text, writer); break;
            case var _ when language == "MSBuild" && text.Contains("<Project", StringComparison.Ordinal): DotNet(text, writer); break;
            case var _ when language == "Go Module": Go(text, writer); break;
            case DetailRoles.Code when language is "JSON" or "JSON with Comments" && text.Contains("\"compilerOptions\"", StringComparison.Ordinal): TypeScript(text, writer); break;
        }
    }

    private static void DotNet(string text, DetailWriter writer)
    {
        XElement? root;
        try
        {
            // No DTD, no resolver: a project may not reach anything.
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root;
        }
        catch (XmlException)
        {
            return;
        }
        if (root is null || root.Name.LocalName != "Project") return;
        var sdk = root.Attribute("Sdk")?.Value ?? "";
        string? makes = sdk switch { "Microsoft.NET.Sdk.Web" => "web service", "Microsoft.NET.Sdk.Worker" => "background service", _ => null };
        var line = Line(root);
        var isTool = false;
        string? name = null;
        foreach (var element in root.Descendants())
        {
            var value = element.HasElements ? "" : element.Value.Trim();
            switch (element.Name.LocalName)
            {
                case "OutputType" when value.Equals("Exe", StringComparison.OrdinalIgnoreCase) && makes is null: (makes, line) = ("program", Line(element)); break;
                case "OutputType" when value.Equals("WinExe", StringComparison.OrdinalIgnoreCase): (makes, line) = ("desktop application", Line(element)); break;
                case "OutputType" when value.Equals("Library", StringComparison.OrdinalIgnoreCase): makes = null; break;
                case "PackAsTool" when value.Equals("true", StringComparison.OrdinalIgnoreCase): (isTool, line) = (true, Line(element)); break;
                case "ToolCommandName": name = value; break;
                case "IsTestProject" when value.Equals("true", StringComparison.OrdinalIgnoreCase): writer.Add(ProjectRows.Kind, Line(element), ProjectRows.Test); break;
                case "PackageReference" when element.Attribute("Include")?.Value is "Microsoft.NET.Test.Sdk" or "xunit" or "xunit.v3" or "NUnit" or "MSTest.TestFramework" or "MSTest":
                    writer.Add(ProjectRows.Kind, Line(element), ProjectRows.Test);
                    break;
                case "ProjectReference" when element.Attribute("Include")?.Value is { Length: > 0 } include && !string.Equals(element.Attribute("ReferenceOutputAssembly")?.Value, "false", StringComparison.OrdinalIgnoreCase):
                    foreach (var one in include.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) writer.Add(ProjectRows.Kind, Line(element), ProjectRows.Reference, one.Replace('\\', '/'));
                    break;
            }
        }
        if (isTool) writer.Add(ProjectRows.Kind, line, ProjectRows.Makes, "command-line tool", name);
        else if (makes is not null) writer.Add(ProjectRows.Kind, line, ProjectRows.Makes, makes);
    }

    /// <summary>The name and the folders of modules; the dependencies stand in the packages' rows.</summary>
    private static void Maven(string text, DetailWriter writer)
    {
        var root = XmlText.Read(text);
        if (root.Name.LocalName != "project") return;
        if (root.Child("artifactId") is { } name && !name.Value.Contains('$', StringComparison.Ordinal)) writer.Add(ProjectRows.Kind, XmlText.LineOf(name), ProjectRows.Name, name.Value.Trim());
        foreach (var module in root.Descendants().Where(element => element.Name.LocalName == "module" && element.Parent!.Name.LocalName == "modules"))
            writer.Add(ProjectRows.Kind, XmlText.LineOf(module), ProjectRows.Member, module.Value.Contains('$', StringComparison.Ordinal) ? ProjectRows.Any : module.Value.Trim());
    }

    private static int Line(XElement element) => ((IXmlLineInfo)element).LineNumber;

    private static void Npm(string text, DetailWriter writer)
    {
        if (Parse(text) is not { } root) return;
        var name = Text(root, "name");
        if (name is not null) writer.Add(ProjectRows.Kind, LineOf(text, "\"name\""), ProjectRows.Name, name);
        foreach (var member in (string[])["source", "module", "main"])
            if (Text(root, member) is { } entry) writer.Add(ProjectRows.Kind, LineOf(text, $"\"{member}\""), ProjectRows.Entry, entry);
        WorkspaceLists.Npm(root, LineOf(text, "\"workspaces\""), writer);
        if (root.TryGetProperty("bin", out var bin))
        {
            var line = LineOf(text, "\"bin\"");
            if (bin.ValueKind == JsonValueKind.String) writer.Add(ProjectRows.Kind, line, ProjectRows.Makes, "command-line tool", name is null ? null : name[(name.LastIndexOf('/') + 1)..], bin.GetString());
            else if (bin.ValueKind == JsonValueKind.Object)
                foreach (var command in bin.EnumerateObject().Take(50)) writer.Add(ProjectRows.Kind, line, ProjectRows.Makes, "command-line tool", command.Name, command.Value.ValueKind == JsonValueKind.String ? command.Value.GetString() : null);
        }
        if (root.TryGetProperty("dependencies", out var dependencies) && dependencies.ValueKind == JsonValueKind.Object)
            foreach (var framework in WebFrameworks)
                if (dependencies.TryGetProperty(framework, out _) && root.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object && (scripts.TryGetProperty("start", out _) || scripts.TryGetProperty("dev", out _)))
                {
                    writer.Add(ProjectRows.Kind, LineOf(text, $"\"{framework}\""), ProjectRows.Makes, "web application", framework);
                    break;
                }
    }

    private static void TypeScript(string text, DetailWriter writer)
    {
        if (Parse(text) is not { } root || !root.TryGetProperty("compilerOptions", out var options) || options.ValueKind != JsonValueKind.Object) return;
        if (Text(options, "baseUrl") is { } folder) writer.Add(ProjectRows.Kind, 0, ProjectRows.BaseUrl, folder);
        if (!options.TryGetProperty("paths", out var paths) || paths.ValueKind != JsonValueKind.Object) return;
        foreach (var alias in paths.EnumerateObject().Take(500))
            if (alias.Value.ValueKind == JsonValueKind.Array)
                foreach (var target in alias.Value.EnumerateArray().Take(5))
                    if (target.ValueKind == JsonValueKind.String) writer.Add(ProjectRows.Kind, 0, ProjectRows.Alias, alias.Name, target.GetString());
    }

    private static void Cargo(string text, DetailWriter writer)
    {
        TomlEntry? program = null;
        var (name, file) = ("", (string?)null);
        foreach (var entry in TomlReader.Manifest(text))
        {
            if (program is not null && (entry.Path[0] != "bin" || entry.Path.Count < 2 || entry.Path[1] != program.Path[1])) Flush();
            switch (entry)
            {
                case { Path: ["package" or "lib", "name"], Value: { } value }: writer.Add(ProjectRows.Kind, entry.Line, ProjectRows.Name, value); break;
                case { Path: ["workspace"], Value: null }: writer.Add(ProjectRows.Kind, entry.Line, ProjectRows.Member, "."); break;
                case { Path: ["workspace", "members", _], Value: { } member }: writer.Add(ProjectRows.Kind, entry.Line, ProjectRows.Member, member); break;
                case { Path: ["workspace", "exclude", _], Value: { } member }: writer.Add(ProjectRows.Kind, entry.Line, ProjectRows.Excluded, member); break;
                case { Path: ["lib", "path"], Value: { } value }: writer.Add(ProjectRows.Kind, entry.Line, ProjectRows.Entry, value); break;
                case { Path: ["bin", _, ..] }:
                    program ??= entry;
                    if (entry is { Path: [_, _, "name"], Value: { } called }) name = called;
                    if (entry is { Path: [_, _, "path"], Value: { } place }) file = place;
                    break;
            }
        }
        if (program is not null) Flush();

        void Flush()
        {
            writer.Add(ProjectRows.Kind, program.Line, ProjectRows.Makes, "command-line tool", name, file);
            (program, name, file) = (null, "", null);
        }
    }

    private static void Python(string text, DetailWriter writer)
    {
        foreach (var entry in TomlReader.Manifest(text))
            switch (entry)
            {
                case { Path: ["project", "name"] or ["tool", "poetry", "name"], Value: { } name }: writer.Add(ProjectRows.Kind, entry.Line, ProjectRows.Name, name); break;
                case { Path: ["project", "scripts" or "gui-scripts", var command], Value: { } function }: writer.Add(ProjectRows.Kind, entry.Line, ProjectRows.Makes, "command-line tool", command, function); break;
                case { Path: ["tool", "poetry", "scripts", var command], Value: { } function }: writer.Add(ProjectRows.Kind, entry.Line, ProjectRows.Makes, "command-line tool", command, function); break;
            }
    }

    private static void Go(string text, DetailWriter writer)
    {
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            if (!raw.StartsWith("module ", StringComparison.Ordinal) && !raw.StartsWith("module\t", StringComparison.Ordinal)) continue;
            var name = raw[7..];
            if (name.IndexOf("//", StringComparison.Ordinal) is var comment and >= 0) name = name[..comment];
            writer.Add(ProjectRows.Kind, number, ProjectRows.Name, name.Trim().Trim('"').ToString());
            return;
        }
    }

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.TrimStart('\uFEFF'), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static int LineOf(string text, string word) => text.IndexOf(word, StringComparison.Ordinal) is var at and >= 0 ? text.AsSpan(0, at).Count('\n') + 1 : 0;
}

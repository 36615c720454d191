using System.Text.Json;
using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Projects;

/// <summary>Files that list the projects of a product: rows <see cref="ProjectRows.Member"/> and <see cref="ProjectRows.Excluded"/>.</summary>
internal static class WorkspaceLists
{
    private const int Limit = 5_000;
    private static readonly string[] ProjectEndings = [".csproj", ".fsproj", ".vbproj"];

    /// <summary>The <c>workspaces</c> of a package.json: a list, or an object with <c>packages</c>.</summary>
    public static void Npm(JsonElement root, int line, DetailWriter writer)
    {
        if (!root.TryGetProperty("workspaces", out var list)) return;
        if (list.ValueKind == JsonValueKind.Object && list.TryGetProperty("packages", out var packages)) list = packages;
        if (list.ValueKind != JsonValueKind.Array) return;
        foreach (var member in list.EnumerateArray().Take(Limit))
            if (member.ValueKind == JsonValueKind.String) Pattern(member.GetString()!, line, writer);
    }

    /// <summary>The <c>packages</c> of a pnpm-workspace.yaml.</summary>
    public static void Pnpm(string text, DetailWriter writer) => YamlScalars.Read(text, (path, value, line) =>
    {
        if (path is ["packages", _]) Pattern(value, line, writer);
    });

    /// <summary>The <c>use</c> of a go.work.</summary>
    public static void Go(string text, DetailWriter writer)
    {
        var (number, isIn) = (0, false);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = (raw.IndexOf("//") is var comment and >= 0 ? raw[..comment] : raw).Trim();
            if (isIn && line.StartsWith(")")) isIn = false;
            else if (isIn && line.Length > 0) Add(line);
            else if (line.StartsWith("use") && line.Length > 3 && line[3] is ' ' or '\t' or '(')
            {
                var rest = line[3..].Trim();
                if (rest.StartsWith("(")) isIn = true;
                else Add(rest);
            }

            void Add(ReadOnlySpan<char> folder) => writer.Add(ProjectRows.Kind, number, ProjectRows.Member, folder.Trim('"').ToString());
        }
    }

    /// <summary>A solution begins with its name, maybe behind an empty line.</summary>
    public static bool IsSolution(string text) => text.AsSpan(0, Math.Min(text.Length, 100)).Contains("Microsoft Visual Studio Solution File", StringComparison.Ordinal);

    /// <summary><c>Project("{…}") = "Acme", "src\Acme\Acme.csproj", "{…}"</c></summary>
    public static void Solution(string text, DetailWriter writer)
    {
        var (number, count) = (0, 0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (!line.StartsWith("Project(") || ++count > Limit) continue;
            var words = line.ToString().Split('"');
            if (words.Length > 5) Project(words[5], number, writer);
        }
    }

    /// <summary><c>&lt;Project Path="src/Acme/Acme.csproj" /&gt;</c></summary>
    public static void SolutionXml(string text, DetailWriter writer)
    {
        var root = XmlText.Read(text);
        if (root.Name.LocalName != "Solution") return;
        foreach (var project in root.Descendants().Where(element => element.Name.LocalName == "Project").Take(Limit))
            if (project.Attribute("Path")?.Value is { } path) Project(path, XmlText.LineOf(project), writer);
    }

    private static void Project(string path, int line, DetailWriter writer)
    {
        if (Array.Exists(ProjectEndings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) writer.Add(ProjectRows.Kind, line, ProjectRows.Member, path.Replace('\\', '/'));
    }

    private static void Pattern(string pattern, int line, DetailWriter writer)
    {
        if (pattern.StartsWith('!')) writer.Add(ProjectRows.Kind, line, ProjectRows.Excluded, pattern[1..]);
        else writer.Add(ProjectRows.Kind, line, ProjectRows.Member, pattern);
    }
}

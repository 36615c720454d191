using System.Collections.Frozen;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Paths;

/// <summary>Which files define container images and compositions, by their paths. The one answer for all agents.</summary>
internal static class ContainerFiles
{
    private static readonly FrozenSet<string> TemplateEndings = new[] { ".template", ".tmpl", ".j2", ".in", ".erb", ".mustache", ".hbs", ".tpl", ".ejs" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> DevelopmentFolders = new[] { ".devcontainer", ".gitpod", ".vscode" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A Dockerfile or Containerfile; not what is filled in first, describes one or is a program about them.</summary>
    public static bool IsDockerfile(string path)
    {
        var name = NameOf(path);
        var ending = Path.GetExtension(name);
        if (TemplateEndings.Contains(ending) || ending is ".md" or ".dockerignore" or ".containerignore") return false;
        if (name is "dockerfile" or "containerfile" || ending is ".dockerfile" or ".containerfile") return true;
        // dockerfile.pm is Perl.
        return (name.StartsWith("dockerfile.", StringComparison.Ordinal) || name.StartsWith("containerfile.", StringComparison.Ordinal)) && LanguageTable.OfPath(path) is null or { Name: "Dockerfile" };
    }

    /// <summary>A file of Docker Compose.</summary>
    public static bool IsCompose(string path)
    {
        var name = NameOf(path);
        return (name.StartsWith("docker-compose", StringComparison.Ordinal) || name.StartsWith("compose.", StringComparison.Ordinal)) && Path.GetExtension(name) is ".yml" or ".yaml";
    }

    /// <summary>Describes where people work on the repository (dev containers, Gitpod), not what is built or run for others.</summary>
    public static bool IsForDevelopment(string path) =>
        NameOf(path).StartsWith(".gitpod", StringComparison.Ordinal) || path.ToLowerInvariant().Split('/')[..^1].Any(DevelopmentFolders.Contains);

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
}

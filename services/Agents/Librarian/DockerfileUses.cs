using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;

namespace Charterhouse.Agents.Librarian;

/// <summary>Tells whether anything that was read, or a script that was not, builds an image; where nothing does, a Dockerfile is a convenience.</summary>
internal sealed partial class DockerfileUses
{
    private readonly bool _unknown;
    private readonly string[] _texts;

    public DockerfileUses(RepositoryFacts facts)
    {
        _texts = [.. facts.Excerpts.Where(file => !ContainerFiles.IsDockerfile(file.Path)).Select(file => file.Text)];
        // Whoever builds images at all builds these; a script of such a name, or a composition, may do it as well.
        _unknown = _texts.Any(text => Builds().IsMatch(text)) || facts.Files.Any(file => file.IsFile && (ContainerFiles.IsCompose(file.Path) || Script().IsMatch(file.Path)));
    }

    /// <summary>True when the Dockerfile is built, or may be: the one at the top is what <c>docker build .</c> and hosting services take without being told.</summary>
    public bool Contains(string path) => _unknown || path is "Dockerfile" or "Containerfile" || _texts.Any(text => text.Contains(path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : "Dockerfile", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(docker|podman|buildah|nerdctl)[ -](build|buildx|compose|bake|image)\b|\bbuild-push-action\b|\bkaniko\b|\bbuildah bud\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Builds();

    [GeneratedRegex(@"(^|/)[^/]*(docker|image|container)[^/]*\.(sh|py|ps1|rb|js|ts|mk|ya?ml|hcl|toml)$|(^|/)(skaffold|tilt|fly|render|railway|heroku|captain-definition)[^/]*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Script();
}

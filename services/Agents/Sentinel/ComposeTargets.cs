using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Which stage of a Dockerfile the repository's compositions build, where every one of them names it.</summary>
internal sealed class ComposeTargets
{
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _byPath = new(StringComparer.Ordinal);

    public ComposeTargets(RepositoryFacts facts)
    {
        foreach (var file in facts.Excerpts.Where(file => ContainerFiles.IsCompose(file.Path) && !file.Truncated))
            foreach (var (_, service) in BoundedYaml.Read(file.Text)?["services"]?.Members ?? [])
            {
                if (service["build"] is not { } build) continue;
                var (context, dockerfile) = (build.Text ?? build["context"]?.Text ?? ".", build["dockerfile"]?.Text ?? "Dockerfile");
                if (SourceTree.Resolve(SourceTree.FolderOf(file.Path), context + "/" + dockerfile) is not { } path) continue;
                if (!_byPath.TryGetValue(path, out var targets)) _byPath[path] = targets = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                // Without a target it is the last one, whatever the others say.
                targets.Add(build["target"]?.Text ?? "");
            }
    }

    /// <summary>Names of stages; none where the last is built, or it is not known.</summary>
    public IReadOnlySet<string> Of(string dockerfile) => _byPath.TryGetValue(dockerfile, out var targets) && !targets.Contains("") ? targets : Nothing;
}

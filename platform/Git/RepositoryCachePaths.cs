using System.Text.RegularExpressions;

namespace Charterhouse.Platform.Git;

/// <summary>Where the cache of bare repositories lies. Written by RepoSync only; read by Agents.</summary>
public sealed partial class RepositoryCachePaths(string root)
{
    /// <summary>The cache's folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The bare repository of an id.</summary>
    /// <exception cref="ArgumentException">The id is not one of ours (it would be a path).</exception>
    public string GitDir(string repositoryId) =>
        IdPattern().IsMatch(repositoryId)
            ? Path.Combine(Root, repositoryId + ".git")
            : throw new ArgumentException($"'{repositoryId}' is not a repository id", nameof(repositoryId));

    [GeneratedRegex("^repo_[a-z2-7]{26}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex IdPattern();
}

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>The workflows that every installation has.</summary>
public static class BuiltInWorkflows
{
    /// <summary>Sync, scan, the agents, publish.</summary>
    public const string RepoAnalysis = "repo-analysis";

    /// <summary>Sync, scan of head and base, the agents, what the change touches.</summary>
    public const string ChangeAnalysis = "change-analysis";

    /// <summary>Sync alone.</summary>
    public const string RepositorySync = "repository-sync";

    /// <summary>Registers what a forge lists.</summary>
    public const string RegisterRepositories = "register-repositories";

    /// <summary>What <c>analyze</c> runs when no workflow is named.</summary>
    public const string Default = RepoAnalysis;

    /// <summary>Every built-in workflow's name, ordered.</summary>
    public static IReadOnlyList<string> Names { get; } = [ChangeAnalysis, RegisterRepositories, RepoAnalysis, RepositorySync];

    /// <summary>A built-in workflow's YAML, or null when there is none of that name.</summary>
    public static string? TextOf(string name)
    {
        if (!Names.Contains(name, StringComparer.Ordinal)) return null;
        using var stream = typeof(BuiltInWorkflows).Assembly.GetManifestResourceStream($"workflows/{name}.yaml")
            ?? throw new InvalidOperationException($"The workflow '{name}' is not embedded in {typeof(BuiltInWorkflows).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

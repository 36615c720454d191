using Charterhouse.Platform.Git;

namespace Charterhouse.RepoSync.Targets;

/// <summary>The one way in which git talks to a source that may want credentials.</summary>
internal static class AskingGit
{
    /// <summary>Runs git with the credential in its environment; what it says comes back without the secret, which a server might repeat.</summary>
    public static async Task<GitResult> AskAsync(this GitProcess git, GitCredential? credential, IReadOnlyList<string> arguments, GitProcess.Settings settings, CancellationToken cancellationToken)
    {
        if (credential is null) return await git.RunAsync(arguments, settings, cancellationToken);
        var environment = new Dictionary<string, string>(settings.Environment, StringComparer.Ordinal);
        foreach (var (name, value) in credential.Environment) environment[name] = value;
        var result = await git.RunAsync(arguments, settings with { Environment = environment }, cancellationToken);
        return result with { Error = credential.Scrub(result.Error) };
    }
}

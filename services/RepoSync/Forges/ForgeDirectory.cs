using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Forges;

/// <summary>A repository at a forge that the house has credentials for.</summary>
/// <param name="Path">By which the forge knows it: <c>owner/name</c>. Empty for the forge itself.</param>
internal sealed record ForgePlace(IForge Forge, string Path);

/// <summary>The forges that the house has credentials for, by the address of a repository.</summary>
internal sealed class ForgeDirectory : IDisposable
{
    private readonly List<ForgeLine> _lines = [];

    public ForgeDirectory(RepoSyncOptions options, HostGuard guard, RateLimits limits, TimeProvider time)
    {
        if (options.GitHub.HasCredentials) GitHub = new GitHubForge(options.GitHub, Line(options.GitHub));
        if (options.GitLab.HasCredentials) GitLab = new GitLabForge(options.GitLab, Line(options.GitLab));

        ForgeLine Line(ForgeSettings forge)
        {
            var line = new ForgeLine(ForgeTransport.Create(forge, guard, options.CertificateAuthorities), limits, time);
            _lines.Add(line);
            return line;
        }
    }

    /// <summary>Null without credentials.</summary>
    public GitHubForge? GitHub { get; }

    /// <summary>Null without credentials.</summary>
    public GitLabForge? GitLab { get; }

    /// <summary>All that there are.</summary>
    public IEnumerable<IForge> All => new IForge?[] { GitHub, GitLab }.OfType<IForge>();

    /// <summary>The forge of a repository (or of an organisation, or a forge itself) and its path there; null where its host is no forge that there are credentials for.</summary>
    /// <param name="url">An https address without credentials.</param>
    public ForgePlace? Find(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && All.FirstOrDefault(forge => IsAt(forge.Web, uri.IdnHost, uri.Port)) is { } forge ? new ForgePlace(forge, PathOf(uri)) : null;

    /// <summary>What git is to show a host that <c>git_credentials</c> says nothing of; null for nothing.</summary>
    public async Task<GitCredential?> CredentialAsync(string host, int port, string path, CancellationToken cancellationToken)
    {
        if (GitHub is not null && IsAt(GitHub.Web, host, port)) return await GitHub.CredentialAsync(path, cancellationToken);
        return GitLab is not null && IsAt(GitLab.Web, host, port) ? GitLab.Credential : null;
    }

    public void Dispose() => _lines.ForEach(line => line.Dispose());

    private static bool IsAt(Uri web, string host, int port) => string.Equals(web.IdnHost, host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase) && web.Port == port;

    private static string PathOf(Uri url)
    {
        var path = Uri.UnescapeDataString(url.AbsolutePath).Trim('/');
        return path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
    }
}

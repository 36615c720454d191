using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Microsoft.Extensions.Options;

namespace Charterhouse.RepoSync;

/// <summary>How RepoSync reaches and keeps repositories.</summary>
public sealed class RepoSyncOptions
{
    /// <summary>The folder of the bare repositories, absolute; shared read-only with Agents.</summary>
    public string CacheRoot { get; set; } = "";
    /// <summary>True lets https targets resolve to loopback, private and link-local addresses (a forge inside the own network).</summary>
    public bool AllowPrivateHosts { get; set; }
    /// <summary>
    /// Absolute path of a PEM file with the certificate authorities that https sources are checked against (a forge with a private
    /// authority); null for the system's.
    /// </summary>
    public string? CertificateAuthorities { get; set; }
    /// <summary>What hosts are shown that do not let everybody read.</summary>
    public GitCredentials Credentials { get; set; } = GitCredentials.None;
    /// <summary>Where people reach the house, for links to runs; null for nowhere.</summary>
    public Uri? PublicUrl { get; set; }
    /// <summary>True: nothing is written outside of the house, it is only put on record.</summary>
    public bool DryRun { get; set; }
    /// <summary>Whom the step kind <c>forge/webhook</c> tells; null for nobody.</summary>
    public WebhookTarget? Webhook { get; set; }
    /// <summary>Days that settled effects are kept; 0 for ever.</summary>
    public int RetentionDays { get; set; }
    /// <summary>The token of the HTTP API; null for none. A secret.</summary>
    public string? ApiToken { get; set; }
    /// <summary>GitHub, or an Enterprise server.</summary>
    public ForgeSettings GitHub { get; set; } = ForgeSettings.PublicGitHub;
    /// <summary>GitLab, or a self-managed one.</summary>
    public ForgeSettings GitLab { get; set; } = ForgeSettings.PublicGitLab;
    /// <summary>Size of the cache, in bytes, beyond which repositories that no run uses are removed; 0 for any.</summary>
    public long MaxCacheBytes { get; set; }
    /// <summary>Time for asking a source what its HEAD is.</summary>
    public TimeSpan LookTimeout { get; set; } = TimeSpan.FromSeconds(60);
    /// <summary>Time for one fetch, whatever its size; the process tree dies when it is up.</summary>
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromMinutes(10);
    /// <summary>Time for counting uncommitted changes; when it is up, a note says that they were not counted.</summary>
    public TimeSpan DirtyCheckTimeout { get; set; } = TimeSpan.FromSeconds(5);
    /// <summary>A pin whose run never said that it ended is dropped after this time.</summary>
    public TimeSpan PinAge { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>A receiver of webhooks.</summary>
/// <param name="secret">What they are signed with. Never print it.</param>
public sealed class WebhookTarget(Uri url, string secret)
{
    /// <summary>https, or http on this machine.</summary>
    public Uri Url { get; } = url;

    /// <summary>The secret; after <c>whsec_</c> in Base64.</summary>
    public string Secret { get; } = secret;
}

/// <summary>Names every wrong setting at once.</summary>
internal sealed class RepoSyncOptionsValidator : IValidateOptions<RepoSyncOptions>
{
    public ValidateOptionsResult Validate(string? name, RepoSyncOptions options)
    {
        var problems = new List<string>();
        if (!Path.IsPathFullyQualified(options.CacheRoot)) problems.Add("RepoSync:CacheRoot must be an absolute path");
        if (options.CertificateAuthorities is { } file && !(Path.IsPathFullyQualified(file) && File.Exists(file)))
            problems.Add("RepoSync:CertificateAuthorities must be the absolute path of a file that exists");
        if (options.MaxCacheBytes < 0) problems.Add("RepoSync:MaxCacheBytes must not be negative");
        if (options.LookTimeout <= TimeSpan.Zero) problems.Add("RepoSync:LookTimeout must be positive");
        if (options.FetchTimeout <= TimeSpan.Zero) problems.Add("RepoSync:FetchTimeout must be positive");
        if (options.DirtyCheckTimeout <= TimeSpan.Zero) problems.Add("RepoSync:DirtyCheckTimeout must be positive");
        if (options.PinAge <= TimeSpan.Zero) problems.Add("RepoSync:PinAge must be positive");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}

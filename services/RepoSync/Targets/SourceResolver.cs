using System.Net;
using System.Net.Sockets;
using System.Text;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;

namespace Charterhouse.RepoSync.Targets;

/// <summary>Looks at a target: identity and HEAD. A local one is read as data, an https one is asked once.</summary>
internal sealed class SourceResolver(GitProcess git, HostGuard hosts, RepoSyncOptions options)
{
    /// <summary>Looks, without changing anything.</summary>
    /// <exception cref="StepFailedException">It cannot be analysed; the failure says why.</exception>
    public Task<SyncSource> ResolveAsync(RepositoryTarget target, CancellationToken cancellationToken) => target switch
    {
        RepositoryTarget.Local local => LocalAsync(local, cancellationToken),
        RepositoryTarget.Https https => HttpsAsync(https, cancellationToken),
        _ => throw new ArgumentException($"{target.GetType().Name} is not a kind of target", nameof(target)),
    };

    private async Task<SyncSource> LocalAsync(RepositoryTarget.Local target, CancellationToken cancellationToken)
    {
        var found = LocalRepository.Find(target.Path);
        if (!found.Succeeded) throw GitFailures.Of(found.Problem);
        var repository = found.Value;
        var head = HeadState.Read(repository);
        if (!head.Succeeded) throw GitFailures.Of(head.Problem);
        return new SyncSource
        {
            Identity = RepositoryIdentity.OfLocal(repository, await repository.OriginAsync(git, options.LookTimeout, cancellationToken)),
            FetchUrl = FileUrl(repository.CommonDir),
            Head = head.Value,
            IsShallow = repository.IsShallow,
            Local = repository,
            Shown = repository.WorkTree ?? repository.GitDir,
        };
    }

    private async Task<SyncSource> HttpsAsync(RepositoryTarget.Https target, CancellationToken cancellationToken)
    {
        var addresses = await hosts.CheckAsync(target.Host, cancellationToken);
        var config = ConfigOf(target, addresses);
        var (result, url) = await LookAsync(target, config, cancellationToken);
        if (!result.Succeeded) throw GitFailures.OfTransfer(result, target.Url);
        string? branch = null;
        string? sha = null;
        foreach (var line in result.Output.Split('\n'))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab < 0 || line[(tab + 1)..] != "HEAD") continue;
            if (line.StartsWith("ref: refs/heads/", StringComparison.Ordinal)) branch = line["ref: refs/heads/".Length..tab];
            else sha = line[..tab];
        }
        if (sha is null || !HeadState.ShaPattern().IsMatch(sha))
            throw StepFailedException.Permanent("no_commits", $"the repository {target.Url} has no commit on its default branch", "Push something first, or check the address.");
        return new SyncSource
        {
            Identity = RepositoryIdentity.OfUrl(target),
            FetchUrl = url,
            Head = new HeadState(sha, branch),
            Addresses = addresses,
            Shown = target.Url,
            Config = config,
        };
    }

    /// <summary>
    /// The address without <c>.git</c> is the normal form, but some forges redirect it (GitLab) or know only the other one (cgit): then
    /// that one is asked too, rather than following a redirect to wherever it leads.
    /// </summary>
    private async Task<(GitResult Result, string Url)> LookAsync(RepositoryTarget.Https target, IReadOnlyList<string> config, CancellationToken cancellationToken)
    {
        var result = await AskAsync(target.Url);
        if (result.Succeeded || GitFailures.OfTransfer(result, target.Url).Failure.Code is not ("redirected" or "not_found")) return (result, target.Url);
        var other = await AskAsync(target.Url + ".git");
        return other.Succeeded ? (other, target.Url + ".git") : (result, target.Url);

        Task<GitResult> AskAsync(string url) => git.RunAsync(["ls-remote", "--symref", "--end-of-options", url, "HEAD"],
            new GitProcess.Settings { Timeout = options.LookTimeout, Config = config }, cancellationToken);
    }

    private List<string> ConfigOf(RepositoryTarget.Https target, IReadOnlyList<IPAddress> addresses)
    {
        // A server that stops sending is given up on.
        List<string> config = ["http.lowSpeedLimit=1000", "http.lowSpeedTime=60"];
        // Pins the checked addresses. An address needs no look-up, and an entry for an IPv6 one would be a syntax error.
        if (!IPAddress.TryParse(target.Host.Trim('[', ']'), out _))
            config.Add($"http.curloptResolve={target.Host}:{target.Port}:{string.Join(',', addresses.Select(a => a.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{a}]" : a.ToString()))}");
        if (options.CertificateAuthorities is { } file) config.Add("http.sslCAInfo=" + file);
        return config;
    }

    /// <summary>git decodes percent signs in URLs, so whatever is not plain is encoded.</summary>
    internal static string FileUrl(string path)
    {
        var url = new StringBuilder("file://");
        foreach (var value in Encoding.UTF8.GetBytes(path))
        {
            var plain = value is (byte)'/' or (byte)'.' or (byte)'-' or (byte)'_' || char.IsAsciiLetterOrDigit((char)value);
            url.Append(plain ? ((char)value).ToString() : $"%{value:X2}");
        }
        return url.ToString();
    }
}

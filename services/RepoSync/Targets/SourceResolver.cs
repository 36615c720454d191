using System.Net;
using System.Net.Sockets;
using System.Text;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Cache;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Targets;

/// <summary>Looks at a target: identity and HEAD. A local one is read as data, an https one is asked once.</summary>
internal sealed class SourceResolver(GitProcess git, HostGuard hosts, RepoSyncOptions options, ForgeDirectory forges)
{
    /// <summary>Looks, without changing anything.</summary>
    /// <exception cref="StepFailedException">It cannot be analysed; the failure says why.</exception>
    public Task<SyncSource> ResolveAsync(RepositoryTarget target, SyncWish wish, CancellationToken cancellationToken) => target switch
    {
        RepositoryTarget.Local local => LocalAsync(local, cancellationToken),
        RepositoryTarget.Https https => HttpsAsync(https, wish, cancellationToken),
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
            DefaultBranch = head.Value.Branch,
            IsShallow = repository.IsShallow,
            Local = repository,
            Shown = repository.WorkTree ?? repository.GitDir,
        };
    }

    private async Task<SyncSource> HttpsAsync(RepositoryTarget.Https target, SyncWish wish, CancellationToken cancellationToken)
    {
        var addresses = await hosts.CheckAsync(target.Host, cancellationToken);
        var config = ConfigOf(target, addresses);
        var credential = options.Credentials.For(target.Host, target.Port);
        var ofForge = credential is null ? await forges.CredentialAsync(target.Host, target.Port, target.RepositoryPath, cancellationToken) : null;
        credential ??= ofForge;
        var (result, url) = await LookAsync(target, wish.Ref, config, credential, cancellationToken);
        if (!result.Succeeded && ofForge is not null && GitFailures.OfTransfer(result, target.Url, ofForge).Failure.Code is "authentication_required" or "not_found")
        {
            // A token for the API may be for other repositories, or have expired in somebody's shell: what everybody may read is read as by everybody.
            var (open, openUrl) = await LookAsync(target, wish.Ref, config, null, cancellationToken);
            if (open.Succeeded) (result, url, credential) = (open, openUrl, null);
        }
        if (!result.Succeeded) throw GitFailures.OfTransfer(result, target.Url, credential);
        var refs = RemoteRefs.Parse(result.Output);
        var identity = RepositoryIdentity.OfUrl(target);
        return new SyncSource
        {
            Identity = wish.KnownAs is null ? identity : RepositoryIdentity.OfUrl(wish.KnownAs) with { Name = identity.Name, Url = identity.Url },
            FetchUrl = url,
            Head = new HeadState(refs.Tip(wish.Ref) ?? throw Gone(target, wish.Ref), wish.Ref is null ? refs.DefaultBranch : RefName.BranchOf(wish.Ref)),
            DefaultBranch = refs.DefaultBranch,
            Ref = wish.Ref,
            Announced = wish.Announced,
            Credential = credential,
            Shown = target.Url,
            Config = config,
        };
    }

    private static StepFailedException Gone(RepositoryTarget.Https target, string? name) => name is null
        ? StepFailedException.Permanent("no_commits", $"the repository {target.Url} has no commit on its default branch", "Push something first, or check the address.")
        : StepFailedException.Permanent("ref_not_found", $"the repository {target.Url} has no {name}, or no longer: the branch, tag or pull request was deleted, or never was", "Look which there are: git ls-remote URL.");

    /// <summary>
    /// The address without <c>.git</c> is the normal form, but some forges redirect it (GitLab) or know only the other one (cgit): then
    /// that one is asked too, rather than following a redirect to wherever it leads. A repository is gone only when neither is there.
    /// </summary>
    private async Task<(GitResult Result, string Url)> LookAsync(RepositoryTarget.Https target, string? name, IReadOnlyList<string> config, GitCredential? credential, CancellationToken cancellationToken)
    {
        var result = await AskAsync(target.Url);
        var code = result.Succeeded ? null : GitFailures.OfTransfer(result, target.Url).Failure.Code;
        if (code is not ("redirected" or "not_found")) return (result, target.Url);
        var other = await AskAsync(target.Url + ".git");
        return other.Succeeded || code == "not_found" ? (other, target.Url + ".git") : (result, target.Url);

        Task<GitResult> AskAsync(string url) => git.AskAsync(credential, ["ls-remote", "--symref", "--end-of-options", url, .. RemoteRefs.Patterns(name)],
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

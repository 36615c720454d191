using Charterhouse.Platform.Git;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Cache;

/// <summary>Fetches a source into its bare repository: the analysed commit, and with it branches and tags.</summary>
internal sealed class SourceFetcher(GitProcess git, RepositoryCachePaths paths, RepoSyncOptions options)
{
    private const string HeadRefspec = ":refs/charter/incoming";

    // Found in the history of famous repositories and harmless to a reader; everything else that fsck calls an error stays one.
    private static readonly string[] Harmless =
    [
        "badDate", "badDateOverflow", "badEmail", "badName", "badTimezone", "missingEmail", "missingNameBeforeEmail",
        "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "zeroPaddedDate", "zeroPaddedFilemode", "multipleAuthors", "gitmodulesUrl",
    ];

    /// <summary>Fetches; a branch or tag that cannot be had does not stand in the way of the analysed commit.</summary>
    /// <param name="again">True fetches everything again, to fill in objects that were missing before.</param>
    /// <param name="remotes">True fetches the remote-tracking branches of a folder too.</param>
    /// <param name="whole">True fetches contents too where the cached repository lacks them on purpose.</param>
    public async Task<GitResult> FetchAsync(SyncSource source, string gitDir, bool again, bool remotes, bool whole, CancellationToken cancellationToken)
    {
        // What a person calls origin/main is a remote-tracking branch of the folder; a remote source's own are nobody's business.
        string[] refs = source.Local is null || !remotes ? [] : ["+refs/remotes/*:refs/charter/remotes/*"];
        var global = source.Local is null ? null : WriteGlobalConfig(source.Local, gitDir);
        List<string> common = [];
        if (again) common.Add("--refetch");
        if (whole) common.Add("--no-filter");
        if (source.IsShallow) common.Add("--update-shallow");
        else if (IsShallow(gitDir)) common.Add(source.Local is null ? "--update-shallow" : "--unshallow");
        var blobless = source.Local is null && !whole && BloblessClone.Is(gitDir);
        try
        {
            var all = await RunAsync(source, gitDir, blobless, global, [.. common, "--prune"],
                [$"+{source.Head.Sha}{HeadRefspec}", "+refs/heads/*:refs/charter/heads/*", "+refs/tags/*:refs/tags/*", .. refs], null, cancellationToken);
            if (all.Succeeded || all.TimedOut || source.Local is null) return all;
            var head = await RunAsync(source, gitDir, blobless, global, common, [$"+{source.Head.Sha}{HeadRefspec}"], null, cancellationToken);
            return head.Succeeded ? head : all;
        }
        finally
        {
            if (global is not null) File.Delete(global);
        }
    }

    /// <summary>Fetches one commit of an https source, whatever refs there are.</summary>
    public Task<GitResult> FetchCommitAsync(SyncSource source, string gitDir, string sha, CancellationToken cancellationToken) =>
        RunAsync(source, gitDir, BloblessClone.Is(gitDir), null, [], [$"+{sha}{HeadRefspec}"], null, cancellationToken);

    /// <summary>Fetches contents into a blobless repository.</summary>
    /// <param name="ids">One a line. There may be more than a command line holds.</param>
    public Task<GitResult> FetchObjectsAsync(SyncSource source, string gitDir, byte[] ids, CancellationToken cancellationToken) =>
        RunAsync(source, gitDir, blobless: true, null, ["--stdin"], [], ids, cancellationToken);

    private Task<GitResult> RunAsync(SyncSource source, string gitDir, bool blobless, string? global, IReadOnlyList<string> flags, IReadOnlyList<string> refspecs, byte[]? input, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [CacheRecovery.Marker] = gitDir };
        if (global is not null) environment["GIT_CONFIG_GLOBAL"] = global;
        List<string> config = [.. source.Config, .. Harmless.Select(id => $"fetch.fsck.{id}=warn")];
        if (blobless) config.AddRange([.. BloblessClone.Config, $"remote.{BloblessClone.Remote}.url={source.FetchUrl}"]);
        // Contents have no history that could be compared.
        if (input is not null) config.Add("fetch.negotiationAlgorithm=noop");
        // Options stand before the URL; the refspecs after it begin with '+'.
        return git.AskAsync(source.Credential,
            ["--git-dir=" + gitDir, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-show-forced-updates", "--force", .. flags, "--end-of-options", blobless ? BloblessClone.Remote : source.FetchUrl, .. refspecs],
            new GitProcess.Settings { Timeout = options.FetchTimeout, AllowProtocol = source.Local is null ? "https" : "file", Environment = environment, Config = config, Input = input }, cancellationToken);
    }

    /// <summary>True when the cached history is cut off.</summary>
    public static bool IsShallow(string gitDir) => new FileInfo(Path.Combine(gitDir, "shallow")) is { Exists: true, Length: > 0 };

    /// <summary>
    /// A repository of another user is refused as "dubious ownership", and only a configuration file can allow it: upload-pack drops
    /// <c>-c</c> settings. The file names this one repository.
    /// </summary>
    private string WriteGlobalConfig(LocalRepository repository, string gitDir)
    {
        var file = Path.Combine(paths.Root, $".safe-{Path.GetFileName(gitDir)}");
        using var writer = new StreamWriter(file);
        writer.Write("[safe]\n");
        foreach (var path in new[] { repository.CommonDir, repository.WorkTree }.OfType<string>().Distinct(StringComparer.Ordinal))
            writer.Write($"\tdirectory = \"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n");
        return file;
    }
}

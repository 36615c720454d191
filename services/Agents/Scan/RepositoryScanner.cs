using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Git;
using Charterhouse.Agents.Scan.History;
using Charterhouse.Agents.Scan.Languages;
using Charterhouse.Platform.Git;

namespace Charterhouse.Agents.Scan;

/// <summary>What a scan starts from and what it leaves for the next one.</summary>
/// <param name="Known">Facts of blobs that need not be read.</param>
/// <param name="History">The history at this commit, when it is known already.</param>
internal sealed record ScanMemory(IReadOnlyDictionary<BlobKey, BlobFacts> Known, HistoryFacts? History);

/// <summary>The result of a scan.</summary>
/// <param name="Blobs">The facts of every blob of the tree, for the cache.</param>
/// <param name="BlobsRead">How many were asked of git.</param>
/// <param name="DetailsCut">Rows are missing from the blobs' facts: they are of no use to another scan.</param>
internal sealed record ScanResult(RepositoryFacts Facts, IReadOnlyDictionary<BlobKey, BlobFacts> Blobs, int BlobsRead, bool DetailsCut);

/// <summary>
/// Reads a bare repository at one commit: the tree once, every unknown blob once, the history once. Nothing is checked out, followed or
/// fetched, and nothing in the repository is executed.
/// </summary>
internal sealed class RepositoryScanner(GitProcess git)
{
    /// <summary>Bigger files are counted by size only.</summary>
    public const int LargeBytes = 5 * 1024 * 1024;
    private const int AttributeFiles = 100;
    private const int LinkBytes = 4096;

    public async Task<ScanResult> ScanAsync(string gitDir, string commit, ScanMemory memory, Action<string> progress, CancellationToken cancellationToken)
    {
        var shallow = File.Exists(Path.Combine(gitDir, "shallow"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<HistoryFacts>? history = null;
        var tags = HistoryReader.ReadTagsAsync(git, gitDir, commit, stop.Token);
        try
        {
            var tree = await TreeReader.ReadAsync(git, gitDir, commit, stop.Token);
            progress($"{tree.Entries.Count} files");
            history = memory.History is null ? HistoryReader.ReadAsync(git, gitDir, commit, shallow, tree.Entries.Select(entry => entry.Path).ToArray(),
                tree.Entries.Any(entry => entry.Path == ".mailmap" && entry.Mode is not (FileFact.SymbolicLink or FileFact.Submodule) && entry.Size is <= LargeBytes), stop.Token) : null;
            var blobs = new Dictionary<BlobKey, BlobFacts>();
            var budget = new DetailsBudget();
            var read = 0;
            var attributes = new GitAttributes();
            var attributeKeys = tree.Entries.Where(IsAttributeFile).OrderBy(entry => ExcerptChoice.Depth(entry.Path)).Take(AttributeFiles)
                .Select(entry => (entry.Path, Key: GitAttributes.KeyOf(entry))).ToArray();
            read += await FillAsync(gitDir, attributeKeys.Select(pair => pair.Key), memory, blobs, budget, stop.Token);
            foreach (var (path, key) in attributeKeys)
                if (blobs.TryGetValue(key, out var facts) && facts.Text is { } text) attributes.Add(path, text);

            var (links, linksRead) = await LinksAsync(gitDir, tree, memory, blobs, budget, stop.Token);
            read += linksRead;
            var files = new TreeFiles(tree.Entries, attributes, links);
            read += await FillAsync(gitDir, files.Keys, memory, blobs, budget, stop.Token);
            budget.Level(blobs);
            progress(read == 0 ? "every file is known from the last scan" : $"{read} files read");

            var historyFacts = memory.History ?? await history!;
            var (latest, count) = await tags;
            var scanned = files.ToFacts(commit, blobs, historyFacts with { Tags = latest, TagCount = count }, tree, budget.Exceeded);
            return new ScanResult(scanned, blobs, read, budget.Exceeded);
        }
        catch
        {
            // The other reader must not go on when this one has failed; its own end is then of no interest.
            await stop.CancelAsync();
            await Task.WhenAll(history ?? Task.CompletedTask, tags).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>
    /// Files of this tree that a README or licence at the top is a symbolic link to, with the link's path. Only the link's text is read:
    /// nothing outside the tree can be reached.
    /// </summary>
    private async Task<(IReadOnlyDictionary<string, string> Links, int Read)> LinksAsync(
        string gitDir, Tree tree, ScanMemory memory, Dictionary<BlobKey, BlobFacts> blobs, DetailsBudget budget, CancellationToken cancellationToken)
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = tree.Entries.Where(entry => entry.Mode == FileFact.SymbolicLink && entry.Size is <= LinkBytes && (ExcerptChoice.IsReadme(entry.Path) || ExcerptChoice.IsLicence(entry.Path)))
            .Select(entry => (entry.Path, Key: new BlobKey(entry.Id, null, LinkBytes))).ToArray();
        if (entries.Length == 0) return (links, 0);
        var read = await FillAsync(gitDir, entries.Select(pair => pair.Key), memory, blobs, budget, cancellationToken);
        var regular = tree.Entries.Where(entry => entry.Mode is not (FileFact.SymbolicLink or FileFact.Submodule)).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, key) in entries)
            if (blobs.TryGetValue(key, out var facts) && facts.Text is { } target && Resolve(path, target) is { } file && regular.Contains(file))
                links.TryAdd(file, path);
        return (links, read);
    }

    private static string? Resolve(string link, string target)
    {
        if (target.StartsWith('/')) return null;
        var segments = new List<string>(link.Split('/')[..^1]);
        foreach (var segment in target.Split('/'))
        {
            if (segment is "" or ".") continue;
            if (segment != "..") segments.Add(segment);
            else if (segments.Count == 0) return null;
            else segments.RemoveAt(segments.Count - 1);
        }
        return string.Join('/', segments);
    }

    private static bool IsAttributeFile(TreeEntry entry) =>
        entry.Mode != FileFact.SymbolicLink && entry.Size is <= LargeBytes && GitAttributes.IsAttributeFile(entry.Path);

    private async Task<int> FillAsync(
        string gitDir, IEnumerable<BlobKey> keys, ScanMemory memory, Dictionary<BlobKey, BlobFacts> into, DetailsBudget budget, CancellationToken cancellationToken)
    {
        var unknown = new HashSet<BlobKey>();
        foreach (var key in keys)
        {
            if (into.ContainsKey(key)) continue;
            if (memory.Known.TryGetValue(key, out var known)) into[key] = budget.Take(key, known);
            else unknown.Add(key);
        }
        var groups = unknown.GroupBy(key => key.Blob, StringComparer.Ordinal).ToArray();
        foreach (var (key, facts) in await BlobReader.ReadAsync(git, gitDir, groups, LargeBytes, budget, cancellationToken)) into[key] = facts;
        return groups.Length;
    }
}

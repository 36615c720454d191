using System.Globalization;
using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents.Scan;

/// <summary>The facts of a repository at a commit, as a blob. Executing it twice gives the same blob.</summary>
internal sealed class FactsScan(RepositoryScanner scanner, RepositoryCachePaths paths, IFactsCache cache, FactsReader reader)
{
    /// <summary>The channel's value: a reference to the facts.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> RunAsync(StepContext context, RepoContext repository, string commit, string channel, CancellationToken cancellationToken)
    {
        var id = repository.Repository.Id;
        var gitDir = GitDirOf(id);
        var historyKey = HistoryKey(gitDir, commit);
        var known = FactsPack.Read(await cache.ReadAsync(id, FactsParts.Blobs, "", cancellationToken));
        var history = ReadHistory(await cache.ReadAsync(id, FactsParts.History, historyKey, cancellationToken));

        var result = await scanner.ScanAsync(gitDir, commit, new ScanMemory(known, history), context.Progress, cancellationToken);

        if (result is { BlobsRead: > 0, DetailsCut: false })
            await cache.WriteAsync(id, FactsParts.Blobs, "", FactsPack.Write(Remember(known, result.Blobs)), cancellationToken);
        if (history is null)
            await cache.WriteAsync(id, FactsParts.History, historyKey, JsonSerializer.SerializeToUtf8Bytes(result.Facts.History, CanonicalJson.Options), cancellationToken);

        var reference = await context.Blobs.PutJsonAsync(result.Facts, cancellationToken);
        if (channel == Channels.Facts) await reader.RememberAsync(reference, result.Facts, cancellationToken);
        var notes = new KeyValuePair<string, JsonElement>("notes", CanonicalJson.ToElement(result.Facts.Notes));
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [channel] = reference.ToElement([notes]) };
    }

    /// <summary>
    /// What the next scan shall know: this tree, and of what was known before at most as much again, so that branches scanned in turn do
    /// not push each other out and the row stays bounded.
    /// </summary>
    private static Dictionary<BlobKey, BlobFacts> Remember(IReadOnlyDictionary<BlobKey, BlobFacts> known, IReadOnlyDictionary<BlobKey, BlobFacts> now)
    {
        var remembered = new Dictionary<BlobKey, BlobFacts>(now);
        foreach (var (key, facts) in known.Where(pair => !now.ContainsKey(pair.Key)).Take(now.Count)) remembered[key] = facts;
        return remembered;
    }

    private string GitDirOf(string id)
    {
        try
        {
            var gitDir = paths.GitDir(id);
            if (Directory.Exists(gitDir)) return gitDir;
        }
        catch (ArgumentException problem)
        {
            throw StepFailedException.Permanent("input_invalid", problem.Message, null);
        }
        throw StepFailedException.Permanent("repository_not_cached", $"the repository {id} is not in the cache", "Let repository/sync run before analysis/scan, on a cache folder that both services share.");
    }

    /// <summary>The history depends on the commit, on where a shallow clone ends and on how it is added up.</summary>
    private static string HistoryKey(string gitDir, string commit)
    {
        var shallow = new FileInfo(Path.Combine(gitDir, "shallow"));
        var boundary = shallow.Exists ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(shallow.FullName))) : "full";
        return string.Create(CultureInfo.InvariantCulture, $"{RepositoryFacts.ScannerVersion}:{commit}:{boundary}");
    }

    private static HistoryFacts? ReadHistory(byte[]? bytes)
    {
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize<HistoryFacts>(bytes, CanonicalJson.Options);
        }
        catch (JsonException)
        {
            // Written by another version: read it again.
            return null;
        }
    }
}

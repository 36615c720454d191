using System.Collections.Concurrent;
using System.Threading.Channels;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Platform.Git;

namespace Charterhouse.Agents.Scan.Git;

/// <summary>
/// Reads blobs by one <c>git cat-file --batch</c>: asking, reading and looking into them overlap. Memory is bounded by the few contents
/// that are under way.
/// </summary>
internal static class BlobReader
{
    /// <summary>Contents under way: at 5 MB each, 80 MB at the very worst.</summary>
    private const int UnderWay = 16;

    /// <summary>The facts of every key; keys whose object git does not have are absent.</summary>
    /// <param name="keys">By blob, because a blob that stands in the tree under two kinds of path is still read once.</param>
    public static async Task<IReadOnlyDictionary<BlobKey, BlobFacts>> ReadAsync(
        GitProcess git, string gitDir, IReadOnlyList<IGrouping<string, BlobKey>> keys, int maxBytes, DetailsBudget budget, CancellationToken cancellationToken)
    {
        var facts = new ConcurrentDictionary<BlobKey, BlobFacts>();
        if (keys.Count == 0) return facts;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var batch = CatFileBatch.Open(git, gitDir, GitRecords.ReadOnly);
        // A read from git's pipe does not end by itself when it is cancelled; the end of the process ends it.
        await using var killing = stop.Token.Register(static state => ((CatFileBatch)state!).Dispose(), batch);
        var contents = Channel.CreateBounded<(IGrouping<string, BlobKey> Keys, byte[] Content)>(UnderWay);
        var asking = AskAsync(batch, keys, stop.Token);
        var reading = ReadAllAsync(batch, keys, contents.Writer, maxBytes, stop.Token);
        var inspecting = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount))
            .Select(_ => Task.Run(() => InspectAsync(contents.Reader, facts, budget, stop.Token), stop.Token));
        var work = new List<Task>([asking, reading, .. inspecting]);
        while (work.Count > 0)
        {
            var done = await Task.WhenAny(work);
            work.Remove(done);
            if (done.IsCompletedSuccessfully) continue;
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            await done;
        }
        return facts;
    }

    private static async Task AskAsync(CatFileBatch batch, IReadOnlyList<IGrouping<string, BlobKey>> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys) await batch.RequestAsync(key.Key, cancellationToken);
        batch.Complete();
    }

    private static async Task ReadAllAsync(
        CatFileBatch batch, IReadOnlyList<IGrouping<string, BlobKey>> keys, ChannelWriter<(IGrouping<string, BlobKey>, byte[])> writer, int maxBytes, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            var found = await batch.ReadAsync(maxBytes, cancellationToken);
            if (found.Type == "blob") await writer.WriteAsync((key, found.Content), cancellationToken);
        }
        writer.Complete();
    }

    private static async Task InspectAsync(
        ChannelReader<(IGrouping<string, BlobKey> Keys, byte[] Content)> reader, ConcurrentDictionary<BlobKey, BlobFacts> facts, DetailsBudget budget, CancellationToken cancellationToken)
    {
        await foreach (var (keys, content) in reader.ReadAllAsync(cancellationToken))
            foreach (var key in keys)
                facts[key] = budget.Take(key, BlobInspector.Inspect(key, content));
    }
}

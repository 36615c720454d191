namespace Charterhouse.Agents.Scan.Details;

/// <summary>
/// What the rows of a whole tree may take. A tree that goes beyond it keeps the rows of the files that its manifests and lock files are, and none of
/// its source: which of the sources came first is chance, and the same commit must give the same facts. Safe to use from several threads.
/// </summary>
internal sealed class DetailsBudget(long characters = DetailsBudget.Characters)
{
    /// <summary>Characters, of two bytes each. NetBeans with its 92,000 files has 9 million.</summary>
    public const long Characters = 64 * 1024 * 1024;

    private long _left = characters;

    /// <summary>More was found than may be kept.</summary>
    public bool Exceeded => Volatile.Read(ref _left) < 0;

    /// <summary>The facts as they may be kept.</summary>
    public BlobFacts Take(BlobKey key, BlobFacts facts)
    {
        if (facts.Details is null || !IsSource(key)) return facts;
        return Interlocked.Add(ref _left, -facts.Details.Length) < 0 ? facts with { Details = null } : facts;
    }

    /// <summary>Takes the sources' rows away, when not all of them could be kept.</summary>
    public void Level(Dictionary<BlobKey, BlobFacts> blobs)
    {
        if (!Exceeded) return;
        foreach (var key in blobs.Keys.Where(IsSource).ToArray()) blobs[key] = blobs[key] with { Details = null };
    }

    private static bool IsSource(BlobKey key) => key.Role is DetailRoles.Code or DetailRoles.Text;
}

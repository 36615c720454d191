namespace Charterhouse.Agents.Scan.Cache;

/// <summary>Keeps what a scan found for the next scan of the same repository. Losing it costs time, never truth.</summary>
internal interface IFactsCache
{
    /// <summary>The content that was last written for this part under this key, or null.</summary>
    /// <param name="part">One of <see cref="FactsParts"/>.</param>
    /// <param name="key">What the content depends on; a row with another key is no hit.</param>
    Task<byte[]?> ReadAsync(string repositoryId, string part, string key, CancellationToken cancellationToken);

    /// <summary>Replaces the part's content.</summary>
    Task WriteAsync(string repositoryId, string part, string key, byte[] content, CancellationToken cancellationToken);
}

/// <summary>The rows of a repository in <c>facts_cache</c>.</summary>
internal static class FactsParts
{
    /// <summary>A <see cref="FactsPack"/>.</summary>
    public const string Blobs = "blobs";
    /// <summary>The history added up, as JSON.</summary>
    public const string History = "history";
}

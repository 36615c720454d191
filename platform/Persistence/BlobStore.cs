using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Platform.Persistence;

/// <summary>Content-addressed bytes in the <c>blobs</c> table (compressed): the claim check for what is too big for a message.</summary>
public interface IBlobStore
{
    /// <summary>Stores the content once, in a transaction of its own (call it before a write, never inside one).</summary>
    Task<BlobReference> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>The content.</summary>
    /// <exception cref="BlobMissingException">No such blob.</exception>
    Task<byte[]> GetAsync(BlobReference reference, CancellationToken cancellationToken);
}

/// <summary>A blob that is referred to is not there.</summary>
public sealed class BlobMissingException(string sha256) : Exception($"blob {sha256} is not in the store");

using System.Security.Cryptography;
using Charterhouse.Contracts.Serialization;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Persistence;

/// <summary>Blobs inside a write, so that a row and the content that it refers to commit together. <see cref="IBlobStore"/> is for everywhere else.</summary>
public static class BlobRows
{
    /// <summary>
    /// Adds the content to the surrounding transaction, once per content, at once and not with the context's other changes: another
    /// transaction may be storing the same, which only the insert itself can find out without failing. On PostgreSQL it then waits for that
    /// one's end: writes that put several blobs put them in the same order everywhere, or they cost each other deadlocks and retries.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called outside a write.</exception>
    public static async Task<BlobReference> PutBlobAsync(this ServiceDbContext db, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var reference = new BlobReference(Convert.ToHexStringLower(SHA256.HashData(content.Span)), content.Length);
        if (await db.Set<Blob>().AnyAsync(blob => blob.Sha256 == reference.Sha256, cancellationToken)) return reference;
        var (compression, stored) = BlobStore.Compress(content);
        await using var insert = BlobStore.Insert(db.Command(BlobStore.InsertText), reference, compression, stored, db.Time(db.Now));
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return reference;
    }

    /// <summary>The content, as the surrounding transaction sees it.</summary>
    /// <exception cref="BlobMissingException">No such blob.</exception>
    public static async Task<byte[]> GetBlobAsync(this ServiceDbContext db, BlobReference reference, CancellationToken cancellationToken)
    {
        var blob = await db.Set<Blob>().AsNoTracking().FirstOrDefaultAsync(row => row.Sha256 == reference.Sha256, cancellationToken)
            ?? throw new BlobMissingException(reference.Sha256);
        return BlobStore.Expand(blob.Compression, blob.Content, checked((int)blob.Bytes));
    }
}

using System.Data.Common;
using System.IO.Compression;
using System.Security.Cryptography;
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

/// <inheritdoc cref="IBlobStore"/>
internal sealed class BlobStore(DatabaseEngine engine, DatabaseClock clock) : IBlobStore
{
    /// <summary>Stores a blob unless it is there; see <see cref="Insert"/>.</summary>
    internal const string InsertText =
        "INSERT INTO blobs (sha256, bytes, compression, content, created_at) VALUES (@sha256, @bytes, @compression, @content, @created_at) ON CONFLICT DO NOTHING";

    // Below this, a header costs more than compression saves.
    private const int SmallestToCompress = 256;

    public async Task<BlobReference> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var reference = new BlobReference(Convert.ToHexStringLower(SHA256.HashData(content.Span)), content.Length);
        var known = await engine.ReadAsync(async (connection, token) =>
        {
            await using var command = connection.Command("SELECT 1 FROM blobs WHERE sha256 = @sha256").Add("sha256", reference.Sha256);
            return await command.ExecuteScalarAsync(token) is not null;
        }, cancellationToken);
        if (known) return reference;

        var (compression, stored) = Compress(content);
        return await engine.WriteAsync(async (connection, transaction, token) =>
        {
            await using var command = Insert(connection.Command(InsertText, transaction), reference, compression, stored, clock.Time(clock.UtcNow));
            await command.ExecuteNonQueryAsync(token);
            return reference;
        }, once: false, cancellationToken);
    }

    public Task<byte[]> GetAsync(BlobReference reference, CancellationToken cancellationToken) =>
        engine.ReadAsync(async (connection, token) =>
        {
            await using var command = connection.Command("SELECT bytes, compression, content FROM blobs WHERE sha256 = @sha256").Add("sha256", reference.Sha256);
            await using var reader = await command.ExecuteReaderAsync(token);
            if (!await reader.ReadAsync(token)) throw new BlobMissingException(reference.Sha256);
            return Expand(reader.GetString(1), (byte[])reader.GetValue(2), checked((int)reader.GetInt64(0)));
        }, cancellationToken);

    /// <summary>The parameters of <see cref="InsertText"/>.</summary>
    internal static DbCommand Insert(DbCommand command, BlobReference reference, string compression, byte[] stored, object createdAt) => command
        .Add("sha256", reference.Sha256).Add("bytes", reference.Bytes).Add("compression", compression).Add("content", stored).Add("created_at", createdAt);

    internal static (string Compression, byte[] Content) Compress(ReadOnlyMemory<byte> content)
    {
        if (content.Length >= SmallestToCompress)
        {
            using var buffer = new MemoryStream(content.Length / 2);
            using (var brotli = new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write(content.Span);
            // less than a tenth saved is not worth expanding it on every read
            if (buffer.Length < content.Length - (content.Length / 10)) return ("br", buffer.ToArray());
        }
        return ("none", content.ToArray());
    }

    internal static byte[] Expand(string compression, byte[] stored, int size)
    {
        if (compression == "none") return stored;
        var content = new byte[size];
        using var brotli = new BrotliStream(new MemoryStream(stored), CompressionMode.Decompress);
        brotli.ReadExactly(content);
        return content;
    }
}

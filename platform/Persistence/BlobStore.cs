using System.Data.Common;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Platform.Persistence;

/// <summary>Content-addressed bytes in the <c>blobs</c> table (compressed): the claim check for what is too big for a message.</summary>
public interface IBlobStore
{
    /// <summary>Stores the content once, in a transaction of its own (call it before a write, never inside one).</summary>
    Task<BlobReference> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>As <see cref="PutAsync"/> for a value's JSON (<see cref="CanonicalJson.Options"/>), which is never in memory as a whole but compressed.</summary>
    Task<BlobReference> PutJsonAsync<T>(T value, CancellationToken cancellationToken);

    /// <summary>The content.</summary>
    /// <exception cref="BlobMissingException">No such blob.</exception>
    Task<byte[]> GetAsync(BlobReference reference, CancellationToken cancellationToken);

    /// <summary>The value whose JSON the content is, read as it is expanded.</summary>
    /// <exception cref="BlobMissingException">No such blob.</exception>
    /// <exception cref="JsonException">The content has another shape.</exception>
    Task<T> GetJsonAsync<T>(BlobReference reference, CancellationToken cancellationToken);
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
        if (await IsKnownAsync(reference, cancellationToken)) return reference;
        var (compression, stored) = Compress(content);
        return await StoreAsync(reference, compression, stored, cancellationToken);
    }

    public async Task<BlobReference> PutJsonAsync<T>(T value, CancellationToken cancellationToken)
    {
        var (reference, stored) = CompressJson(value);
        return await IsKnownAsync(reference, cancellationToken) ? reference : await StoreAsync(reference, "br", stored, cancellationToken);
    }

    public async Task<byte[]> GetAsync(BlobReference reference, CancellationToken cancellationToken)
    {
        var (compression, stored, size) = await StoredAsync(reference, cancellationToken);
        return Expand(compression, stored, checked((int)size));
    }

    public async Task<T> GetJsonAsync<T>(BlobReference reference, CancellationToken cancellationToken)
    {
        var (compression, stored, _) = await StoredAsync(reference, cancellationToken);
        using var memory = new MemoryStream(stored, writable: false);
        await using var content = compression == "none" ? (Stream)memory : new BrotliStream(memory, CompressionMode.Decompress);
        return await JsonSerializer.DeserializeAsync<T>(content, CanonicalJson.Options, cancellationToken) ?? throw new JsonException("null");
    }

    private Task<(string Compression, byte[] Content, long Size)> StoredAsync(BlobReference reference, CancellationToken cancellationToken) =>
        engine.ReadAsync(async (connection, token) =>
        {
            await using var command = connection.Command("SELECT bytes, compression, content FROM blobs WHERE sha256 = @sha256").Add("sha256", reference.Sha256);
            await using var reader = await command.ExecuteReaderAsync(token);
            if (!await reader.ReadAsync(token)) throw new BlobMissingException(reference.Sha256);
            return (reader.GetString(1), (byte[])reader.GetValue(2), reader.GetInt64(0));
        }, cancellationToken);

    private Task<bool> IsKnownAsync(BlobReference reference, CancellationToken cancellationToken) =>
        engine.ReadAsync(async (connection, token) =>
        {
            await using var command = connection.Command("SELECT 1 FROM blobs WHERE sha256 = @sha256").Add("sha256", reference.Sha256);
            return await command.ExecuteScalarAsync(token) is not null;
        }, cancellationToken);

    private Task<BlobReference> StoreAsync(BlobReference reference, string compression, byte[] stored, CancellationToken cancellationToken) =>
        engine.WriteAsync(async (connection, transaction, token) =>
        {
            await using var command = Insert(connection.Command(InsertText, transaction), reference, compression, stored, clock.Time(clock.UtcNow));
            await command.ExecuteNonQueryAsync(token);
            return reference;
        }, once: false, cancellationToken);

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

    private static (BlobReference Reference, byte[] Content) CompressJson<T>(T value)
    {
        using var memory = new MemoryStream();
        using var hash = SHA256.Create();
        long bytes;
        using (var brotli = new BrotliStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        using (var counted = new CountingStream(brotli))
        using (var hashed = new CryptoStream(counted, hash, CryptoStreamMode.Write))
        {
            JsonSerializer.Serialize(hashed, value, CanonicalJson.Options);
            hashed.FlushFinalBlock();
            bytes = counted.Position;
        }
        return (new BlobReference(Convert.ToHexStringLower(hash.Hash!), bytes), memory.ToArray());
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

using System.Security.Cryptography;
using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Cache;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents.Tests.Scan;

public sealed class ScanHandlerTests : IDisposable
{
    private readonly FactsReader reader = new();

    public void Dispose() => reader.Dispose();

    [Fact]
    public async Task ExecuteAsync_Twice_WritesOneBlobAndTheCacheOnce()
    {
        using var repository = new ImportedRepository();
        var head = repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00").File("a.py", "x = 1\n").File("big.bin", new byte[RepositoryScanner.LargeBytes + 1]).Build();
        var (cache, blobs) = (new MemoryCache(), new MemoryBlobs());
        var handler = new ScanHandler(new FactsScan(new RepositoryScanner(new GitProcess()), new RepositoryCachePaths(repository.CacheRoot), cache, reader));

        var first = await handler.ExecuteAsync(Step(head, blobs), TestContext.Current.CancellationToken);
        var second = await handler.ExecuteAsync(Step(head, blobs), TestContext.Current.CancellationToken);

        CanonicalJson.Hash(second[Channels.Facts]).ShouldBe(CanonicalJson.Hash(first[Channels.Facts]));
        first[Channels.Facts].GetProperty("notes")[0].GetString().ShouldBe("1 file over 5 MB was counted by size only.");
        cache.Writes.ShouldBe(["blobs", "history"]);
        var facts = JsonSerializer.Deserialize<RepositoryFacts>(blobs.Content.Values.Single(), CanonicalJson.Options)!;
        facts.Files.Count.ShouldBe(2);
        facts.History.Commits.ShouldBe(1);
    }

    [Fact]
    public async Task ExecuteAsync_DamagedCache_IsReadAgain()
    {
        using var repository = new ImportedRepository();
        var head = repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00").File("a.py", "x = 1\n").Build();
        var cache = new MemoryCache { Damaged = true };
        var handler = new ScanHandler(new FactsScan(new RepositoryScanner(new GitProcess()), new RepositoryCachePaths(repository.CacheRoot), cache, reader));

        await handler.ExecuteAsync(Step(head, new MemoryBlobs()), TestContext.Current.CancellationToken);

        cache.Writes.ShouldBe(["blobs", "history"]);
    }

    [Fact]
    public async Task ExecuteAsync_NotInTheCache_FailsForGood()
    {
        var handler = new ScanHandler(new FactsScan(new RepositoryScanner(new GitProcess()), new RepositoryCachePaths(Path.GetTempPath()), new MemoryCache(), reader));
        var failure = await Should.ThrowAsync<StepFailedException>(handler.ExecuteAsync(Step(new string('1', 40), new MemoryBlobs()), TestContext.Current.CancellationToken));
        (failure.Failure.Code, failure.Failure.Retryable).ShouldBe(("repository_not_cached", false));
    }

    private static StepContext Step(string head, IBlobStore blobs) => new()
    {
        RunId = new RunId(Guid.Empty),
        TaskId = "t",
        Attempt = 1,
        Step = "scan",
        Inputs = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Context] = CanonicalJson.ToElement(Scans.Context(head)) },
        Parameters = default,
        Blobs = blobs,
        Progress = _ => { },
    };

    private sealed class MemoryCache : IFactsCache
    {
        private readonly Dictionary<(string, string), (string Key, byte[] Content)> _rows = [];
        public List<string> Writes { get; } = [];
        public bool Damaged { get; init; }

        public Task<byte[]?> ReadAsync(string repositoryId, string part, string key, CancellationToken cancellationToken) =>
            Task.FromResult(Damaged ? [1, 2, 3] : _rows.TryGetValue((repositoryId, part), out var row) && row.Key == key ? row.Content : null);

        public Task WriteAsync(string repositoryId, string part, string key, byte[] content, CancellationToken cancellationToken)
        {
            Writes.Add(part);
            _rows[(repositoryId, part)] = (key, content);
            return Task.CompletedTask;
        }
    }

    private sealed class MemoryBlobs : IBlobStore
    {
        public Dictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

        public Task<BlobReference> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            var reference = new BlobReference(Convert.ToHexStringLower(SHA256.HashData(content.Span)), content.Length);
            Content[reference.Sha256] = content.ToArray();
            return Task.FromResult(reference);
        }

        public Task<BlobReference> PutJsonAsync<T>(T value, CancellationToken cancellationToken) => PutAsync(JsonSerializer.SerializeToUtf8Bytes(value, CanonicalJson.Options), cancellationToken);

        public Task<byte[]> GetAsync(BlobReference reference, CancellationToken cancellationToken) => Task.FromResult(Content[reference.Sha256]);

        public Task<T> GetJsonAsync<T>(BlobReference reference, CancellationToken cancellationToken) =>
            Task.FromResult(JsonSerializer.Deserialize<T>(Content[reference.Sha256], CanonicalJson.Options)!);
    }
}

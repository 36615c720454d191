using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Registry;
using Charterhouse.RepoSync.Sync;
using Charterhouse.RepoSync.Targets;
using Charterhouse.RepoSync.Tests.Fixture;

namespace Charterhouse.RepoSync.Tests.Sync;

public sealed class SyncRepositoryHandlerTests : SyncFixture
{
    [Fact]
    public async Task ExecuteAsync_Trigger_WritesContextAndRegisters()
    {
        var source = Sample();
        var registry = new Registry();
        var lines = new List<string>();
        var writes = await new SyncRepositoryHandler(NewHouse().Synchronizer, registry).ExecuteAsync(Step(new RunTrigger { Source = "cli", Target = source.Path }, lines), Token);
        writes.Keys.ShouldBe(StepKinds.Find(StepKinds.RepositorySync)!.Writes);
        var context = CanonicalJson.FromElement<RepoContext>(writes[Channels.Context]);
        context.HeadSha.ShouldBe(source.Head);
        registry.Recorded.ShouldHaveSingleItem().ShouldBe((context.Repository.Id, context.HeadSha));
        lines.ShouldHaveSingleItem().ShouldContain(context.HeadSha[..7]);
    }

    [Fact]
    public async Task ExecuteAsync_BadTarget_FailsForGoodAndRegistersNothing()
    {
        var registry = new Registry();
        var handler = new SyncRepositoryHandler(NewHouse().Synchronizer, registry);
        var failure = await Should.ThrowAsync<StepFailedException>(() => handler.ExecuteAsync(Step(new RunTrigger { Source = "cli", Target = "ext::sh -c x" }, []), Token));
        (failure.Failure.Code, failure.Failure.Retryable).ShouldBe(("unsupported_target", false));
        registry.Recorded.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_HttpsNobodyListens_IsUnreachable()
    {
        Options.AllowPrivateHosts = true;
        // Port 1 (tcpmux) is closed wherever tests run; nothing leaves the machine.
        var failure = (await NewHouse().FailAsync("https://127.0.0.1:1/a/b")).Failure;
        (failure.Code, failure.Retryable).ShouldBe(("unreachable", true), failure.Detail);
    }

    private static StepContext Step(RunTrigger trigger, List<string> lines) => new()
    {
        RunId = NewRun(),
        TaskId = "task",
        Attempt = 1,
        Step = "sync",
        Inputs = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Trigger] = CanonicalJson.ToElement(trigger) },
        Parameters = CanonicalJson.ToElement(new { }),
        Blobs = new NoBlobs(),
        Progress = lines.Add,
    };

    private sealed class Registry : IRepositoryRegistry
    {
        public List<(string Id, string Head)> Recorded { get; } = [];

        public Task RecordAsync(RepositoryIdentity identity, RepoContext context, CancellationToken cancellationToken)
        {
            Recorded.Add((identity.Id, context.HeadSha));
            return Task.CompletedTask;
        }
    }

    private sealed class NoBlobs : IBlobStore
    {
        public Task<BlobReference> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<BlobReference> PutJsonAsync<T>(T value, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<byte[]> GetAsync(BlobReference reference, CancellationToken cancellationToken) => throw new BlobMissingException(reference.Sha256);
        public Task<T> GetJsonAsync<T>(BlobReference reference, CancellationToken cancellationToken) => throw new BlobMissingException(reference.Sha256);
    }
}

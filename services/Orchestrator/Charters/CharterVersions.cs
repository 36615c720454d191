using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Charters;

/// <summary>Makes the versions of a repository's charter, one per run, numbered without gaps.</summary>
internal sealed class CharterVersions(Database<OrchestratorDbContext> database, TimeProvider time)
{
    /// <summary>First half of the key of PostgreSQL's advisory lock under which a repository's versions are numbered.</summary>
    private const int VersionsLock = 0x43485645;
    private const string JsonMedia = "application/json";
    private const string MarkdownMedia = "text/markdown; charset=utf-8";
    private const string SarifMedia = "application/sarif+json";

    /// <summary>The next version; asked again for the same run, the one that it made.</summary>
    public Task<PublishedCharter> PublishAsync(string runId, string target, RepoContext context, IReadOnlyDictionary<string, JsonElement> state, CancellationToken cancellationToken) =>
        database.WriteAsync(async (db, token) =>
        {
            var repositoryId = context.Repository.Id;
            // On SQLite writers queue anyway; on PostgreSQL two runs of a repository must not make the same version.
            if (database.Provider == DatabaseProvider.PostgreSql)
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({VersionsLock}, hashtext({repositoryId}))", token);
            if (await db.Artifacts.AsNoTracking().FirstOrDefaultAsync(row => row.RunId == runId && row.Type == ArtifactFiles.Json, token) is { } made)
                return JsonSerializer.Deserialize<PublishedCharter>(made.Metadata, CanonicalJson.Options)!;

            var last = await db.Charters.AsNoTracking().Where(row => row.RepositoryId == repositoryId).OrderByDescending(row => row.Version).FirstOrDefaultAsync(token);
            var previous = last is null ? null : await ReadAsync(db, last, token);
            var found = CharterDocument.Create((last?.Version ?? 0) + 1, state);
            (CharterDocument, Sighting)? before = previous is null ? null : (previous, new Sighting(last!.Version, last.RunId, last.HeadSha, last.CreatedAt));
            var now = time.GetUtcNow();
            var (document, gone) = await FindingMemory.SettleAsync(db, found, new Sighting(found.Version, runId, context.HeadSha, now), before, token);
            var changes = previous is null ? null : CharterDiff.Compare(previous, document, gone);
            var json = await db.PutBlobAsync(document.ToJson(), token);
            var markdown = await db.PutBlobAsync(Encoding.UTF8.GetBytes(CharterMarkdown.Render(document, changes)), token);
            var sarif = await db.PutBlobAsync(CharterSarif.Render(document, previous), token);
            var published = new PublishedCharter(repositoryId, document.Version, json, markdown, changes, sarif);
            db.Charters.Add(new CharterRow
            {
                RepositoryId = repositoryId,
                Version = document.Version,
                RunId = runId,
                Target = target,
                HeadSha = context.HeadSha,
                ContentHash = CanonicalJson.Hash((found with { Version = 0 }).ToElement()),
                Document = CanonicalJson.WriteText(json.ToElement()),
                CreatedAt = now,
            });
            await IntentRecords.KeepAsync(db, repositoryId, document, token);
            AddArtifacts(db, runId, json, markdown, sarif, published);
            return published;
        }, cancellationToken);

    /// <summary>Adds the rows of a charter's files to the surrounding transaction.</summary>
    public void AddArtifacts<T>(OrchestratorDbContext db, string runId, BlobReference json, BlobReference markdown, BlobReference sarif, T metadata)
    {
        var text = JsonSerializer.Serialize(metadata, CanonicalJson.Options);
        Add(db, runId, ArtifactFiles.Markdown, MarkdownMedia, markdown, text);
        Add(db, runId, ArtifactFiles.Json, JsonMedia, json, text);
        Add(db, runId, ArtifactFiles.Sarif, SarifMedia, sarif, text);
    }

    private void Add(OrchestratorDbContext db, string runId, string type, string mediaType, BlobReference content, string metadata) => db.Artifacts.Add(new ArtifactRow
    {
        RunId = runId,
        Type = type,
        Provider = ArtifactFiles.House,
        MediaType = mediaType,
        Url = "blob:" + content.Sha256,
        Metadata = metadata,
        CreatedAt = time.GetUtcNow(),
    });

    private static async Task<CharterDocument?> ReadAsync(OrchestratorDbContext db, CharterRow row, CancellationToken cancellationToken)
    {
        var reference = BlobReference.TryRead(JsonSerializer.Deserialize<JsonElement>(row.Document, CanonicalJson.Options));
        return reference is null ? null : CharterDocument.FromElement(JsonSerializer.Deserialize<JsonElement>(await db.GetBlobAsync(reference, cancellationToken), CanonicalJson.Options));
    }
}

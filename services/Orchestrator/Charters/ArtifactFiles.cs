using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Charters;

/// <summary>A run's charter as read back.</summary>
internal sealed record CharterReading(JsonElement Document, string Markdown, IReadOnlyList<Finding> Findings, IReadOnlyList<string>? Changes);

/// <summary>A file that a run made.</summary>
public sealed record ArtifactContent(string MediaType, ReadOnlyMemory<byte> Content);

/// <summary>What is in the files that runs made: of this process's database, or through the HTTP API of another.</summary>
public interface IArtifactReader
{
    /// <summary>The file; null when the run made no such file.</summary>
    /// <param name="type"><c>charter.md</c>, <c>charter.json</c> or <c>charter.sarif</c>.</param>
    Task<ArtifactContent?> ReadAsync(RunId run, string type, CancellationToken cancellationToken);
}

/// <summary>The files that runs made. The content is in the database; files in the artifacts folder are written from it, whole or not at all.</summary>
internal sealed class ArtifactFiles(Database<OrchestratorDbContext> database, IBlobStore blobs, OrchestratorOptions options) : IArtifactReader
{
    /// <summary>Who made the house's own.</summary>
    public const string House = "charterhouse";

    /// <summary>How the names of the house's own begin.</summary>
    public const string Stem = "charter.";

    public const string Json = "charter.json";
    public const string Markdown = "charter.md";
    public const string Sarif = CharterSarif.FileName;

    /// <inheritdoc/>
    public async Task<ArtifactContent?> ReadAsync(RunId run, string type, CancellationToken cancellationToken) =>
        (await RowsAsync(run.ToString(), cancellationToken)).FirstOrDefault(row => row.Type == type && row.Provider == House) is { } made ? new(made.MediaType, await ContentAsync(made, cancellationToken)) : null;

    /// <summary>The run's files, written now where they are missing.</summary>
    public async Task<IReadOnlyList<RunArtifact>> EnsureAsync(string runId, CancellationToken cancellationToken)
    {
        var files = new List<RunArtifact>();
        foreach (var row in await RowsAsync(runId, cancellationToken))
        {
            files.Add(Describe(row));
            if (files[^1].Path is not { } path || File.Exists(path)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await WholeFile.WriteAsync(path, await ContentAsync(row, cancellationToken), cancellationToken);
        }
        return files;
    }

    /// <summary>What a row says; its file may not be written yet.</summary>
    public RunArtifact Describe(ArtifactRow row) => row.Provider == House
        ? new(row.Type, row.MediaType, Path.Combine(options.ArtifactsFolder, row.RunId, row.Type))
        : new(row.Type, null, null)
        {
            Provider = row.Provider,
            Url = row.Url.Length > 0 ? row.Url : null,
            State = JsonSerializer.Deserialize<ArtifactReport>(row.Metadata, CanonicalJson.Options)?.State,
        };

    /// <summary>The run's charter, partial or whole; null when it made none.</summary>
    public async Task<CharterReading?> ReadCharterAsync(string runId, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(runId, cancellationToken);
        if (rows.FirstOrDefault(row => row.Type == Json) is not { } json || rows.FirstOrDefault(row => row.Type == Markdown) is not { } markdown) return null;
        var document = JsonSerializer.Deserialize<JsonElement>(await ContentAsync(json, cancellationToken), CanonicalJson.Options);
        return new CharterReading(
            document,
            Encoding.UTF8.GetString(await ContentAsync(markdown, cancellationToken)),
            CharterDocument.FromElement(document)?.Findings ?? [],
            JsonSerializer.Deserialize<Noted>(json.Metadata, CanonicalJson.Options)?.Changes);
    }

    private sealed record Noted(IReadOnlyList<string>? Changes);

    private Task<List<ArtifactRow>> RowsAsync(string runId, CancellationToken cancellationToken) =>
        database.ReadAsync((db, token) => db.Artifacts.AsNoTracking().Where(row => row.RunId == runId).OrderBy(row => row.Type).ToListAsync(token), cancellationToken);

    private Task<byte[]> ContentAsync(ArtifactRow row, CancellationToken cancellationToken) =>
        blobs.GetAsync(new BlobReference(row.Url["blob:".Length..], 0), cancellationToken);
}

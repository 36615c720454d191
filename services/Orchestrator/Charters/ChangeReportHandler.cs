using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Charters;

/// <summary>
/// <c>report/change</c>: what a change touches and the findings that it introduces, as files of the run. The repository's charter, its
/// versions and its findings stay as they are.
/// </summary>
internal sealed class ChangeReportHandler(Database<OrchestratorDbContext> database, CharterVersions versions) : IStepHandler
{
    /// <inheritdoc/>
    public string Kind => StepKinds.ReportChange;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var repository = await context.ReadAsync<RepoContext>(Channels.Context, cancellationToken);
        var change = await context.ReadAsync<ChangeSection>(Channels.Change, cancellationToken);
        var dismissed = await database.ReadAsync((db, token) => FindingMutes.DismissedAsync(db, repository.Repository.Id, token), cancellationToken);
        var document = Document(context.Inputs, change, dismissed);
        var runId = context.RunId.ToString();
        var published = await database.WriteAsync(async (db, token) =>
        {
            if (await db.Artifacts.AsNoTracking().FirstOrDefaultAsync(row => row.RunId == runId && row.Type == ArtifactFiles.Json, token) is { } made)
                return JsonSerializer.Deserialize<PublishedCharter>(made.Metadata, CanonicalJson.Options)!;
            var json = await db.PutBlobAsync(document.ToJson(), token);
            var markdown = await db.PutBlobAsync(Encoding.UTF8.GetBytes(CharterMarkdown.Render(document)), token);
            var sarif = await db.PutBlobAsync(CharterSarif.Render(document), token);
            var report = new PublishedCharter(repository.Repository.Id, document.Version, json, markdown, null, sarif);
            versions.AddArtifacts(db, runId, json, markdown, sarif, report);
            return report;
        }, cancellationToken);
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Channels.Charter] = CanonicalJson.ToElement(published) };
    }

    /// <summary>The head's charter with only what the change is about; what people dismissed is counted and not listed.</summary>
    private static CharterDocument Document(IReadOnlyDictionary<string, JsonElement> state, ChangeSection change, HashSet<string> dismissed)
    {
        var all = change.Introduced.Count;
        change = change with { Introduced = [.. change.Introduced.Where(id => !dismissed.Contains(id))] };
        var whole = CharterDocument.Create(0, state);
        var hidden = false;
        var introduced = change.Introduced.ToHashSet(StringComparer.Ordinal);
        return whole with
        {
            Sections = [.. whole.Sections.Where(section => section.Key == SectionNames.Identity), KeyValuePair.Create(SectionNames.Change, RepositoryText.Clean(CanonicalJson.ToElement(change), ref hidden))],
            Findings = whole.Findings.Where(finding => introduced.Contains(finding.Id)).ToArray(),
            DismissedFindings = all - change.Introduced.Count,
        };
    }
}

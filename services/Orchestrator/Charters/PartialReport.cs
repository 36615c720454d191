using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Charters;

/// <summary>What a failed run found all the same: files labelled as partial, but no version of the charter.</summary>
internal sealed class PartialReport(CharterVersions versions)
{
    /// <summary>Adds the files to the transaction that ends the run; nothing when not even the repository is known.</summary>
    public async Task StoreAsync(OrchestratorDbContext db, RunSaga run, WorkflowGraph graph, IReadOnlyDictionary<string, JsonElement> state, RunError error, IReadOnlyList<string> finished, CancellationToken cancellationToken)
    {
        if (await db.Artifacts.AnyAsync(row => row.RunId == run.RunId && row.Provider == ArtifactFiles.House, cancellationToken)) return;
        var missing = graph.Steps.Select(step => step.Name).Except(finished, StringComparer.Ordinal).ToList();
        // At a limit of the run no step failed: the one that was due has not begun.
        var failed = error.Code is "recursion_limit" or "run_timeout" ? null : error.Step;
        var document = CharterDocument.Create(0, state, new CharterFailure(failed, error.Code, error.Message, error.Remedy), missing);
        if (document.Repository is null) return;
        document = await FindingMemory.RecallAsync(db, document, cancellationToken);
        var json = await db.PutBlobAsync(document.ToJson(), cancellationToken);
        var markdown = await db.PutBlobAsync(Encoding.UTF8.GetBytes(CharterMarkdown.Render(document)), cancellationToken);
        var sarif = await db.PutBlobAsync(CharterSarif.Render(document), cancellationToken);
        versions.AddArtifacts(db, run.RunId, json, markdown, sarif, new { partial = true });
    }
}

using System.Collections.Concurrent;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Workflows;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>The graphs of workflow texts, read once per content.</summary>
internal sealed class WorkflowCatalog(WorkflowDefaults defaults)
{
    private readonly ConcurrentDictionary<string, WorkflowGraph> _graphs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _stored = new(StringComparer.Ordinal);

    /// <summary>The graph of a text, or what is wrong with it.</summary>
    public WorkflowReading Read(string text, string source)
    {
        if (_graphs.TryGetValue(WorkflowReader.HashOf(text), out var known)) return new WorkflowReading(source, known, []);
        var reading = WorkflowReader.Read(text, source, defaults);
        if (reading.Graph is { } graph) _graphs.TryAdd(graph.Hash, graph);
        return reading;
    }

    /// <summary>Whether a text has its row; rows stay, so the question is asked until the answer is yes.</summary>
    public async Task<bool> IsStoredAsync(OrchestratorDbContext db, string hash, CancellationToken cancellationToken)
    {
        if (_stored.ContainsKey(hash)) return true;
        // What this transaction adds by itself is not noted: it may be taken back.
        if (!await db.WorkflowTexts.AnyAsync(text => text.Hash == hash, cancellationToken)) return false;
        _stored[hash] = true;
        return true;
    }

    /// <summary>The graph of a text that a run of ours was started with.</summary>
    /// <exception cref="InvalidDataException">The text is gone, or this version cannot read it any more.</exception>
    public async Task<WorkflowGraph> GetAsync(OrchestratorDbContext db, string hash, CancellationToken cancellationToken)
    {
        if (_graphs.TryGetValue(hash, out var known)) return known;
        var row = await db.WorkflowTexts.AsNoTracking().FirstOrDefaultAsync(text => text.Hash == hash, cancellationToken)
            ?? throw new InvalidDataException($"workflow_texts has no row {hash}");
        return Read(row.Body, row.Name).Graph ?? throw new InvalidDataException($"workflow '{row.Name}' ({hash}) is not valid in this version");
    }
}

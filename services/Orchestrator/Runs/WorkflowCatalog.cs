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

    /// <summary>Gives a text its row unless it has one. The first runs with a new text may come side by side: none of them fails for it.</summary>
    public async Task StoreAsync(OrchestratorDbContext db, WorkflowTextRow text, CancellationToken cancellationToken)
    {
        if (_stored.ContainsKey(text.Hash)) return;
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO workflow_texts (hash, name, body, created_at) VALUES ({text.Hash}, {text.Name}, {text.Body}, {db.Time(text.CreatedAt)}) ON CONFLICT (hash) DO NOTHING", cancellationToken);
        db.AfterCommit(() => _stored[text.Hash] = true);
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

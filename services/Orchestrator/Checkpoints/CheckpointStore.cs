using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Checkpoints;

/// <summary>
/// Checkpoints and the state they stand for. A checkpoint stores what it changed, never the whole state; a forked thread's state goes on in
/// its parent's rows, which nobody writes again.
/// </summary>
internal static class CheckpointStore
{
    /// <summary>After so many changes in a row a channel's whole value is stored, so that reading stays cheap on a long thread.</summary>
    private const int CompactAfter = 32;

    /// <summary>The channels' values at a checkpoint.</summary>
    public static async Task<Dictionary<string, JsonElement>> LoadAsync(OrchestratorDbContext db, string threadId, long seq, CancellationToken cancellationToken)
    {
        var state = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var segment in Enumerable.Reverse(await LineageAsync(db, threadId, seq, cancellationToken)))
        {
            // From the last whole value of each channel on; what came before it no longer counts.
            var rows = await db.ChannelVersions.AsNoTracking()
                .Where(row => row.ThreadId == segment.ThreadId && row.Seq <= segment.Seq)
                .Where(row => row.Seq >= (db.ChannelVersions
                    .Where(whole => whole.ThreadId == row.ThreadId && whole.Channel == row.Channel && whole.Change == "set" && whole.Seq <= segment.Seq)
                    .Max(whole => (long?)whole.Seq) ?? 0))
                .OrderBy(row => row.Seq)
                .ToListAsync(cancellationToken);
            // What this transaction has added and not yet saved counts as well.
            rows.AddRange(Added<ChannelVersionRow>(db).Where(row => row.ThreadId == segment.ThreadId && row.Seq <= segment.Seq).OrderBy(row => row.Seq));
            foreach (var row in rows)
            {
                var current = state.TryGetValue(row.Channel, out var value) ? value : (JsonElement?)null;
                state[row.Channel] = WorkflowEngine.Fold(current, new ChannelChange(row.Channel, KindOf(row.Change), Parse(row.Value)));
            }
        }
        return state;
    }

    /// <summary>Adds a checkpoint and what it changed; saved by the surrounding transaction.</summary>
    public static async Task AddAsync(OrchestratorDbContext db, CheckpointRow checkpoint, IReadOnlyList<ChannelChange> changes, IReadOnlyDictionary<string, JsonElement> state, CancellationToken cancellationToken)
    {
        db.Checkpoints.Add(checkpoint);
        foreach (var change in changes)
        {
            var (kind, value) = (change.Kind, change.Value);
            if (kind != ChangeKind.Set && checkpoint.Seq % CompactAfter == 0
                && await ChangesSinceWholeAsync(db, checkpoint.ThreadId, change.Channel, cancellationToken) >= CompactAfter)
                (kind, value) = (ChangeKind.Set, state[change.Channel]);
            db.ChannelVersions.Add(new ChannelVersionRow
            {
                ThreadId = checkpoint.ThreadId,
                Channel = change.Channel,
                Seq = checkpoint.Seq,
                Change = NameOf(kind),
                Value = CanonicalJson.WriteText(value),
            });
        }
    }

    /// <summary>The thread itself and its ancestors, each with the last sequence number that counts, newest first.</summary>
    public static async Task<List<(string ThreadId, long Seq)>> LineageAsync(OrchestratorDbContext db, string threadId, long seq, CancellationToken cancellationToken)
    {
        var lineage = new List<(string, long)>();
        (string ThreadId, long Seq)? at = (threadId, seq);
        while (at is { } here)
        {
            lineage.Add(here);
            var first = Added<CheckpointRow>(db).FirstOrDefault(row => row.ThreadId == here.ThreadId && row.Seq == 1)
                ?? await db.Checkpoints.AsNoTracking().FirstOrDefaultAsync(row => row.ThreadId == here.ThreadId && row.Seq == 1 && row.ParentThreadId != null, cancellationToken);
            at = first?.ParentThreadId is { } parent ? (parent, first.ParentSeq!.Value) : null;
        }
        return lineage;
    }

    private static IEnumerable<T> Added<T>(OrchestratorDbContext db) where T : class =>
        db.ChangeTracker.Entries<T>().Where(entry => entry.State == EntityState.Added).Select(entry => entry.Entity);

    private static Task<int> ChangesSinceWholeAsync(OrchestratorDbContext db, string threadId, string channel, CancellationToken cancellationToken) =>
        db.ChannelVersions
            .Where(row => row.ThreadId == threadId && row.Channel == channel)
            .Where(row => row.Seq > (db.ChannelVersions
                .Where(whole => whole.ThreadId == threadId && whole.Channel == channel && whole.Change == "set")
                .Max(whole => (long?)whole.Seq) ?? 0))
            .CountAsync(cancellationToken);

    private static JsonElement Parse(string text) => JsonSerializer.Deserialize<JsonElement>(text, CanonicalJson.Options);

    private static string NameOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Set => "set",
        ChangeKind.Append => "append",
        _ => "merge",
    };

    private static ChangeKind KindOf(string name) => name switch
    {
        "set" => ChangeKind.Set,
        "append" => ChangeKind.Append,
        "merge" => ChangeKind.Merge,
        _ => throw new InvalidDataException($"channel_versions holds the unknown change '{name}'"),
    };
}

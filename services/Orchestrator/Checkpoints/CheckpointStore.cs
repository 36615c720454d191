using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Checkpoints;

/// <summary>
/// Checkpoints and the state they stand for. A checkpoint stores what it changed, never the whole state; a forked thread's state goes on in
/// its parent's rows, which nobody writes again.
/// </summary>
internal static class CheckpointStore
{
    private const string Set = "set";

    /// <summary>A value made of this many rows is stored whole with its next change, so that reading stays cheap on a long thread.</summary>
    internal const int CompactAfter = 32;

    // Compiled once: every barrier reads the state.
    private static readonly Compiled<Func<OrchestratorDbContext, string, long, IAsyncEnumerable<ChannelVersionRow>>> Rows = new(() => EF.CompileAsyncQuery((OrchestratorDbContext db, string threadId, long seq) =>
        db.ChannelVersions.AsNoTracking().Where(row => row.ThreadId == threadId && row.Seq <= seq)
            .OrderBy(row => row.Seq)
            .Where(row => row.Seq >= (db.ChannelVersions
                .Where(whole => whole.ThreadId == row.ThreadId && whole.Channel == row.Channel && whole.Change == Set && whole.Seq <= seq)
                .Max(whole => (long?)whole.Seq) ?? 0))));

    /// <summary>The channels' values at a checkpoint, including what this transaction has added and not yet saved.</summary>
    /// <param name="isRoot">True when the caller knows that the thread has no parent: spares the question.</param>
    public static async Task<StoredState> LoadAsync(OrchestratorDbContext db, string threadId, long seq, CancellationToken cancellationToken, bool isRoot = false)
    {
        var lineage = isRoot ? [(threadId, seq)] : await LineageAsync(db, threadId, seq, cancellationToken);
        var found = new List<ChannelVersionRow>();
        // Newest thread first: a channel that it holds whole needs nothing of its ancestors.
        var whole = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (thread, last) in lineage)
        {
            var rows = await RowsAsync(db, thread, last, whole, cancellationToken);
            found.InsertRange(0, rows);
            whole.UnionWith(rows.Where(row => row.Change == Set).Select(row => row.Channel));
        }

        var state = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var changes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in found)
        {
            var current = state.TryGetValue(row.Channel, out var value) ? value : (JsonElement?)null;
            var kind = KindOf(row.Change);
            state[row.Channel] = WorkflowEngine.Fold(current, new ChannelChange(row.Channel, kind, Parse(row.Value)));
            changes[row.Channel] = kind == ChangeKind.Set ? 1 : changes.GetValueOrDefault(row.Channel) + 1;
        }
        return new StoredState(state, changes);
    }

    /// <summary>Adds a checkpoint and what it changed; saved by the surrounding transaction.</summary>
    /// <param name="before">The state that the changes were made to.</param>
    /// <param name="after">The state that they lead to.</param>
    /// <returns>The state at the new checkpoint.</returns>
    public static StoredState Add(OrchestratorDbContext db, CheckpointRow checkpoint, IReadOnlyList<ChannelChange> changes, StoredState before, IReadOnlyDictionary<string, JsonElement> after)
    {
        db.Checkpoints.Add(checkpoint);
        if (changes.Count == 0) return before;
        var counts = new Dictionary<string, int>(before.Changes, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var (kind, value) = (change.Kind, change.Value);
            var count = counts.GetValueOrDefault(change.Channel) + 1;
            if (kind != ChangeKind.Set && count > CompactAfter) (kind, value) = (ChangeKind.Set, after[change.Channel]);
            counts[change.Channel] = kind == ChangeKind.Set ? 1 : count;
            db.ChannelVersions.Add(new ChannelVersionRow
            {
                ThreadId = checkpoint.ThreadId,
                Channel = change.Channel,
                Seq = checkpoint.Seq,
                Change = NameOf(kind),
                Value = CanonicalJson.WriteText(value),
            });
        }
        return new StoredState(after, counts);
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

    /// <summary>A thread's rows up to a checkpoint, from the last whole value of each channel on, oldest first.</summary>
    private static async Task<List<ChannelVersionRow>> RowsAsync(OrchestratorDbContext db, string threadId, long seq, HashSet<string> without, CancellationToken cancellationToken)
    {
        var rows = new List<ChannelVersionRow>();
        await foreach (var row in Rows.For(db)(db, threadId, seq).WithCancellation(cancellationToken))
        {
            if (!without.Contains(row.Channel)) rows.Add(row);
        }
        rows.AddRange(Added<ChannelVersionRow>(db).Where(row => row.ThreadId == threadId && row.Seq <= seq && !without.Contains(row.Channel)).OrderBy(row => row.Seq));
        return rows;
    }

    private static JsonElement Parse(string text) => JsonSerializer.Deserialize<JsonElement>(text, CanonicalJson.Options);

    private static string NameOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Set => Set,
        ChangeKind.Append => "append",
        _ => "merge",
    };

    private static ChangeKind KindOf(string name) => name switch
    {
        Set => ChangeKind.Set,
        "append" => ChangeKind.Append,
        "merge" => ChangeKind.Merge,
        _ => throw new InvalidDataException($"channel_versions holds the unknown change '{name}'"),
    };
}

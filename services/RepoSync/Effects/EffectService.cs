using System.Linq.Expressions;
using System.Text.Json;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Http;
using Charterhouse.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.RepoSync.Effects;

/// <summary>The effects of this process's database.</summary>
public sealed class EffectService : IEffectService
{
    private const int LeastOfAnId = 8;
    private const int LongestName = 200;
    private readonly Database<RepoSyncDbContext> database;
    private readonly EffectLedger ledger;
    private readonly IBlobStore blobs;

    private static readonly Expression<Func<EffectRow, EffectView>> View = row => new EffectView(
        row.EffectId, row.RunId, row.Step, row.Kind, row.Repository, row.HeadSha, row.State, row.Summary, row.ExternalUrl, row.Attempts, row.Error, row.ReleasedBy, row.CreatedAt, row.DoneAt, row.DriveAt);

    private static readonly Func<EffectRow, EffectView> ViewOf = View.Compile();

    internal EffectService(Database<RepoSyncDbContext> database, EffectLedger ledger, IBlobStore blobs) => (this.database, this.ledger, this.blobs) = (database, ledger, blobs);

    /// <inheritdoc/>
    public Task<EffectPage> ListAsync(EffectQuery query, int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (query.State is { } state && !EffectStates.All.Contains(state, StringComparer.Ordinal))
            throw new RequestException("invalid_request", $"state is '{state}'", $"Give one of {string.Join(", ", EffectStates.All)}, or leave it away for all.");
        return database.ReadAsync(async (db, token) =>
        {
            var rows = db.Effects.AsQueryable();
            if (query.State is not null) rows = rows.Where(row => row.State == query.State);
            if (query.Run is not null) rows = rows.Where(row => row.RunId == query.Run);
            if (query.Repository is not null) rows = rows.Where(row => row.Repository == query.Repository || row.Repository.EndsWith("/" + query.Repository));
            if (cursor is not null)
            {
                if (await db.Effects.Where(row => row.EffectId == cursor).Select(row => (DateTimeOffset?)row.CreatedAt).FirstOrDefaultAsync(token) is not { } then)
                    throw new RequestException("invalid_request", $"cursor is '{cursor}'", "Give the next_cursor of the page before.");
                rows = rows.Where(row => row.CreatedAt < then || (row.CreatedAt == then && row.EffectId.CompareTo(cursor) < 0));
            }
            var page = await rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.EffectId).Take(limit).Select(View).ToListAsync(token);
            return new EffectPage(page, page.Count == limit ? page[^1].EffectId : null);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EffectDetails> FindAsync(string text, CancellationToken cancellationToken)
    {
        var row = await RowAsync(text, cancellationToken);
        JsonElement? request = null;
        try
        {
            request = await EffectLedger.RequestAsync(row, blobs, cancellationToken);
        }
        catch (BlobMissingException)
        {
            // shown without it
        }
        return new EffectDetails(ViewOf(row), request);
    }

    /// <inheritdoc/>
    public async Task<EffectView> ReleaseAsync(string text, string by, CancellationToken cancellationToken)
    {
        if (by.Length is 0 or > LongestName || by.Any(char.IsControl)) throw new RequestException("invalid_request", "who releases it has no name that can be put on record", $"Give at most {LongestName} printable characters.");
        var found = await RowAsync(text, cancellationToken);
        var (row, released) = await ledger.ReleaseAsync(found.EffectId, by, cancellationToken);
        if (!released) throw new RequestException("effect_not_waiting", $"{row.EffectId} is {row.State}: {row.Summary}", "Only effects that are held or dry_run can be released.");
        return ViewOf(row);
    }

    private async Task<EffectRow> RowAsync(string text, CancellationToken cancellationToken)
    {
        var beginning = text.Length < LeastOfAnId ? "none" : text; // no id begins so
        var found = await database.ReadAsync((db, token) => db.Effects.Where(row => row.EffectId == text || row.EffectId.StartsWith(beginning)).Take(2).ToListAsync(token), cancellationToken);
        if (found.Count > 1) throw new RequestException("ambiguous_effect", $"'{text}' is the beginning of several effects' ids", "Give more of it.");
        return found is [var row] ? row : throw new RequestException("effect_not_found", $"there is no effect {text}", "List them with: charter effects list");
    }
}

namespace Charterhouse.RepoSync.Effects;

/// <summary>The effect ledger: in this process on its database, or of another process through its HTTP API.</summary>
public interface IEffectService
{
    /// <summary>The newest first.</summary>
    /// <param name="cursor">The cursor of the page before; null for the first.</param>
    Task<EffectPage> ListAsync(EffectQuery query, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>One effect with what is, or was, to be written.</summary>
    /// <param name="text">An effect's id or the beginning of one (at least 8 characters).</param>
    /// <exception cref="Charterhouse.Platform.Http.RequestException">There is none, or there are several.</exception>
    Task<EffectDetails> FindAsync(string text, CancellationToken cancellationToken);

    /// <summary>Lets what only would happen happen: at once where RepoSync runs, else as soon as it does.</summary>
    /// <param name="by">Who wants it, for the record.</param>
    /// <exception cref="Charterhouse.Platform.Http.RequestException">There is no such effect, or it does not wait for anybody.</exception>
    Task<EffectView> ReleaseAsync(string text, string by, CancellationToken cancellationToken);
}

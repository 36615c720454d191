using Charterhouse.RepoSync.Effects;

namespace Charterhouse.Cli.Remote;

/// <summary>The effects of a server that runs RepoSync.</summary>
internal sealed class RemoteEffects(ApiClient api) : IEffectService
{
    private sealed record ReleaseRequest(string By);

    public Task<EffectPage> ListAsync(EffectQuery query, int limit, string? cursor, CancellationToken cancellationToken) => api.GetAsync<EffectPage>(ApiClient.Path("effects",
        ("state", query.State), ("run", query.Run), ("repository", query.Repository), ("limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("cursor", cursor)), cancellationToken);

    public Task<EffectDetails> FindAsync(string text, CancellationToken cancellationToken) => api.GetAsync<EffectDetails>("effects/" + Uri.EscapeDataString(text), cancellationToken);

    public Task<EffectView> ReleaseAsync(string text, string by, CancellationToken cancellationToken) =>
        api.SendAsync<EffectView>(HttpMethod.Post, $"effects/{Uri.EscapeDataString(text)}/release", new ReleaseRequest(by), cancellationToken);
}

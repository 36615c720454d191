using System.Security.Cryptography;
using System.Text;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.RepoSync.Forges;

/// <summary>What one call is shown.</summary>
/// <param name="Identity">Whose limits the call counts against: a hash, never the secret.</param>
/// <param name="Secret">The token. Never print it.</param>
internal sealed record ForgeGrant(string Identity, string Secret)
{
    public override string ToString() => Identity;
}

/// <summary>Who the house is to a forge.</summary>
internal abstract class ForgeCredentials
{
    /// <summary>What a call is shown.</summary>
    public abstract ValueTask<ForgeGrant> GrantAsync(ForgeCall call, CancellationToken cancellationToken);

    /// <summary>The forge refused it: whatever is remembered of it is forgotten.</summary>
    public virtual void Forget(ForgeGrant grant) { }

    /// <summary>A key for what a forge counts by.</summary>
    public static string IdentityOf(ForgeSettings forge, string kind, string who) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{forge.Api.AbsoluteUri}\n{who}")))[..32];
}

/// <summary>A token that somebody made at the forge.</summary>
internal sealed class TokenCredentials(ForgeSettings forge, string kind) : ForgeCredentials
{
    private readonly CurrentSecret _token = new(forge.Token ?? throw new ArgumentException("there is no token", nameof(forge)));

    public override ValueTask<ForgeGrant> GrantAsync(ForgeCall call, CancellationToken cancellationToken)
    {
        var token = _token.Text;
        return ValueTask.FromResult(new ForgeGrant(IdentityOf(forge, kind, token), token));
    }
}

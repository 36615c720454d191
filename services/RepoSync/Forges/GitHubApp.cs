using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Forges;

/// <summary>A GitHub App as itself: a statement that it signs with its key, good for some minutes.</summary>
internal sealed class GitHubAppCredentials(ForgeSettings forge, TimeProvider time) : ForgeCredentials
{
    // GitHub takes ten minutes at most; a clock that is a little ahead must not make it more.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(60);
    private readonly CurrentSecret _key = new(forge.AppPrivateKey ?? throw new ArgumentException("there is no key", nameof(forge)));
    private readonly string _identity = IdentityOf(forge, GitHubForge.KindName, "app " + forge.AppId);

    public override ValueTask<ForgeGrant> GrantAsync(ForgeCall call, CancellationToken cancellationToken) => ValueTask.FromResult(new ForgeGrant(_identity, Sign()));

    /// <summary>A JSON web token (RFC 7519) that is signed with RS256.</summary>
    private string Sign()
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(_key.Text);
            var now = time.GetUtcNow();
            var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"iat":{{(now - Back).ToUnixTimeSeconds()}},"exp":{{(now + Life).ToUnixTimeSeconds()}},"iss":"{{forge.AppId}}"}""");
            var text = $"{Encode("""{"alg":"RS256","typ":"JWT"}""")}.{Encode(claims)}";
            return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            throw StepFailedException.Permanent(ForgeProblems.Unauthorized, "the private key of the GitHub App is damaged", "Put a key that GitHub made into GITHUB_APP_PRIVATE_KEY_FILE.");
        }
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}

/// <summary>A GitHub App where it is installed: a token for each account, which GitHub gives for an hour.</summary>
/// <param name="app">Asks as the App itself.</param>
internal sealed class GitHubInstallationCredentials(ForgeSettings forge, ForgeClient app, TimeProvider time) : ForgeCredentials
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, long> _installations = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<long, Held> _tokens = new();
    private readonly ConcurrentDictionary<long, SemaphoreSlim> _gates = new();

    public override async ValueTask<ForgeGrant> GrantAsync(ForgeCall call, CancellationToken cancellationToken)
    {
        var installation = call.Installation ?? (call.Repository is { } path ? await FindAsync(path, call.Priority, cancellationToken)
            : throw new ArgumentException($"{call.Operation.Template} names no installation", nameof(call)));
        return await TokenAsync(installation, call.Priority, cancellationToken);
    }

    /// <summary>The token of a repository's installation.</summary>
    public async Task<ForgeGrant> OfAsync(string path, ForgePriority priority, CancellationToken cancellationToken) =>
        await TokenAsync(await FindAsync(path, priority, cancellationToken), priority, cancellationToken);

    public override void Forget(ForgeGrant grant)
    {
        foreach (var (id, held) in _tokens)
        {
            if (held.Grant == grant) _tokens.TryRemove(new KeyValuePair<long, Held>(id, held));
        }
        // a token is refused as well when the App was removed and installed again
        _installations.Clear();
    }

    private async Task<long> FindAsync(string path, ForgePriority priority, CancellationToken cancellationToken)
    {
        if (_installations.TryGetValue(path, out var known)) return known;
        var found = await app.FindAsync(GitHubApi.GetInstallation, new ForgeCall(GitHubApi.GetInstallation, priority, GitHubApi.Split(path)), cancellationToken)
            ?? throw StepFailedException.Permanent(ForgeProblems.NotFound, $"the GitHub App is not installed on {path}", "Install it there (the App's settings, 'Install App'), or check the repository's name.");
        return _installations[path] = found.Id;
    }

    private async Task<ForgeGrant> TokenAsync(long installation, ForgePriority priority, CancellationToken cancellationToken)
    {
        if (Current(installation) is { } current) return current;
        var gate = _gates.GetOrAdd(installation, static _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (Current(installation) is { } made) return made;
            var id = installation.ToString(CultureInfo.InvariantCulture);
            var token = await app.CallAsync(GitHubApi.CreateInstallationToken, new ForgeCall(GitHubApi.CreateInstallationToken, priority, id), cancellationToken);
            var grant = new ForgeGrant(IdentityOf(forge, GitHubForge.KindName, "installation " + id), token.Token);
            _tokens[installation] = new Held(grant, token.ExpiresAt - Early);
            return grant;
        }
        finally
        {
            gate.Release();
        }
    }

    private ForgeGrant? Current(long installation) => _tokens.TryGetValue(installation, out var held) && held.Until > time.GetUtcNow() ? held.Grant : null;

    private sealed record Held(ForgeGrant Grant, DateTimeOffset Until);
}

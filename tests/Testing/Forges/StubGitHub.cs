using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Testing.Forges;

/// <summary>GitHub as far as the house calls it: a personal token or an App with its installations, and GitHub's limits of size.</summary>
public sealed partial class StubGitHub : StubForge
{
    /// <summary>The personal token that is let in.</summary>
    public const string Token = "ghp_stub_canary_token";
    /// <summary>Whose it is.</summary>
    public const string TokenLogin = "charter-robot";
    /// <summary>The App's number.</summary>
    public const long AppId = 4711;
    /// <summary>How the App's comments are signed.</summary>
    public const string AppLogin = "charterhouse-app[bot]";

    private readonly RSA key = RSA.Create(2048);
    private readonly Dictionary<string, long> installations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StubRepository> repositories = new(StringComparer.OrdinalIgnoreCase);
    private long ids = 1000;

    private StubGitHub() => PrivateKey = key.ExportRSAPrivateKeyPem();

    /// <inheritdoc/>
    public override string ApiUrl => Url;
    /// <summary>The App's private key in PEM.</summary>
    public string PrivateKey { get; }
    /// <summary>The repositories.</summary>
    public IReadOnlyDictionary<string, StubRepository> Repositories => repositories;
    /// <summary>Deliveries of the App's webhook.</summary>
    public JsonArray Deliveries { get; } = [];
    /// <summary>How long a token of an installation holds.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(1);
    /// <summary>Where the pages of repositories are, where that is another server (one with git behind it); null for this one.</summary>
    public string? Web { get; set; }

    private protected override string Prefix => "";
    private protected override string RateHeader => "x-ratelimit-";

    /// <summary>Starts one on a free port.</summary>
    public static async Task<StubGitHub> StartAsync(CancellationToken cancellationToken = default)
    {
        var stub = new StubGitHub();
        await stub.ListenAsync(cancellationToken);
        return stub;
    }

    /// <summary>Adds a repository, and installs the App at its owner.</summary>
    public StubRepository Add(string path)
    {
        installations.TryAdd(path.Split('/')[0], 100 + installations.Count);
        return repositories[path] = new StubRepository(path, ++ids);
    }

    /// <summary>Lets no token of an installation in any more, as when somebody revoked them.</summary>
    public void RevokeTokens() => tokens.Clear();

    private protected override StubAnswer? Refuse(string authorization, string path)
    {
        var secret = authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization[7..] : "";
        var app = path.StartsWith("/app", StringComparison.Ordinal) || path.EndsWith("/installation", StringComparison.Ordinal);
        if (app) return IsApp(secret) ? null : Problem(401, "A JSON web token could not be decoded");
        return secret == Token || tokens.ContainsKey(secret) ? null : Problem(401, "Bad credentials");
    }

    private bool IsApp(string secret)
    {
        var parts = secret.Split('.');
        if (parts.Length != 3) return false;
        if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) return false;
        var claims = JsonNode.Parse(Decode(parts[1]))!;
        var (issued, expires) = (claims["iat"]!.GetValue<long>(), claims["exp"]!.GetValue<long>());
        return claims["iss"]!.GetValue<string>() == AppId.ToString(CultureInfo.InvariantCulture) && expires - issued <= 600;

        static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
    }

    private string LoginOf(string authorization) => authorization == "Bearer " + Token ? TokenLogin : AppLogin;

    private protected override StubAnswer Handle(string method, string[] path, IQueryCollection query, JsonNode? body, string authorization)
    {
        switch (method, path)
        {
            case ("GET", ["user"]):
                return authorization == "Bearer " + Token ? new StubAnswer(200, User(TokenLogin)) : Problem(403, "Resource not accessible by integration");
            case ("GET", ["app"]):
                return new StubAnswer(200, new JsonObject { ["id"] = AppId, ["slug"] = AppLogin[..^5], ["permissions"] = new JsonObject { ["checks"] = "write", ["contents"] = "read", ["pull_requests"] = "write" } });
            case ("GET", ["app", "installations"]):
                return new StubAnswer(200, new JsonArray([.. installations.Select(one => new JsonObject { ["id"] = one.Value, ["account"] = User(one.Key) })]));
            case ("POST", ["app", "installations", var id, "access_tokens"]):
                if (!installations.ContainsValue(long.Parse(id, CultureInfo.InvariantCulture))) return NotFound();
                var token = $"ghs_{++ids}_{id}";
                tokens[token] = id;
                return new StubAnswer(201, new JsonObject { ["token"] = token, ["expires_at"] = TimeProvider.System.GetUtcNow().Add(TokenLife).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) });
            case ("GET", ["app", "hook", "deliveries"]):
                return new StubAnswer(200, Deliveries.DeepClone());
            case ("POST", ["app", "hook", "deliveries", var delivery, "attempts"]):
                return Deliveries.Any(one => one!["id"]!.ToString() == delivery) ? new StubAnswer(202, new JsonObject()) : NotFound();
            case ("GET", ["installation", "repositories"]):
                var installation = tokens.GetValueOrDefault(authorization["Bearer ".Length..]);
                var owner = installations.FirstOrDefault(one => one.Value.ToString(CultureInfo.InvariantCulture) == installation).Key;
                return new StubAnswer(200, new JsonObject { ["repositories"] = List(one => one.Owner == owner) }) { ListName = "repositories" };
            case ("GET", ["user", "repos"]):
                return new StubAnswer(200, List(_ => true));
            case ("GET", ["orgs", var organisation, "repos"]):
                return repositories.Values.Any(one => one.Owner == organisation) && organisation != TokenLogin ? new StubAnswer(200, List(one => one.Owner == organisation)) : NotFound();
            case ("GET", ["users", var person, "repos"]):
                return repositories.Values.Any(one => one.Owner == person) ? new StubAnswer(200, List(one => one.Owner == person)) : NotFound();
            case (_, ["repos", var ownerName, var name, .. var rest]):
                return repositories.GetValueOrDefault($"{ownerName}/{name}") is { } repository ? InRepository(method, repository, rest, query, body, LoginOf(authorization)) : NotFound();
            default:
                return NotFound();
        }
    }

    private JsonArray List(Func<StubRepository, bool> which) => new([.. repositories.Values.Where(which).Select(one => new JsonObject
    {
        ["id"] = one.Id,
        ["full_name"] = one.Path,
        ["html_url"] = $"{Web ?? Url}/{one.Path}",
        ["default_branch"] = "main",
        ["archived"] = one.Archived,
    })]);

    private static JsonObject User(string login) => new() { ["login"] = login, ["id"] = (long)string.GetHashCode(login, StringComparison.Ordinal) & 0xFFFFFF, ["type"] = login.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User" };
}

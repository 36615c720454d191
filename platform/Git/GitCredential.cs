using System.Text;

namespace Charterhouse.Platform.Git;

/// <summary>
/// A user and a secret for one host and port. git is given them as a header that it sends to that address only, by a setting in its environment: never
/// an argument, an URL or a file.
/// </summary>
public sealed class GitCredential
{
    private readonly string host;
    private readonly int port;
    private readonly string header;
    private readonly string[] secrets;

    internal GitCredential(Uri entry, string user, string password, string setting = "git_credentials")
    {
        Setting = setting;
        (host, port) = (entry.IdnHost.ToLowerInvariant(), entry.Port);
        var name = entry.HostNameType == UriHostNameType.IPv6 ? $"[{host}]" : host;
        Address = $"https://{name}:{port}/";
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        header = "Authorization: Basic " + basic;
        secrets = [.. new[] { basic, password, Uri.EscapeDataString(password) }.Distinct(StringComparer.Ordinal).OrderByDescending(text => text.Length)];
    }

    /// <summary>One for a site.</summary>
    /// <param name="site">Its host and port count.</param>
    /// <param name="user">A name without a colon.</param>
    /// <param name="secret">What the site knows the user by.</param>
    /// <param name="setting">Where it comes from, for messages.</param>
    public static GitCredential For(Uri site, string user, string secret, string setting) => new(site, user, secret, setting);

    /// <summary>The setting that it comes from.</summary>
    public string Setting { get; }

    /// <summary>Whom it is for: <c>https://host:port/</c>.</summary>
    public string Address { get; }

    /// <summary>What git reads the header from. Scheme, host and port must be equal for git to send it (git-config(1), <c>http.&lt;url&gt;</c>).</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GIT_CONFIG_COUNT"] = "1",
        ["GIT_CONFIG_KEY_0"] = $"http.{Address}.extraHeader",
        ["GIT_CONFIG_VALUE_0"] = header,
    };

    internal bool IsFor(string otherHost, int otherPort) => host == otherHost.Trim('[', ']').ToLowerInvariant() && port == otherPort;

    /// <summary>Removes the secret from what a server, or git for it, said.</summary>
    public string Scrub(string text) => secrets.Aggregate(text, (shown, secret) => shown.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>The address, never the secret.</summary>
    public override string ToString() => Address;
}

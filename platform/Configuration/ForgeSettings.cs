namespace Charterhouse.Platform.Configuration;

/// <summary>A forge, and what it is shown. Holds secrets: never print it.</summary>
public sealed record ForgeSettings
{
    /// <summary>Where people go: <c>https://github.com</c>.</summary>
    public required Uri Web { get; init; }
    /// <summary>Where programs go: <c>https://api.github.com</c>, <c>https://gitlab.com/api/v4</c>.</summary>
    public required Uri Api { get; init; }
    /// <summary>A personal (or project, or group) access token; null for none.</summary>
    public SecretText? Token { get; init; }
    /// <summary>The id of a GitHub App, or its client id; null for none.</summary>
    public string? AppId { get; init; }
    /// <summary>The App's private key in PEM; null for none.</summary>
    public SecretText? AppPrivateKey { get; init; }

    /// <summary>False when the forge can only be looked at as everybody can.</summary>
    public bool HasCredentials => Token is not null || AppPrivateKey is not null;

    /// <summary>github.com, without credentials.</summary>
    public static ForgeSettings PublicGitHub { get; } = new() { Web = new Uri("https://github.com"), Api = GitHubApi(new Uri("https://github.com")) };

    /// <summary>gitlab.com, without credentials.</summary>
    public static ForgeSettings PublicGitLab { get; } = new() { Web = new Uri("https://gitlab.com"), Api = GitLabApi(new Uri("https://gitlab.com")) };

    /// <summary>Where GitHub's API is: a host of its own for github.com, a path for an Enterprise server.</summary>
    internal static Uri GitHubApi(Uri web) => web.Host == "github.com" ? new Uri("https://api.github.com") : new Uri(web, "/api/v3");

    /// <summary>Where GitLab's API is.</summary>
    internal static Uri GitLabApi(Uri web) => new(web, "/api/v4");
}

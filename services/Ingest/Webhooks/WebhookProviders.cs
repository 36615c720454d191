using Charterhouse.Ingest.Providers;

namespace Charterhouse.Ingest.Webhooks;

/// <summary>Who may send events, by name: those that a secret is configured for.</summary>
internal sealed class WebhookProviders
{
    private readonly Dictionary<string, WebhookProvider> byName = new(StringComparer.Ordinal);

    public WebhookProviders(IngestOptions options)
    {
        if (options.GitHubSecret is { } github) byName["github"] = new GitHubProvider(github);
        if (options.GitLabToken is { } gitlab) byName["gitlab"] = new GitLabProvider(gitlab);
        foreach (var provider in options.Providers) byName[provider.Name] = provider;
    }

    /// <summary>The provider, or null.</summary>
    public WebhookProvider? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>How to make a provider known.</summary>
    public static string Remedy(string name) => name switch
    {
        "github" => "Set GITHUB_WEBHOOK_SECRET (or GITHUB_WEBHOOK_SECRET_FILE) to the secret of the webhook.",
        "gitlab" => "Set GITLAB_WEBHOOK_TOKEN (or GITLAB_WEBHOOK_TOKEN_FILE) to the webhook's secret token.",
        _ => "Describe it in the file of the setting webhooks.providers.",
    };
}

using System.Collections.Frozen;

namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>The kinds of credentials that are told apart, with their names for people.</summary>
internal static class SecretKinds
{
    public const string PrivateKey = "private-key";
    public const string EncryptedPrivateKey = "encrypted-private-key";
    public const string AddressPassword = "address-password";
    public const string ConnectionPassword = "connection-password";
    public const string Assigned = "assigned";
    public const string AwsKeyId = "aws-access-key-id";
    public const string AwsSecret = "aws-secret-access-key";
    public const string GoogleApiKey = "google-api-key";

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [PrivateKey] = "private key",
        [EncryptedPrivateKey] = "encrypted private key",
        [AddressPassword] = "password in an address",
        [ConnectionPassword] = "password in a connection string",
        [Assigned] = "assigned secret",
        [AwsKeyId] = "AWS access key id",
        [AwsSecret] = "AWS secret access key",
        [GoogleApiKey] = "Google API key",
        ["github-token"] = "GitHub token",
        ["gitlab-token"] = "GitLab token",
        ["slack-token"] = "Slack token",
        ["slack-webhook"] = "Slack webhook",
        ["discord-webhook"] = "Discord webhook",
        ["stripe-key"] = "Stripe live key",
        ["npm-token"] = "npm token",
        ["pypi-token"] = "PyPI token",
        ["nuget-key"] = "NuGet API key",
        ["rubygems-key"] = "RubyGems API key",
        ["openai-key"] = "OpenAI API key",
        ["anthropic-key"] = "Anthropic API key",
        ["huggingface-token"] = "Hugging Face token",
        ["sendgrid-key"] = "SendGrid API key",
        ["mailgun-key"] = "Mailgun API key",
        ["digitalocean-token"] = "DigitalOcean token",
        ["shopify-token"] = "Shopify token",
        ["docker-token"] = "Docker Hub token",
        ["age-key"] = "age secret key",
        ["azure-storage-key"] = "Azure storage account key",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The kind's name within a sentence.</summary>
    public static string NameOf(string kind) => Names.GetValueOrDefault(kind, "credential");
}

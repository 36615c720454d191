using Charterhouse.Ingest.Providers;

namespace Charterhouse.Ingest;

/// <summary>What Ingest needs to know. Holds secrets: never print it.</summary>
public sealed class IngestOptions
{
    /// <summary>The largest body that is taken, in bytes: GitHub's own limit for payloads (docs.github.com, "Webhook events and payloads").</summary>
    public const int MaxBodyBytes = 25 * 1024 * 1024;

    /// <summary>How long a sender may take for a body.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(25);
    /// <summary>Requests with a wrong signature that an address may send in a minute before it is told to wait.</summary>
    public int FailedSignaturesPerMinute { get; init; } = 60;
    /// <summary>Secret of GitHub's webhooks; null when there are none.</summary>
    public RotatingSecret? GitHubSecret { get; init; }
    /// <summary>Token of GitLab's webhooks; null when there are none.</summary>
    public RotatingSecret? GitLabToken { get; init; }
    /// <summary>Further systems that send events.</summary>
    public IReadOnlyList<GenericProvider> Providers { get; init; } = [];
    /// <summary>Days that an event is kept; 0 for ever.</summary>
    public int RetentionDays { get; init; } = 90;
    /// <summary>What a caller of the API must send; null lets only this machine in.</summary>
    public string? ApiToken { get; init; }
}

using Charterhouse.Platform.Git;

namespace Charterhouse.Platform.Configuration;

/// <summary>Every setting of a process, validated. Made by <see cref="ConfigurationLoader"/> only, once, at start.</summary>
public sealed record CharterOptions
{
    /// <summary>Where a server listens that was told nothing else: this machine only.</summary>
    public const string DefaultUrls = "http://127.0.0.1:8080";

    /// <summary>Absolute path of the data folder; it need not exist yet.</summary>
    public required string DataFolder { get; init; }
    /// <summary>Where checkpoints (and all other tables) are kept.</summary>
    public Checkpointer Checkpointer { get; init; } = Checkpointer.Sqlite;
    /// <summary>Runs that execute steps at the same time; more wait as <c>queued</c>.</summary>
    public int MaxConcurrentRuns { get; init; } = 5;
    /// <summary>How long a run may wait as <c>queued</c> before it expires.</summary>
    public TimeSpan QueueTtl { get; init; } = TimeSpan.FromDays(1);
    /// <summary>Total time of a run, unless its workflow says otherwise.</summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromSeconds(3600);
    /// <summary>Attempts of a step in all (the first included), unless its workflow says otherwise.</summary>
    public int RetryAttempts { get; init; } = 3;
    /// <summary>Total time of an attempt of a step, unless its workflow says otherwise.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromSeconds(600);
    /// <summary>Longest time of an attempt without a sign of life, unless its workflow says otherwise; null for any.</summary>
    public TimeSpan? IdleTimeout { get; init; }
    /// <summary>Super-steps of a run, unless its workflow or the request says otherwise.</summary>
    public int RecursionLimit { get; init; } = 25;
    /// <summary>Days that the history of an ended run is kept; 0 for ever.</summary>
    public int RetentionDays { get; init; } = 90;
    /// <summary>When old history is removed, as <c>CronText</c> reads it; <c>off</c> for never.</summary>
    public string RetentionSchedule { get; init; } = "30 3 * * *";
    /// <summary>Repositories whose charters are kept.</summary>
    public IReadOnlyList<RepositorySetting> Repositories { get; init; } = [];
    /// <summary>How old a charter of a registered repository may be before the audit makes a new one.</summary>
    public TimeSpan AuditAfter { get; init; } = TimeSpan.FromDays(7);
    /// <summary>When the audit looks, as <c>CronText</c> reads it; <c>off</c> for never.</summary>
    public string AuditSchedule { get; init; } = "*/30 * * * *";
    /// <summary>The secrets of GitHub's webhooks; null when there are none.</summary>
    public SecretText? GitHubWebhookSecret { get; init; }
    /// <summary>The tokens of GitLab's webhooks; null when there are none.</summary>
    public SecretText? GitLabWebhookToken { get; init; }
    /// <summary>Absolute path of the file that describes further senders of webhooks; null for none.</summary>
    public string? WebhookProviders { get; init; }
    /// <summary>When repositories are looked for that may be gone, as <c>CronText</c> reads it; <c>off</c> for never.</summary>
    public string PruneSchedule { get; init; } = "15 4 * * *";
    /// <summary>When GitHub is asked which deliveries never arrived, as <c>CronText</c> reads it; <c>off</c> for never.</summary>
    public string DeliveriesSchedule { get; init; } = "*/10 * * * *";
    /// <summary>The rules by which events call for runs, by name of <see cref="RuleSettings"/>.</summary>
    public IReadOnlyDictionary<string, string> Triggers { get; init; } = RuleSettings.Defaults;
    /// <summary>The rules that somebody set, and not the default.</summary>
    public IReadOnlySet<string> TriggersSet { get; init; } = RuleSettings.None;
    /// <summary>Where people reach the house, for links; null for nowhere.</summary>
    public Uri? PublicUrl { get; init; }
    /// <summary>Whether what would be written outside of the house is only put on record.</summary>
    public bool EffectsDryRun { get; init; }
    /// <summary>Where webhooks are sent to; null for nowhere.</summary>
    public Uri? EffectsWebhookUrl { get; init; }
    /// <summary>What they are signed with; set where the address is.</summary>
    public SecretText? EffectsWebhookSecret { get; init; }
    /// <summary>Steps that one service executes at the same time in this process.</summary>
    public int WorkerConcurrency { get; init; } = 4;
    /// <summary>Whether repositories on private and link-local addresses may be cloned.</summary>
    public bool AllowPrivateHosts { get; init; }
    /// <summary>What https hosts are shown that do not let everybody read. Secrets.</summary>
    public GitCredentials GitCredentials { get; init; } = GitCredentials.None;
    /// <summary>GitHub, or an Enterprise server. Holds secrets.</summary>
    public ForgeSettings GitHub { get; init; } = ForgeSettings.PublicGitHub;
    /// <summary>GitLab, or a self-managed one. Holds secrets.</summary>
    public ForgeSettings GitLab { get; init; } = ForgeSettings.PublicGitLab;
    /// <summary>Size of the repository cache, in gigabytes, beyond which repositories that no run uses are removed; 0 for any.</summary>
    public int CacheMaxGigabytes { get; init; } = 50;
    /// <summary>Where the web server of a serving process listens; several with semicolons.</summary>
    public string Urls { get; init; } = DefaultUrls;
    /// <summary>The server that a command talks to; null for this process.</summary>
    public Uri? Server { get; init; }
    /// <summary>The token of the HTTP API, the server's and the client's; null for none. A secret: never print it.</summary>
    public string? ApiToken { get; init; }
    /// <summary>Database and broker of the distributed profile; null for the embedded one.</summary>
    public DistributedOptions? Distributed { get; init; }
    /// <summary>Absolute path of a PEM file with the authorities that https repositories are checked against; null for the system's.</summary>
    public string? CertificateAuthorities { get; init; }
}

/// <summary>A secret, and the file that it came from, where it may be exchanged. Never print it.</summary>
/// <param name="text">The secret.</param>
/// <param name="file">Absolute path; null for a variable.</param>
public sealed class SecretText(string text, string? file)
{
    /// <summary>The secret as it was at start.</summary>
    public string Text { get; } = text;

    /// <summary>Absolute path of the file that it came from; null for a variable.</summary>
    public string? File { get; } = file;
}

/// <summary>What several processes share. Holds secrets: never print it.</summary>
public sealed class DistributedOptions
{
    /// <summary>An Npgsql connection string (key=value).</summary>
    public required string PostgresConnectionString { get; init; }
    /// <summary>An <c>amqp://</c> or <c>amqps://</c> URL.</summary>
    public required string RabbitMqUrl { get; init; }
    /// <summary>Connections of this process that are kept open.</summary>
    public int PoolSize { get; init; } = 5;
    /// <summary>Further connections while there is more to do.</summary>
    public int MaxOverflow { get; init; } = 10;
}

/// <summary>Where checkpoints are kept.</summary>
public enum Checkpointer
{
    /// <summary>The SQLite database of the data folder.</summary>
    Sqlite,
    /// <summary>A temporary SQLite file that ends with the process.</summary>
    Memory,
    /// <summary>The PostgreSQL database of the distributed profile.</summary>
    Postgres,
}

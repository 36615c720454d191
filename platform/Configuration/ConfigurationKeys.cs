namespace Charterhouse.Platform.Configuration;

/// <summary>One setting: what it is called in each source, and what it may be.</summary>
/// <param name="Name">Dotted, as in <c>charterhouse.yaml</c>.</param>
/// <param name="Variable">The environment variable.</param>
/// <param name="Flag">The command-line flag, or null where there is none.</param>
/// <param name="Default">Null where the default depends on the machine.</param>
/// <param name="Secret">Also read from the file that VARIABLE_FILE names; never shown.</param>
internal sealed record ConfigurationKey(string Name, string Variable, string? Flag, string? Default, ValueRule Rule, bool Secret = false);

/// <summary>The table of all settings of this version.</summary>
internal static class ConfigurationKeys
{
    public static readonly ConfigurationKey Data = new("data", "CHARTER_DATA", "--data", null, new FolderRule());
    public static readonly ConfigurationKey MaxConcurrentRuns = new("orchestration.max_concurrent_runs", "CHARTER_MAX_CONCURRENT_RUNS", null, "5", new NumberRule(1, 100));
    public static readonly ConfigurationKey QueueTtlSeconds = new("orchestration.queue_ttl_seconds", "CHARTER_QUEUE_TTL_SECONDS", null, "86400", new NumberRule(1, 2_592_000));
    public static readonly ConfigurationKey TimeoutSeconds = new("orchestration.timeout_seconds", "CHARTER_TIMEOUT_SECONDS", null, "3600", new NumberRule(1, 604_800));
    public static readonly ConfigurationKey RetryAttempts = new("orchestration.retry_attempts", "CHARTER_RETRY_ATTEMPTS", null, "3", new NumberRule(1, 20));
    public static readonly ConfigurationKey StepTimeoutSeconds = new("orchestration.step_timeout_seconds", "CHARTER_STEP_TIMEOUT_SECONDS", null, "600", new NumberRule(1, 86_400));
    public static readonly ConfigurationKey IdleTimeoutSeconds = new("orchestration.idle_timeout_seconds", "CHARTER_IDLE_TIMEOUT_SECONDS", null, "0", new NumberRule(0, 86_400));
    public static readonly ConfigurationKey RecursionLimit = new("orchestration.recursion_limit", "CHARTER_RECURSION_LIMIT", "--recursion-limit", "25", new NumberRule(1, 10_000));
    public static readonly ConfigurationKey Checkpointer = new("orchestration.checkpointer", "CHARTER_CHECKPOINTER", null, "sqlite", new CheckpointerRule());
    public static readonly ConfigurationKey RetentionDays = new("retention.days", "CHARTER_RETENTION_DAYS", null, "90", new NumberRule(0, 36_500));
    public static readonly ConfigurationKey RetentionSchedule = new("retention.schedule", "CHARTER_RETENTION_SCHEDULE", null, "30 3 * * *", new CronRule());
    public static readonly ConfigurationKey Repositories = new("repositories", "CHARTER_REPOSITORIES", null, "", new RepositoriesRule());
    public static readonly ConfigurationKey AuditAfterHours = new("audit.after_hours", "CHARTER_AUDIT_AFTER_HOURS", null, "168", new NumberRule(1, 87_600));
    public static readonly ConfigurationKey AuditSchedule = new("audit.schedule", "CHARTER_AUDIT_SCHEDULE", null, "*/30 * * * *", new CronRule());
    public static readonly ConfigurationKey PruneSchedule = new("prune.schedule", "CHARTER_PRUNE_SCHEDULE", null, "15 4 * * *", new CronRule());
    public static readonly ConfigurationKey DeliveriesSchedule = new("deliveries.schedule", "CHARTER_DELIVERIES_SCHEDULE", null, "*/10 * * * *", new CronRule());
    public static readonly IReadOnlyList<ConfigurationKey> Triggers =
        [.. RuleSettings.All.Select(rule => new ConfigurationKey("triggers." + rule.Name, "CHARTER_TRIGGERS_" + rule.Name.ToUpperInvariant(), null, rule.Default, rule.Rule))];
    public static readonly ConfigurationKey PublicUrl = new("public_url", "CHARTER_PUBLIC_URL", null, "", new ServerRule());
    public static readonly ConfigurationKey EffectsDryRun = new("effects.dry_run", "CHARTER_EFFECTS_DRY_RUN", null, "false", new SwitchRule());
    public static readonly ConfigurationKey EffectsWebhookUrl = new("effects.webhook_url", "CHARTER_EFFECTS_WEBHOOK_URL", null, "", new ReceiverRule());
    public static readonly ConfigurationKey EffectsWebhookSecret = new("effects.webhook_secret", "CHARTER_EFFECTS_WEBHOOK_SECRET", null, "", new SigningSecretRule(), Secret: true);
    public static readonly ConfigurationKey WorkerConcurrency = new("worker_concurrency", "CHARTER_WORKER_CONCURRENCY", null, "4", new NumberRule(1, 64));
    public static readonly ConfigurationKey CacheMaxGigabytes = new("cache.max_gigabytes", "CHARTER_CACHE_MAX_GIGABYTES", null, "50", new NumberRule(0, 1_000_000));
    public static readonly ConfigurationKey GitCredentials = new("git_credentials", "GIT_CREDENTIALS", null, "", new GitCredentialsRule(), Secret: true);
    public static readonly ConfigurationKey AllowPrivateHosts = new("allow_private_hosts", "CHARTER_ALLOW_PRIVATE_HOSTS", null, "false", new SwitchRule());
    public static readonly ConfigurationKey CertificateAuthorities = new("certificate_authorities", "CHARTER_CERTIFICATE_AUTHORITIES", null, "", new CertificatesRule());

    public static readonly ConfigurationKey PostgresConnectionString = new("orchestration.checkpointer.connection_string", "POSTGRES_CONNECTION_STRING", null, "", new PostgresRule(), Secret: true);
    public static readonly ConfigurationKey PoolSize = new("orchestration.checkpointer.pool_size", "CHARTER_POOL_SIZE", null, "5", new NumberRule(1, 1000));
    public static readonly ConfigurationKey MaxOverflow = new("orchestration.checkpointer.max_overflow", "CHARTER_MAX_OVERFLOW", null, "10", new NumberRule(0, 1000));
    public static readonly ConfigurationKey TableName = new("orchestration.checkpointer.table_name", "CHARTER_TABLE_NAME", null, "checkpoints", new TableNameRule());
    public static readonly ConfigurationKey RabbitMqUrl = new("rabbitmq_url", "RABBITMQ_URL", null, "", new BrokerRule(), Secret: true);

    public static readonly ConfigurationKey Urls = new("urls", "CHARTER_URLS", "--urls", CharterOptions.DefaultUrls, new UrlsRule());

    public static readonly ConfigurationKey Server = new("server", "CHARTER_SERVER", "--server", "", new ServerRule());
    public static readonly ConfigurationKey ApiToken = new("api_token", "CHARTER_API_TOKEN", null, "", new TokenRule(), Secret: true);

    public static readonly ConfigurationKey GitHubWebhookSecret = new("webhooks.github_secret", "GITHUB_WEBHOOK_SECRET", null, "", new SecretsRule(), Secret: true);
    public static readonly ConfigurationKey GitLabWebhookToken = new("webhooks.gitlab_token", "GITLAB_WEBHOOK_TOKEN", null, "", new SecretsRule(), Secret: true);
    public static readonly ConfigurationKey WebhookProviders = new("webhooks.providers", "CHARTER_WEBHOOK_PROVIDERS", null, "", new FileRule());

    public static readonly ConfigurationKey GitHubUrl = new("github.url", "GITHUB_URL", null, "https://github.com", new ForgeAddressRule(PathAllowed: false));
    public static readonly ConfigurationKey GitHubApiUrl = new("github.api_url", "GITHUB_API_URL", null, "", new ForgeAddressRule(PathAllowed: true));
    public static readonly ConfigurationKey GitHubToken = new("github.token", "GITHUB_TOKEN", null, "", new ForgeTokenRule(), Secret: true);
    public static readonly ConfigurationKey GitHubAppId = new("github.app_id", "GITHUB_APP_ID", null, "", new AppIdRule());
    public static readonly ConfigurationKey GitHubAppPrivateKey = new("github.app_private_key", "GITHUB_APP_PRIVATE_KEY", null, "", new PrivateKeyRule(), Secret: true);
    public static readonly ConfigurationKey GitLabUrl = new("gitlab.url", "GITLAB_URL", null, "https://gitlab.com", new ForgeAddressRule(PathAllowed: false));
    public static readonly ConfigurationKey GitLabApiUrl = new("gitlab.api_url", "GITLAB_API_URL", null, "", new ForgeAddressRule(PathAllowed: true));
    public static readonly ConfigurationKey GitLabToken = new("gitlab.token", "GITLAB_TOKEN", null, "", new ForgeTokenRule(), Secret: true);

    /// <summary>In the order in which <c>config show</c> prints them.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
        [Data, MaxConcurrentRuns, QueueTtlSeconds, TimeoutSeconds, StepTimeoutSeconds, IdleTimeoutSeconds, RetryAttempts, RecursionLimit, Checkpointer, PostgresConnectionString, PoolSize, MaxOverflow, TableName, RabbitMqUrl, Urls, Server, ApiToken, RetentionDays, RetentionSchedule, Repositories, AuditAfterHours, AuditSchedule, PruneSchedule, DeliveriesSchedule, .. Triggers, GitHubWebhookSecret, GitLabWebhookToken, WebhookProviders, PublicUrl, EffectsDryRun, EffectsWebhookUrl, EffectsWebhookSecret, WorkerConcurrency, CacheMaxGigabytes, AllowPrivateHosts, CertificateAuthorities, GitCredentials, GitHubUrl, GitHubApiUrl, GitHubToken, GitHubAppId, GitHubAppPrivateKey, GitLabUrl, GitLabApiUrl, GitLabToken];

    /// <summary>CHARTER_ variables that are read elsewhere: by the loader itself, by the CLI, by the tests and by the build.</summary>
    public static IReadOnlyList<string> OtherVariables { get; } = ["CHARTER_CONFIG", "CHARTER_DEBUG", "CHARTER_FAILPOINT", "CHARTER_SQLITE", "CHARTER_STRICT", Telemetry.Exporters.FileVariable];
}

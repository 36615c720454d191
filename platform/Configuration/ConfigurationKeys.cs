namespace Charterhouse.Platform.Configuration;

/// <summary>One setting: what it is called in each source, and what it may be.</summary>
/// <param name="Name">Dotted, as in <c>charterhouse.yaml</c>.</param>
/// <param name="Variable">The environment variable.</param>
/// <param name="Flag">The command-line flag, or null where there is none.</param>
/// <param name="Default">Null where the default depends on the machine.</param>
internal sealed record ConfigurationKey(string Name, string Variable, string? Flag, string? Default, ValueRule Rule);

/// <summary>The table of all settings of this version.</summary>
internal static class ConfigurationKeys
{
    public static readonly ConfigurationKey Data = new("data", "CHARTER_DATA", "--data", null, new FolderRule());
    public static readonly ConfigurationKey MaxConcurrentRuns = new("orchestration.max_concurrent_runs", "CHARTER_MAX_CONCURRENT_RUNS", null, "5", new NumberRule(1, 100));
    public static readonly ConfigurationKey TimeoutSeconds = new("orchestration.timeout_seconds", "CHARTER_TIMEOUT_SECONDS", null, "3600", new NumberRule(1, 604_800));
    public static readonly ConfigurationKey RetryAttempts = new("orchestration.retry_attempts", "CHARTER_RETRY_ATTEMPTS", null, "3", new NumberRule(1, 20));
    public static readonly ConfigurationKey RecursionLimit = new("orchestration.recursion_limit", "CHARTER_RECURSION_LIMIT", "--recursion-limit", "25", new NumberRule(1, 10_000));
    public static readonly ConfigurationKey Checkpointer = new("orchestration.checkpointer", "CHARTER_CHECKPOINTER", null, "sqlite", new CheckpointerRule());
    public static readonly ConfigurationKey WorkerConcurrency = new("worker_concurrency", "CHARTER_WORKER_CONCURRENCY", null, "4", new NumberRule(1, 64));
    public static readonly ConfigurationKey AllowPrivateHosts = new("allow_private_hosts", "CHARTER_ALLOW_PRIVATE_HOSTS", null, "false", new SwitchRule());
    public static readonly ConfigurationKey CertificateAuthorities = new("certificate_authorities", "CHARTER_CERTIFICATE_AUTHORITIES", null, "", new CertificatesRule());

    /// <summary>In the order in which <c>config show</c> prints them.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
        [Data, MaxConcurrentRuns, TimeoutSeconds, RetryAttempts, RecursionLimit, Checkpointer, WorkerConcurrency, AllowPrivateHosts, CertificateAuthorities];

    /// <summary>CHARTER_ variables that are read elsewhere: by the loader itself, by the CLI, by the tests and by the build.</summary>
    public static IReadOnlyList<string> OtherVariables { get; } = ["CHARTER_CONFIG", "CHARTER_DEBUG", "CHARTER_FAILPOINT", "CHARTER_SQLITE", "CHARTER_STRICT"];

    /// <summary>Set means the distributed profile, which this version does not have: refused, never ignored.</summary>
    public static IReadOnlyList<string> DistributedVariables { get; } =
        ["POSTGRES_CONNECTION_STRING", "POSTGRES_CONNECTION_STRING_FILE", "RABBITMQ_URL", "RABBITMQ_URL_FILE"];
}

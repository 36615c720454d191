using System.Globalization;
using Charterhouse.Platform.Git;

namespace Charterhouse.Platform.Configuration;

/// <summary>
/// Builds <see cref="CharterOptions"/> from flags, environment, one YAML file and defaults, in that order. The file is the one that is
/// named (<c>--config</c>, <c>CHARTER_CONFIG</c>), else the data folder's, else the user's; never one of an analysed repository, which
/// is not trusted.
/// </summary>
public sealed class ConfigurationLoader
{
    private const string DefaultSource = "default";
    private const string Masked = "***";
    private readonly ConfigurationInput input;
    private readonly List<ConfigurationProblem> problems = [];
    private readonly List<string> warnings = [];
    private IReadOnlyList<RepositorySetting> repositoriesFromFile = [];
    private IReadOnlyDictionary<string, Setting> fromFile = new Dictionary<string, Setting>(StringComparer.Ordinal);

    private ConfigurationLoader(ConfigurationInput input) => this.input = input;

    /// <summary>Reads and validates everything.</summary>
    /// <exception cref="ConfigurationException">With all problems.</exception>
    public static LoadedConfiguration Load(ConfigurationInput input) => new ConfigurationLoader(input).Load();

    private LoadedConfiguration Load()
    {
        var places = new ConfigurationPlaces(input);
        WarnOfUnknownVariables();
        var file = ReadFile(places);
        var values = ConfigurationKeys.All.ToDictionary(key => key.Name, key => Choose(key, places), StringComparer.Ordinal);
        CheckProfile(values);
        CheckPairs(values);
        CheckApp(values);
        if (problems.Count > 0) throw new ConfigurationException(problems);
        if (values[ConfigurationKeys.PostgresConnectionString.Name].Text.Length > 0)
            values[ConfigurationKeys.Checkpointer.Name] = new Setting("postgres", "postgres", values[ConfigurationKeys.PostgresConnectionString.Name].Source);
        var shown = ConfigurationKeys.All.Select(key => new ConfigurationValue(key.Name, values[key.Name].Shown, values[key.Name].Source)).ToList();
        return new LoadedConfiguration(OptionsFrom(values), shown, warnings, file);
    }

    /// <summary>The profile follows from what is set: database and broker together, or neither.</summary>
    private void CheckProfile(Dictionary<string, Setting> values)
    {
        var (database, broker) = (values[ConfigurationKeys.PostgresConnectionString.Name], values[ConfigurationKeys.RabbitMqUrl.Name]);
        var checkpointer = values[ConfigurationKeys.Checkpointer.Name];
        if (database.Text.Length == 0 && broker.Text.Length > 0)
            problems.Add(new("RABBITMQ_URL", broker.Source, "is set, but no database that the processes share", "set POSTGRES_CONNECTION_STRING too, or unset RABBITMQ_URL"));
        else if (database.Text.Length > 0 && broker.Text.Length == 0)
            problems.Add(new("POSTGRES_CONNECTION_STRING", database.Source, "is set, but no broker between the processes", "set RABBITMQ_URL too, or unset POSTGRES_CONNECTION_STRING"));
        var postgres = checkpointer.Text is "postgres" or "postgresql";
        if (postgres && database.Text.Length == 0)
            problems.Add(new(ConfigurationKeys.Checkpointer.Name, checkpointer.Source, "is postgres, but no database is given", "set POSTGRES_CONNECTION_STRING"));
        else if (!postgres && checkpointer.Source != DefaultSource && database.Text.Length > 0)
            problems.Add(new(ConfigurationKeys.Checkpointer.Name, checkpointer.Source, $"is {checkpointer.Shown}, but POSTGRES_CONNECTION_STRING chooses PostgreSQL", "give postgres, or unset POSTGRES_CONNECTION_STRING"));
    }

    /// <summary>What makes sense only together.</summary>
    private void CheckPairs(Dictionary<string, Setting> values)
    {
        var (address, secret) = (values[ConfigurationKeys.EffectsWebhookUrl.Name], values[ConfigurationKeys.EffectsWebhookSecret.Name]);
        if (address.Text.Length > 0 && secret.Text.Length == 0)
            problems.Add(new(ConfigurationKeys.EffectsWebhookUrl.Name, address.Source, "is set, but not what webhooks are signed with", $"set {ConfigurationKeys.EffectsWebhookSecret.Variable} too: openssl rand -hex 32"));
        else if (address.Text.Length == 0 && secret.Text.Length > 0)
            problems.Add(new(ConfigurationKeys.EffectsWebhookSecret.Name, secret.Source, "is set, but not where webhooks are sent to", $"set {ConfigurationKeys.EffectsWebhookUrl.Variable} too, or unset it"));
    }

    /// <summary>An App is an id and a key; beside a token it would not be plain whose name stands on what is written.</summary>
    private void CheckApp(Dictionary<string, Setting> values)
    {
        var (id, key, token) = (values[ConfigurationKeys.GitHubAppId.Name], values[ConfigurationKeys.GitHubAppPrivateKey.Name], values[ConfigurationKeys.GitHubToken.Name]);
        if (id.Text.Length > 0 && key.Text.Length == 0) problems.Add(new("github.app_id", id.Source, "is set, but no private key of the App", "set GITHUB_APP_PRIVATE_KEY_FILE too, or unset GITHUB_APP_ID"));
        if (key.Text.Length > 0 && id.Text.Length == 0) problems.Add(new("github.app_private_key", key.Source, "is set, but no id of the App", "set GITHUB_APP_ID too, or unset the key"));
        if (key.Text.Length > 0 && token.Text.Length > 0) problems.Add(new("github.token", token.Source, "is set beside a GitHub App", "unset GITHUB_TOKEN, or GITHUB_APP_ID and the App's key"));
    }

    private void WarnOfUnknownVariables()
    {
        var known = ConfigurationKeys.All.SelectMany(key => key.Secret ? [key.Variable, key.Variable + "_FILE"] : new[] { key.Variable }).Concat(ConfigurationKeys.OtherVariables).ToList();
        foreach (var name in input.Environment.Keys.Where(name => name.StartsWith("CHARTER_", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (known.Contains(name, StringComparer.Ordinal)) continue;
            var hint = Suggestion.Nearest(name, known) is { } nearest ? $"did you mean {nearest}?" : "it has no effect";
            warnings.Add($"the environment variable {name} is not known; {hint}");
        }
    }

    private string? ReadFile(ConfigurationPlaces places)
    {
        var (file, source) = places.FindFile();
        if (file is null) return null;
        try
        {
            var before = problems.Count;
            var reader = new ConfigurationFile(file, input.Environment, problems);
            fromFile = reader.Read(File.ReadAllText(file));
            repositoriesFromFile = reader.Repositories;
            if (problems.Count == before && source is null && places.InDataFolder(file) && fromFile.TryGetValue(ConfigurationKeys.Data.Name, out var data))
                problems.Add(new(ConfigurationKeys.Data.Name, data.Source, "cannot be set by the file that lies in the data folder", "remove the line, or use --data or CHARTER_DATA"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            var why = problem is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read: " + problem.Message;
            problems.Add(new(file, source ?? "configuration file", why, source is null ? "make it readable" : $"correct {source}"));
        }
        return file;
    }

    private Setting Choose(ConfigurationKey key, ConfigurationPlaces places)
    {
        var given = new List<Setting>(3);
        if (key.Flag is not null && input.Flags.TryGetValue(key.Flag, out var flag)) given.Add(new Setting(flag, flag, key.Flag));
        if (key.Secret) given.AddRange(Secret(key));
        else if (input.Variable(key.Variable) is { } variable) given.Add(new Setting(variable, variable, key.Variable));
        if (fromFile.TryGetValue(key.Name, out var setting)) given.Add(setting);
        if (key == ConfigurationKeys.CertificateAuthorities || key == ConfigurationKeys.WebhookProviders) given = given.ConvertAll(places.Absolute);
        // A wrong value is reported even where another source overrides it: it would bite later, when that source is gone.
        foreach (var one in given)
        {
            if (one.Text.Length == 0) problems.Add(new(key.Name, one.Source, "is empty", "give a value"));
            else if (key.Rule.Check(one.Text, one.Shown) is { } problem) problems.Add(new(key.Name, one.Source, problem.Message, problem.Fix));
        }
        var chosen = given.FirstOrDefault();
        if (key == ConfigurationKeys.Data) return places.Absolute(chosen, problems);
        return chosen ?? new Setting(key.Default!, key.Default!, DefaultSource);
    }

    /// <summary>From the variable, or from the file that VARIABLE_FILE names (Docker's and Kubernetes' secrets).</summary>
    private IEnumerable<Setting> Secret(ConfigurationKey key)
    {
        var byFile = key.Variable + "_FILE";
        if (input.Variable(key.Variable) is { } value)
        {
            if (input.Variable(byFile) is not null) problems.Add(new(key.Variable, "environment", $"is set, and {byFile} too", "unset one of them"));
            return [new Setting(value, Masked, key.Variable)];
        }
        if (input.Variable(byFile) is not { } path) return [];
        try
        {
            return [new Setting(File.ReadAllText(Path.GetFullPath(path, input.WorkingFolder)).Trim(), Masked, byFile)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(byFile, "environment", "names a file that cannot be read: " + problem.Message, "name a readable file"));
            return [];
        }
    }

    private CharterOptions OptionsFrom(Dictionary<string, Setting> values)
    {
        var rules = RuleSettings.Names.Zip(ConfigurationKeys.Triggers).Where(rule => values[rule.Second.Name].Source != DefaultSource).Select(rule => rule.First).ToHashSet(StringComparer.Ordinal);
        return new CharterOptions
        {
            DataFolder = values[ConfigurationKeys.Data.Name].Text,
            Checkpointer = Postgres() is not null ? Checkpointer.Postgres : values[ConfigurationKeys.Checkpointer.Name].Text == "memory" ? Checkpointer.Memory : Checkpointer.Sqlite,
            Distributed = Postgres() is { } database ? new DistributedOptions
            {
                PostgresConnectionString = PostgresConnection.Parse(database).Value!,
                RabbitMqUrl = values[ConfigurationKeys.RabbitMqUrl.Name].Text,
                PoolSize = Number(ConfigurationKeys.PoolSize),
                MaxOverflow = Number(ConfigurationKeys.MaxOverflow),
            } : null,
            MaxConcurrentRuns = Number(ConfigurationKeys.MaxConcurrentRuns),
            QueueTtl = TimeSpan.FromSeconds(Number(ConfigurationKeys.QueueTtlSeconds)),
            RunTimeout = TimeSpan.FromSeconds(Number(ConfigurationKeys.TimeoutSeconds)),
            StepTimeout = TimeSpan.FromSeconds(Number(ConfigurationKeys.StepTimeoutSeconds)),
            IdleTimeout = Number(ConfigurationKeys.IdleTimeoutSeconds) is > 0 and var idle ? TimeSpan.FromSeconds(idle) : null,
            RetryAttempts = Number(ConfigurationKeys.RetryAttempts),
            RecursionLimit = Number(ConfigurationKeys.RecursionLimit),
            ApiToken = values[ConfigurationKeys.ApiToken.Name].Text is { Length: > 0 } token ? token : null,
            Server = values[ConfigurationKeys.Server.Name].Text is { Length: > 0 } server ? new Uri(server) : null,
            Urls = values[ConfigurationKeys.Urls.Name].Text,
            RetentionDays = Number(ConfigurationKeys.RetentionDays),
            RetentionSchedule = values[ConfigurationKeys.RetentionSchedule.Name].Text,
            Repositories = RepositoriesFrom(values[ConfigurationKeys.Repositories.Name]),
            PruneSchedule = values[ConfigurationKeys.PruneSchedule.Name].Text,
            DeliveriesSchedule = values[ConfigurationKeys.DeliveriesSchedule.Name].Text,
            Triggers = rules.Count == 0 ? RuleSettings.Defaults : RuleSettings.Names.Zip(ConfigurationKeys.Triggers).ToDictionary(rule => rule.First, rule => values[rule.Second.Name].Text, StringComparer.Ordinal),
            TriggersSet = rules.Count == 0 ? RuleSettings.None : rules,
            AuditAfter = TimeSpan.FromHours(Number(ConfigurationKeys.AuditAfterHours)),
            AuditSchedule = values[ConfigurationKeys.AuditSchedule.Name].Text,
            GitHubWebhookSecret = Text(ConfigurationKeys.GitHubWebhookSecret),
            GitLabWebhookToken = Text(ConfigurationKeys.GitLabWebhookToken),
            WebhookProviders = values[ConfigurationKeys.WebhookProviders.Name].Text is { Length: > 0 } providers ? providers : null,
            PublicUrl = Address(ConfigurationKeys.PublicUrl),
            EffectsDryRun = values[ConfigurationKeys.EffectsDryRun.Name].Text == "true",
            EffectsWebhookUrl = Address(ConfigurationKeys.EffectsWebhookUrl),
            EffectsWebhookSecret = Text(ConfigurationKeys.EffectsWebhookSecret),
            WorkerConcurrency = Number(ConfigurationKeys.WorkerConcurrency),
            GitCredentials = GitCredentials.Parse(values[ConfigurationKeys.GitCredentials.Name].Text).Credentials!,
            GitHub = Forge(ConfigurationKeys.GitHubUrl, ConfigurationKeys.GitHubApiUrl, ForgeSettings.GitHubApi, ConfigurationKeys.GitHubToken),
            GitLab = Forge(ConfigurationKeys.GitLabUrl, ConfigurationKeys.GitLabApiUrl, ForgeSettings.GitLabApi, ConfigurationKeys.GitLabToken),
            CacheMaxGigabytes = Number(ConfigurationKeys.CacheMaxGigabytes),
            AllowPrivateHosts = values[ConfigurationKeys.AllowPrivateHosts.Name].Text == "true",
            CertificateAuthorities = values[ConfigurationKeys.CertificateAuthorities.Name].Text is { Length: > 0 } file ? file : null,
        };

        string? Postgres() => values[ConfigurationKeys.PostgresConnectionString.Name].Text is { Length: > 0 } text ? text : null;

        SecretText? Text(ConfigurationKey key) => values[key.Name] is { Text.Length: > 0 } secret
            ? new SecretText(secret.Text, secret.Source == key.Variable + "_FILE" ? Path.GetFullPath(input.Variable(secret.Source)!, input.WorkingFolder) : null) : null;

        Uri? Address(ConfigurationKey key) => values[key.Name].Text is { Length: > 0 } text ? new Uri(text) : null;
        ForgeSettings Forge(ConfigurationKey url, ConfigurationKey api, Func<Uri, Uri> derive, ConfigurationKey token)
        {
            var web = new Uri(values[url.Name].Text);
            var app = token == ConfigurationKeys.GitHubToken ? Text(ConfigurationKeys.GitHubAppPrivateKey) : null;
            return new ForgeSettings
            {
                Web = web,
                Api = values[api.Name].Text is { Length: > 0 } address ? new Uri(address) : derive(web),
                Token = Text(token),
                AppId = app is null ? null : values[ConfigurationKeys.GitHubAppId.Name].Text,
                AppPrivateKey = app,
            };
        }

        int Number(ConfigurationKey key) => int.Parse(values[key.Name].Text, CultureInfo.InvariantCulture);
    }

    /// <summary>The addresses, with the rules of their own where they are the file's.</summary>
    private IReadOnlyList<RepositorySetting> RepositoriesFrom(Setting setting)
    {
        var targets = setting.Text.Split(RepositoriesRule.Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (targets.Length == 0) return [];
        var own = fromFile.TryGetValue(ConfigurationKeys.Repositories.Name, out var file) && file == setting && repositoriesFromFile.Count == targets.Length ? repositoriesFromFile : null;
        return [.. targets.Select((target, i) => own is null ? new RepositorySetting(target) : own[i] with { Url = target })];
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Charterhouse.Platform.Configuration;
using Charterhouse.Testing;

namespace Charterhouse.Cli.Tests.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Load_NothingSet_GivesDefaults()
    {
        var loaded = Load();

        loaded.Options.ShouldBe(new CharterOptions { DataFolder = Path.Combine(folder.FullPath, "home/.local/share/charterhouse") });
        loaded.Options.MaxConcurrentRuns.ShouldBe(5);
        loaded.Options.RunTimeout.ShouldBe(TimeSpan.FromHours(1));
        loaded.Options.RetryAttempts.ShouldBe(3);
        loaded.Options.RecursionLimit.ShouldBe(25);
        loaded.Options.Checkpointer.ShouldBe(Checkpointer.Sqlite);
        loaded.Values.ShouldAllBe(value => value.Source == "default");
        loaded.Warnings.ShouldBeEmpty();
        loaded.File.ShouldBeNull();
    }

    [Fact]
    public void Load_AllSources_FlagBeatsEnvironmentBeatsFileBeatsDefault()
    {
        var file = folder.Write("c.yaml", """
            orchestration:
              recursion_limit: 10
              retry_attempts: 10
              timeout_seconds: 10
            """);
        var loaded = Load(
            flags: [("--config", file), ("--recursion-limit", "12")],
            environment: [("CHARTER_RECURSION_LIMIT", "11"), ("CHARTER_RETRY_ATTEMPTS", "11")]);

        loaded.Options.RecursionLimit.ShouldBe(12);
        loaded.Options.RetryAttempts.ShouldBe(11);
        loaded.Options.RunTimeout.ShouldBe(TimeSpan.FromSeconds(10));
        loaded.Options.MaxConcurrentRuns.ShouldBe(5);
        SourceOf(loaded, "orchestration.recursion_limit").ShouldBe("--recursion-limit");
        SourceOf(loaded, "orchestration.retry_attempts").ShouldBe("CHARTER_RETRY_ATTEMPTS");
        SourceOf(loaded, "orchestration.timeout_seconds").ShouldBe($"{file}:4");
        SourceOf(loaded, "orchestration.max_concurrent_runs").ShouldBe("default");
    }

    [Fact]
    public void Load_EveryVariable_IsRead()
    {
        var authorities = WriteAuthority("authority.pem");
        var options = Load(environment: [
            ("CHARTER_DATA", "here"), ("CHARTER_MAX_CONCURRENT_RUNS", "2"), ("CHARTER_TIMEOUT_SECONDS", "3"), ("CHARTER_RETRY_ATTEMPTS", "4"),
            ("CHARTER_QUEUE_TTL_SECONDS", "7"), ("CHARTER_STEP_TIMEOUT_SECONDS", "8"), ("CHARTER_IDLE_TIMEOUT_SECONDS", "9"),
            ("CHARTER_RECURSION_LIMIT", "5"), ("CHARTER_CHECKPOINTER", "memory"), ("CHARTER_WORKER_CONCURRENCY", "6"), ("CHARTER_ALLOW_PRIVATE_HOSTS", "true"),
            ("CHARTER_CERTIFICATE_AUTHORITIES", "authority.pem"),
        ]).Options;

        options.ShouldBe(new CharterOptions
        {
            DataFolder = Path.Combine(folder.FullPath, "here"),
            MaxConcurrentRuns = 2,
            RunTimeout = TimeSpan.FromSeconds(3),
            QueueTtl = TimeSpan.FromSeconds(7),
            StepTimeout = TimeSpan.FromSeconds(8),
            IdleTimeout = TimeSpan.FromSeconds(9),
            RetryAttempts = 4,
            RecursionLimit = 5,
            Checkpointer = Checkpointer.Memory,
            WorkerConcurrency = 6,
            AllowPrivateHosts = true,
            CertificateAuthorities = authorities,
        });
    }

    [Fact]
    public void Load_Forges_DeriveTheirApiAndKeepTheirSecrets()
    {
        var options = Load(environment: [("GITHUB_URL", "https://ghe.example:8443"), ("GITHUB_TOKEN", "ghp_canary"), ("GITLAB_URL", "https://git.example"), ("GITLAB_API_URL", "http://127.0.0.1:9/api/v4")]);

        (options.Options.GitHub.Api, options.Options.GitHub.Token!.Text, options.Options.GitHub.HasCredentials).ShouldBe((new Uri("https://ghe.example:8443/api/v3"), "ghp_canary", true));
        (options.Options.GitLab.Web, options.Options.GitLab.Api, options.Options.GitLab.HasCredentials).ShouldBe((new Uri("https://git.example"), new Uri("http://127.0.0.1:9/api/v4"), false));
        (options.Values.Single(value => value.Key == "github.token").Value, options.Options.ToString().Contains("canary", StringComparison.Ordinal)).ShouldBe(("***", false));
        Load().Options.GitHub.Api.ShouldBe(new Uri("https://api.github.com"));
        Load().Options.GitLab.Api.ShouldBe(new Uri("https://gitlab.com/api/v4"));
    }

    [Fact]
    public void Load_App_IsAnIdAndAKeyAndNoToken()
    {
        using var key = RSA.Create(2048);
        var file = folder.Write("app.pem", key.ExportRSAPrivateKeyPem());
        var gitHub = Load(environment: [("GITHUB_APP_ID", "12"), ("GITHUB_APP_PRIVATE_KEY_FILE", file)]).Options.GitHub;
        (gitHub.AppId, gitHub.AppPrivateKey!.File, gitHub.HasCredentials).ShouldBe(("12", file, true));

        Problems(environment: [("GITHUB_APP_ID", "12")]).ShouldHaveSingleItem().ToString().ShouldContain("no private key");
        Problems(environment: [("GITHUB_APP_PRIVATE_KEY_FILE", file)]).ShouldHaveSingleItem().ToString().ShouldContain("no id");
        Problems(environment: [("GITHUB_APP_ID", "12"), ("GITHUB_APP_PRIVATE_KEY_FILE", file), ("GITHUB_TOKEN", "t")]).ShouldHaveSingleItem().ToString().ShouldContain("beside a GitHub App");
    }

    [Theory]
    [InlineData("GITHUB_URL", "http://ghe.example")]
    [InlineData("GITHUB_URL", "https://ghe.example/path")]
    [InlineData("GITHUB_API_URL", "http://10.0.0.1/api")]
    [InlineData("GITLAB_URL", "https://canary@git.example")]
    [InlineData("GITLAB_API_URL", "git.example")]
    [InlineData("GITHUB_TOKEN", "canary canary")]
    [InlineData("GITHUB_APP_PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----")]
    public void Load_BadForge_NamesTheSettingWithoutItsSecret(string variable, string value)
    {
        var problem = Problems(environment: [(variable, value)]).First(one => one.Source == variable);

        problem.Fix.ShouldStartWith("give ");
        problem.ToString().ShouldNotContain("canary");
    }

    [Fact]
    public void Load_EmptyVariable_CountsAsNotSet() =>
        SourceOf(Load(environment: [("CHARTER_RETRY_ATTEMPTS", "")]), "orchestration.retry_attempts").ShouldBe("default");

    [Theory]
    [InlineData("CHARTER_MAX_CONCURRENT_RUNS", "0")]
    [InlineData("CHARTER_MAX_CONCURRENT_RUNS", "many")]
    [InlineData("CHARTER_RETRY_ATTEMPTS", "-1")]
    [InlineData("CHARTER_TIMEOUT_SECONDS", "1.5")]
    [InlineData("CHARTER_RECURSION_LIMIT", "99999999999999")]
    [InlineData("CHARTER_CHECKPOINTER", "redis")]
    [InlineData("CHARTER_ALLOW_PRIVATE_HOSTS", "maybe")]
    public void Load_BadVariable_NamesKeySourceAndFix(string variable, string value)
    {
        var problem = Problems(environment: [(variable, value)]).ShouldHaveSingleItem();

        problem.Source.ShouldBe(variable);
        problem.ToString().ShouldContain($"is '{value}'");
        problem.Fix.ShouldStartWith("give ");
    }

    [Fact]
    public void Load_ManyProblems_ReportsAllAtOnce()
    {
        var file = folder.Write("c.yaml", """
            orchestration:
              max_concurrent_rums: 5
              recursion_limit: many
            colour: red
            """);

        var problems = Problems(
            flags: [("--config", file), ("--recursion-limit", "0")],
            environment: [("CHARTER_RETRY_ATTEMPTS", "x"), ("RABBITMQ_URL", "amqp://user:secret@host")]);

        problems.Select(problem => problem.Source).ShouldBe(
            [$"{file}:2", $"{file}:4", "CHARTER_RETRY_ATTEMPTS", "--recursion-limit", $"{file}:3", "RABBITMQ_URL"]);
        string.Join('\n', problems).ShouldNotContain("secret");
    }

    [Fact]
    public void Load_DatabaseAndBroker_ChooseTheDistributedProfile()
    {
        var loaded = Load(environment: [("POSTGRES_CONNECTION_STRING", "postgresql://ada:hunt%3Aer2@db.example.org:6543/charter?sslmode=require"), ("RABBITMQ_URL", "amqp://ada:hunter2@mq.example.org/charter"), ("CHARTER_POOL_SIZE", "7")]);

        var distributed = loaded.Options.Distributed.ShouldNotBeNull();
        distributed.PostgresConnectionString.ShouldBe("Host=db.example.org;Database=charter;Port=6543;Username=ada;Password=hunt:er2;SSL Mode=Require");
        (distributed.PoolSize, distributed.MaxOverflow).ShouldBe((7, 10));
        loaded.Options.Checkpointer.ShouldBe(Checkpointer.Postgres);
        string.Join('\n', loaded.Values).ShouldNotContain("er2");
    }

    [Fact]
    public void Load_SecretsInFiles_AreRead()
    {
        var (database, broker) = (folder.Write("database", "Host=h;Database=d;Password=p\n"), folder.Write("broker", "amqp://h/v\n"));

        var loaded = Load(environment: [("POSTGRES_CONNECTION_STRING_FILE", database), ("RABBITMQ_URL_FILE", broker)]);

        loaded.Options.Distributed.ShouldNotBeNull().RabbitMqUrl.ShouldBe("amqp://h/v");
        loaded.Values.Single(value => value.Key == "rabbitmq_url").ShouldBe(new ConfigurationValue("rabbitmq_url", "***", "RABBITMQ_URL_FILE"));
        Problems(environment: [("RABBITMQ_URL_FILE", database + "-not-there")])[0].ToString().ShouldStartWith("environment: RABBITMQ_URL_FILE names a file that cannot be read");
    }

    [Fact]
    public void Load_GitCredentials_AreReadByHostAndNeverShown()
    {
        var file = folder.Write("credentials", "# robots\nhttps://robot:p%40ss@Forge.example.org\nhttps://x:token@forge.example.org:8443;https://y:z@[::1]:3000\n");

        var loaded = Load(environment: [("GIT_CREDENTIALS_FILE", file)]);

        var credentials = loaded.Options.GitCredentials;
        var first = credentials.For("forge.example.org", 443).ShouldNotBeNull();
        (first.Address, first.ToString(), first.Scrub("a p@ss, p%40ss and cm9ib3Q6cEBzcw==")).ShouldBe(("https://forge.example.org:443/", "https://forge.example.org:443/", "a ***, *** and ***"));
        first.Environment.ShouldBe(new Dictionary<string, string>
        {
            ["GIT_CONFIG_COUNT"] = "1",
            ["GIT_CONFIG_KEY_0"] = "http.https://forge.example.org:443/.extraHeader",
            ["GIT_CONFIG_VALUE_0"] = "Authorization: Basic cm9ib3Q6cEBzcw==",
        }, ignoreOrder: true);
        credentials.For("forge.example.org", 8443).ShouldNotBeNull();
        credentials.For("::1", 3000).ShouldNotBeNull();
        (credentials.For("forge.example.org", 444), credentials.For("example.org", 443), credentials.For("evil-forge.example.org", 443)).ShouldBe((null, null, null));
        loaded.Values.Single(value => value.Key == "git_credentials").ShouldBe(new ConfigurationValue("git_credentials", "***", "GIT_CREDENTIALS_FILE"));
    }

    [Theory]
    [InlineData("http://robot:secret@h", "does not begin with https://")]
    [InlineData("robot:secret@h", "does not begin with https://")]
    [InlineData("https://h", "no user or no secret")]
    [InlineData("https://secret@h", "no user or no secret")]
    [InlineData("https://robot:@h", "no user or no secret")]
    [InlineData("https://robot:secret@h/owner", "more than user, secret, host and port")]
    [InlineData("https://robot:se/cret@h", "is no URL")]
    [InlineData("https://robot:secret%0d%0aX:y@h", "a control character")]
    [InlineData("https://a:secret@h;https://b:secret@H:443", "(number 2) that is the second one")]
    public void Load_WrongGitCredentials_AreNamedWithoutASecret(string text, string problem)
    {
        var found = Problems(environment: [("GIT_CREDENTIALS", text)]).ShouldHaveSingleItem().ToString();
        found.ShouldContain("git_credentials");
        found.ShouldContain(problem);
        found.ShouldNotContain("secret@");
        found.ShouldNotContain("cret@h");
    }

    [Theory]
    [InlineData("set RABBITMQ_URL too", "POSTGRES_CONNECTION_STRING", "Host=h;Database=d")]
    [InlineData("set POSTGRES_CONNECTION_STRING too", "RABBITMQ_URL", "amqp://h")]
    [InlineData("names no database", "POSTGRES_CONNECTION_STRING", "Host=secret-host", "RABBITMQ_URL", "amqp://h")]
    [InlineData("names no host", "POSTGRES_CONNECTION_STRING", "Database=d", "RABBITMQ_URL", "amqp://h")]
    [InlineData("no connection string", "POSTGRES_CONNECTION_STRING", "secret", "RABBITMQ_URL", "amqp://h")]
    [InlineData("not an amqp://", "POSTGRES_CONNECTION_STRING", "Host=h;Database=d", "RABBITMQ_URL", "http://secret")]
    [InlineData("but POSTGRES_CONNECTION_STRING chooses PostgreSQL", "POSTGRES_CONNECTION_STRING", "Host=h;Database=d", "RABBITMQ_URL", "amqp://h", "CHARTER_CHECKPOINTER", "sqlite")]
    [InlineData("is postgres, but no database is given", "CHARTER_CHECKPOINTER", "postgres")]
    [InlineData("is shorter than 16", "CHARTER_API_TOKEN", "secret")]
    [InlineData("give http://HOST:PORT", "CHARTER_URLS", "8080")]
    [InlineData("a token goes into CHARTER_API_TOKEN", "CHARTER_SERVER", "https://ada:secret@host")]
    public void Load_WrongDistributedSetting_IsExplainedWithoutTheSecret(string expected, params string[] pairs)
    {
        var problems = string.Join('\n', Problems(environment: [.. pairs.Chunk(2).Select(pair => (pair[0], pair[1]))]));

        problems.ShouldContain(expected);
        problems.ShouldNotContain("secret");
    }

    [Fact]
    public void Load_UnknownVariable_WarnsWithSuggestion()
    {
        var loaded = Load(environment: [("CHARTER_RETRY_ATEMPTS", "4"), ("CHARTER_STRICT", "1"), ("CHARTER_FAILPOINT", "x"), ("CHARTER_DEBUG", "1")]);

        loaded.Warnings.ShouldHaveSingleItem().ShouldBe("the environment variable CHARTER_RETRY_ATEMPTS is not known; did you mean CHARTER_RETRY_ATTEMPTS?");
    }

    [Fact]
    public void Load_NamedFileMissing_SaysWhoNamedIt()
    {
        Problems(flags: [("--config", "nowhere.yaml")]).ShouldHaveSingleItem().ToString()
            .ShouldBe($"--config: {folder.FullPath}/nowhere.yaml does not exist; correct --config");
        Problems(environment: [("CHARTER_CONFIG", "nowhere.yaml")]).ShouldHaveSingleItem().Source.ShouldBe("CHARTER_CONFIG");
    }

    [Fact]
    public void Load_StandardPlaces_DataFolderBeforeConfigurationFolderNeverTheWorkingFolder()
    {
        folder.Write("charterhouse.yaml", "orchestration: { retry_attempts: 9 }");
        Load().File.ShouldBeNull();

        var user = folder.Write("home/.config/charterhouse/charterhouse.yaml", "orchestration: { retry_attempts: 7 }");
        Load().File.ShouldBe(user);

        var data = folder.Write("home/.local/share/charterhouse/charterhouse.yaml", "orchestration: { retry_attempts: 8 }");
        Load().File.ShouldBe(data);
        Load().Options.RetryAttempts.ShouldBe(8);
    }

    [Fact]
    public void Load_FileInDataFolderMovesTheDataFolder_IsRefused()
    {
        folder.Write("home/.local/share/charterhouse/charterhouse.yaml", "data: /elsewhere");

        Problems().ShouldHaveSingleItem().Message.ShouldBe("cannot be set by the file that lies in the data folder");
    }

    [Fact]
    public void Load_DataInFile_IsRelativeToTheFile()
    {
        var file = folder.Write("etc/c.yaml", "data: ../var");

        Load(flags: [("--config", file)]).Options.DataFolder.ShouldBe(Path.Combine(folder.FullPath, "var"));
    }

    [Fact]
    public void Load_CertificateAuthoritiesInFile_IsRelativeToTheFile()
    {
        var authorities = WriteAuthority("etc/authority.pem");
        var file = folder.Write("etc/c.yaml", "certificate_authorities: authority.pem");

        var loaded = Load(flags: [("--config", file)]);

        loaded.Options.CertificateAuthorities.ShouldBe(authorities);
        loaded.Values.Single(value => value.Key == "certificate_authorities").Value.ShouldBe(authorities);
    }

    [Theory]
    [InlineData("nowhere.pem", "does not exist")]
    [InlineData("no/where.pem", "does not exist")]
    [InlineData("folder", "cannot be read")]
    [InlineData("empty.pem", "holds no certificate")]
    [InlineData("damaged.pem", "holds a damaged certificate")]
    public void Load_CertificateAuthoritiesCannotBeUsed_SaysWhy(string name, string why)
    {
        Directory.CreateDirectory(folder.File("folder"));
        folder.Write("empty.pem", "no certificate\n");
        folder.Write("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        var problem = Problems(environment: [("CHARTER_CERTIFICATE_AUTHORITIES", name)]).ShouldHaveSingleItem();

        problem.ToString().ShouldContain($"certificate_authorities is '{folder.File(name)}', which {why}");
        problem.Source.ShouldBe("CHARTER_CERTIFICATE_AUTHORITIES");
        problem.Fix.ShouldBe("give the path of a readable file with certificates in PEM");
    }

    [Fact]
    public void Load_XdgDataHome_IsFollowedUnlessRelative()
    {
        Load(environment: [("XDG_DATA_HOME", "/var/data")]).Options.DataFolder.ShouldBe("/var/data/charterhouse");
        Load(environment: [("XDG_DATA_HOME", "relative")]).Options.DataFolder.ShouldEndWith("home/.local/share/charterhouse");
    }

    [Fact]
    public void Load_NoHome_AsksForData() =>
        Problems(environment: [("HOME", "")]).ShouldHaveSingleItem().Fix.ShouldBe("give --data or set CHARTER_DATA");

    [Fact]
    public void Load_EmptyDataFlag_IsAProblem() => Problems(flags: [("--data", "")]).ShouldHaveSingleItem().ToString().ShouldContain("data is empty");

    private string WriteAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return folder.Write(name, certificate.ExportCertificatePem() + "\n");
    }

    private static string SourceOf(LoadedConfiguration loaded, string key) => loaded.Values.Single(value => value.Key == key).Source;

    private static Dictionary<string, string> Map((string Key, string Value)[]? pairs) =>
        (pairs ?? []).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private LoadedConfiguration Load((string, string)[]? flags = null, (string, string)[]? environment = null)
    {
        var variables = Map(environment);
        variables.TryAdd("HOME", Path.Combine(folder.FullPath, "home"));
        return ConfigurationLoader.Load(new ConfigurationInput { Flags = Map(flags), Environment = variables, WorkingFolder = folder.FullPath });
    }

    private IReadOnlyList<ConfigurationProblem> Problems((string, string)[]? flags = null, (string, string)[]? environment = null) =>
        Should.Throw<ConfigurationException>(() => Load(flags, environment)).Problems;
}

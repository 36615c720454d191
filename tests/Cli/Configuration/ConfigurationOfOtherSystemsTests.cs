using System.Security.Cryptography;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Tests.Configuration;

/// <summary>Where other systems are, and the secrets that go with them.</summary>
public sealed class ConfigurationOfOtherSystemsTests : ConfigurationTests
{
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
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Charterhouse.Platform.Configuration;
using Charterhouse.Testing;

namespace Charterhouse.Cli.Tests.Configuration;

public sealed class ConfigurationLoaderTests : ConfigurationTests
{
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
}

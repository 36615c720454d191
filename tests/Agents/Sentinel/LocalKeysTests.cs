using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Charterhouse.Agents.Tests.Repositories;

namespace Charterhouse.Agents.Tests.Sentinel;

public sealed class LocalKeysTests
{
    private const string Ada = "Ada Example <ada@example.org>";

    /// <summary>What a key opens is what its certificate is for.</summary>
    [Theory]
    [InlineData("lib/server.key", "lib/server.crt", "localhost", "low")]
    [InlineData("lib/key.pem", "lib/cert.pem", "localhost,127.0.0.1,app.example.com", "low")]
    [InlineData("lib/server-key.pem", "lib/server_cert.pem", "shop.test", "low")]
    [InlineData("lib/server.key", "lib/server.crt", "localhost,shop.acme.io", "high")]
    [InlineData("lib/server.key", "lib/other.crt", "localhost", "high")]
    [InlineData("lib/server.key", "tls/server.crt", "localhost", "high")]
    [InlineData("lib/ssl-cert-snakeoil.key", "a.crt", "acme.io", "low")]
    [InlineData("lib/localhost.key", "a.crt", "acme.io", "low")]
    [InlineData("lib/bench-server.key", "a.crt", "acme.io", "low")]
    [InlineData("lib/fake_ca.key", "a.crt", "acme.io", "low")]
    [InlineData("lib/key.new.pem", "lib/cert.new.pem", "127.0.0.1", "low")]
    [InlineData("lib/benchmarks-key-rsa.pem", "lib/benchmarks-cert-rsa.pem", "::1", "low")]
    [InlineData("lib/key.pem", "lib/server.pem", "localhost", "low")]
    [InlineData("lib/key.pem", "lib/server.pem", "acme.io", "high")]
    public async Task Describe_AKeyForThisMachineAlone_IsLow(string key, string certificate, string names, string severity)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File(key, Fakes.PrivateKey()).File(certificate, Certificate(names.Split(',')));

        var finding = (await SentinelTests.FindingsAsync(repository)).Single(f => f.Rule == "secrets/private-key");
        (finding.Path, finding.Severity).ShouldBe((key, severity));
        finding.Evidence.Contains(", by its name", StringComparison.Ordinal).ShouldBe(severity == "low" && certificate == "a.crt");
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\n")]
    public async Task Describe_ABrokenCertificate_SaysNothing(string certificate)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("lib/server.key", Fakes.PrivateKey()).File("lib/server.crt", certificate);
        (await SentinelTests.FindingsAsync(repository)).Single(f => f.Rule == "secrets/private-key").Severity.ShouldBe("high");
    }

    [Theory]
    [InlineData("src/main/resources/server.p12", "medium")]
    [InlineData("contrib/service/client.jks", "low")]
    [InlineData("src/main/resources/demo-server.p12", "low")]
    public async Task Describe_AKeyStoreBesideTheProduct_IsLow(string path, string severity)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File(path, new byte[100]);
        (await SentinelTests.FindingsAsync(repository)).Single(f => f.Rule == "repository/private-key").Severity.ShouldBe(severity);
    }

    private static string Certificate(string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + (System.Net.IPAddress.TryParse(names[0], out _) ? "acme.io" : names[0]), key, HashAlgorithmName.SHA256);
        var more = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            if (System.Net.IPAddress.TryParse(name, out var address)) more.AddIpAddress(address);
            else more.AddDnsName(name);
        request.CertificateExtensions.Add(more.Build());
        using var certificate = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return certificate.ExportCertificatePem();
    }
}

using Charterhouse.Agents.Scan.Details.Secrets;

namespace Charterhouse.Agents.Tests.Sentinel;

public sealed class SecretScanTests
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string Hex = "0123456789abcdef";

    public static TheoryData<string, string> Credentials => new()
    {
        { "github-token", Fakes.GitHubToken() },
        { "github-token", "github" + "_pat_" + Fakes.Random(22, 3) + "_" + Fakes.Random(59, 4) },
        { "gitlab-token", "glp" + "at-" + Fakes.Random(20, 5) },
        { "aws-access-key-id", "AK" + "IA" + Fakes.Random(16, 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") },
        { "google-api-key", "AI" + "za" + Fakes.Random(35, 7) },
        { "slack-token", "xo" + "xb-" + Fakes.Random(12, 8, "9182736450") + "-" + Fakes.Random(12, 9, "9182736450") + "-" + Fakes.Random(24, 10) },
        { "slack-webhook", "hooks.slack" + ".com/services/T" + Fakes.Random(10, 11, "ABCDEFGHIJK0918") + "/B" + Fakes.Random(10, 12, "ABCDEFGHIJK0918") + "/" + Fakes.Random(24, 13) },
        { "stripe-key", "sk_" + "live_" + Fakes.Random(24, 14) },
        { "npm-token", Fakes.NpmToken() },
        { "pypi-token", "py" + "pi-AgEIcHlwaS5vcmc" + Fakes.Random(80, 15) },
        { "nuget-key", "oy" + "2" + Fakes.Random(43, 16, "abcdefghijklmnopqrstuvwxyz234567") },
        { "openai-key", "s" + "k-" + Fakes.Random(20, 17) + "T3Blbk" + "FJ" + Fakes.Random(20, 18) },
        { "anthropic-key", "sk-" + "ant-api03-" + Fakes.Random(93, 19) + "AA" },
        { "sendgrid-key", "S" + "G." + Fakes.Random(22, 20) + "." + Fakes.Random(43, 21) },
        { "mailgun-key", "ke" + "y-" + Fakes.Random(32, 22, Hex) },
        { "digitalocean-token", "dop" + "_v1_" + Fakes.Random(64, 23, Hex) },
        { "shopify-token", "shp" + "at_" + Fakes.Random(32, 24, Hex) },
        { "azure-storage-key", "AccountName=x;Account" + "Key=" + Fakes.Random(86, 25) + "==" },
    };

    [Theory]
    [MemberData(nameof(Credentials))]
    public void Find_Credential_IsOneAndRedacted(string kind, string value)
    {
        var text = $"first\nx = \"{value}\"\nlast\n";

        SecretScan.Find(text).ShouldHaveSingleItem().Kind.ShouldBe(kind);
        var clean = SecretReader.Redact(text);
        clean.ShouldNotContain(value);
        clean.Split('\n').Length.ShouldBe(4);
    }

    [Theory]
    [InlineData("AKIA" + "IOSFODNN7EXAMPLE")]
    [InlineData("token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("postgres://user:password@db.acme.com/x")]
    [InlineData("postgres://app:k3Jx9Qz7Lp@localhost/x")]
    [InlineData("postgres://app:${DB_PASSWORD}@db.acme.com/x")]
    [InlineData("redis://app:k3Jx9Qz7Lp@cache:6379")]
    [InlineData("Server=localhost;Database=x;Password=k3Jx9Qz7Lp")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----")]
    [InlineData("if (line == \"-----BEGIN PRIVATE KEY-----\") return;")]
    [InlineData("secret_key = \"your-256-bit-secret-goes-right-here-please\"")]
    [InlineData("const token = \"abcdefghijklmnopqrstuvwxyz0123456789\"")]
    [InlineData("apiKey: \"3f2504e0-4f89-11d3-9a0c-0305e82c3301\"")]
    public void Find_Placeholder_IsNone(string text) => SecretScan.Find(text).ShouldBeEmpty();

    [Fact]
    public void Find_GitHubTokenWithWrongChecksum_IsNone()
    {
        var token = Fakes.GitHubToken();
        SecretScan.Find(token[..^1] + (token[^1] == 'a' ? 'b' : 'a')).ShouldBeEmpty();
    }

    [Fact]
    public void Find_AllowedByComment_IsNone() => SecretScan.Find(Fakes.GitHubToken() + " # gitleaks:allow\n").ShouldBeEmpty();

    [Fact]
    public void Find_PrivateKey_TellsEncryptedOnesApart()
    {
        SecretScan.Find(Fakes.PrivateKey()).ShouldHaveSingleItem().Kind.ShouldBe(SecretKinds.PrivateKey);
        SecretScan.Find(Fakes.PrivateKey(encrypted: true)).ShouldHaveSingleItem().Kind.ShouldBe(SecretKinds.EncryptedPrivateKey);
        var json = "{ \"private_key\": \"" + Fakes.PrivateKey().Replace("\n", "\\n", StringComparison.Ordinal) + "\" }";
        SecretScan.Find(json).ShouldHaveSingleItem().Kind.ShouldBe(SecretKinds.PrivateKey);
    }

    [Fact]
    public void Find_PasswordOfAReachableHost_IsFound()
    {
        var password = Fakes.Random(14, 30);
        SecretScan.Find($"postgres://app:{password}@db.acme.io/x").ShouldHaveSingleItem().Kind.ShouldBe(SecretKinds.AddressPassword);
        SecretScan.Find($"\"Server=tcp:acme.database.windows.net,1433;Password={password};\"").ShouldHaveSingleItem().Kind.ShouldBe(SecretKinds.ConnectionPassword);
    }

    [Fact]
    public void Find_AwsSecretBesideItsId_IsFoundWithoutAName()
    {
        var text = "AK" + "IA" + Fakes.Random(16, 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") + "\n" + Fakes.Random(40, 31) + "\n";
        SecretScan.Find(text).Select(match => match.Kind).ShouldBe([SecretKinds.AwsKeyId, SecretKinds.AwsSecret]);
    }

    [Fact]
    public void Find_HostileText_IsLinear()
    {
        var text = string.Concat(Enumerable.Repeat("-----BEGIN PRIVATE KEY-----AKIA://a:b@password=secret=\"", 20_000)) + Lower;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        SecretScan.Find(text);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }
}

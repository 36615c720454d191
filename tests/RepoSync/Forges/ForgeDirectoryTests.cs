using Charterhouse.Platform.Configuration;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Tests.Forges;

public sealed class ForgeDirectoryTests : ForgeFixture
{
    private static readonly ForgeSettings Enterprise = new() { Web = new Uri("https://ghe.example:8443"), Api = new Uri("https://ghe.example:8443/api/v3"), Token = new SecretText("t", null) };
    private static readonly ForgeSettings GitLabCom = new() { Web = new Uri("https://gitlab.com"), Api = new Uri("https://gitlab.com/api/v4"), Token = new SecretText("t", null) };

    [Theory]
    [InlineData("https://ghe.example:8443/acme/shop", "github", "acme/shop")]
    [InlineData("https://GHE.example:8443/acme/shop.git", "github", "acme/shop")]
    [InlineData("https://gitlab.com/group/sub/tool", "gitlab", "group/sub/tool")]
    [InlineData("https://gitlab.com", "gitlab", "")]
    [InlineData("https://ghe.example/acme/shop", null, null)]
    [InlineData("https://github.com/acme/shop", null, null)]
    [InlineData("/some/folder", null, null)]
    [InlineData("shop", null, null)]
    [InlineData(null, null, null)]
    public void Find_GoesByHostAndPort(string? url, string? kind, string? path)
    {
        var place = Directory(Enterprise, GitLabCom).Find(url);

        (place?.Forge.Kind, place?.Path).ShouldBe((kind, path));
    }

    [Fact]
    public void Find_WithoutCredentials_IsNull() => Directory().Find("https://github.com/acme/shop").ShouldBeNull();
}

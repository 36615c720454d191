using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Tests.Targets;

public sealed class RepositoryTargetTests
{
    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("  ", "empty")]
    [InlineData("ext::sh -c touch% /tmp/x", "transport helpers")]
    [InlineData("fd::17", "transport helpers")]
    [InlineData("ssh://git@example.org/a/b", "'ssh'")]
    [InlineData("git://example.org/a/b", "'git'")]
    [InlineData("http://example.org/a/b", "'http'")]
    [InlineData("git@github.com:owner/repo.git", "scp-like")]
    [InlineData("host:owner/repo.git", "scp-like")]
    [InlineData("-oProxyCommand=touch x", "begins with '-'")]
    [InlineData("--upload-pack=touch x", "begins with '-'")]
    [InlineData("a\nb", "control characters")]
    [InlineData("a\0b", "control characters")]
    [InlineData("file:///a%0Ab", "control characters")]
    [InlineData("file://host/share", "this machine")]
    [InlineData("file:///a?b", "query")]
    [InlineData("https://example.org", "not a repository's address")]
    [InlineData("https:///a/b", "not a repository's address")]
    [InlineData("https://exa mple.org/a/b", "not a repository's address")]
    [InlineData("https://example.org:99999/a/b", "not a repository's address")]
    [InlineData("https://example.org/a/../b", "parts that no repository name has")]
    [InlineData("https://example.org/a/%2e%2e/b", "parts that no repository name has")]
    [InlineData("https://example.org/a//b", "parts that no repository name has")]
    [InlineData("https://example.org/a/-b", "parts that no repository name has")]
    [InlineData("https://example.org/a\\b", "parts that no repository name has")]
    [InlineData("https://example.org/", "parts that no repository name has")]
    [InlineData("https://example.org/a/b?token=s3cret", "query")]
    [InlineData("https://example.org/a/b#x", "fragment")]
    [InlineData("https://example.org?x/a/b", "query")]
    public void Parse_Unsupported_SaysWhy(string? text, string why)
    {
        var outcome = RepositoryTarget.Parse(text);
        outcome.Succeeded.ShouldBeFalse();
        outcome.Problem!.Code.ShouldBe("unsupported_target");
        outcome.Problem.Message.ShouldContain(why);
        outcome.Problem.Message.ShouldNotContain("s3cret");
        outcome.Problem.Remedy.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("https://user:s3cret@example.org/a/b")]
    [InlineData("https://s3cret@example.org/a/b")]
    [InlineData("https://example.org/s3cret@x/b")]
    [InlineData("ssh://u:s3cret@example.org/a/b")]
    [InlineData("u:s3cret@example.org/a/b")]
    public void Parse_Credentials_AreRefusedAndNotEchoed(string text)
    {
        var problem = RepositoryTarget.Parse(text).Problem.ShouldNotBeNull();
        (problem.Message + problem.Remedy).ShouldNotContain("s3cret");
    }

    [Fact]
    public void Parse_TooLong_IsRefused() => RepositoryTarget.Parse(new string('a', 5000)).Problem!.Code.ShouldBe("unsupported_target");

    [Fact]
    public void Parse_Shorthand_NamesTheWholeUrl()
    {
        var problem = RepositoryTarget.Parse("dotnet/yarp").Problem.ShouldNotBeNull();
        problem.Code.ShouldBe("unsupported_target");
        problem.Remedy.ShouldContain("https://github.com/dotnet/yarp");
    }

    [Theory]
    [InlineData("https://github.com", "https://github.com/dotnet/yarp")]
    [InlineData("https://ghe.example:8443/", "https://ghe.example:8443/dotnet/yarp")]
    public void Parse_ShorthandOfAKnownGitHub_IsItsUrl(string gitHub, string url) => RepositoryTarget.Parse("dotnet/yarp", new Uri(gitHub)).Value!.Text.ShouldBe(url);

    [Fact]
    public void Parse_FolderOfTheSameName_ComesFirst()
    {
        using var folder = new Charterhouse.Testing.TemporaryFolder();
        Directory.CreateDirectory(folder.File("dotnet/yarp"));

        RepositoryTarget.Parse(Path.GetRelativePath(Environment.CurrentDirectory, folder.File("dotnet/yarp")), new Uri("https://github.com")).Value.ShouldBeOfType<RepositoryTarget.Local>();
    }

    [Fact]
    public void Parse_NoSuchPath_IsNotFound() => RepositoryTarget.Parse("/no/such/folder").Problem!.Code.ShouldBe("not_found");

    [Theory]
    [InlineData("https://GitHub.com/Owner/Repo.git", "https://github.com/Owner/Repo")]
    [InlineData("HTTPS://example.org:443/a/b/", "https://example.org/a/b")]
    [InlineData("https://example.org:8443/a/b/c", "https://example.org:8443/a/b/c")]
    [InlineData("https://2130706433/a/b", "https://127.0.0.1/a/b")]
    [InlineData("https://[::1]/a/b", "https://[::1]/a/b")]
    public void Parse_Https_IsNormalised(string text, string url) =>
        RepositoryTarget.Parse(text).Value.ShouldBeOfType<RepositoryTarget.Https>().Url.ShouldBe(url);

    [Fact]
    public void Parse_FileUrl_IsAPath()
    {
        var folder = Directory.CreateTempSubdirectory("a b%");
        try
        {
            RepositoryTarget.Parse(SourceResolver.FileUrl(folder.FullName)).Value.ShouldBeOfType<RepositoryTarget.Local>().Path.ShouldBe(folder.FullName);
            RepositoryTarget.Parse(folder.FullName).Value!.Text.ShouldBe(folder.FullName);
        }
        finally
        {
            folder.Delete();
        }
    }
}

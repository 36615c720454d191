using Charterhouse.RepoSync.Targets;

namespace Charterhouse.RepoSync.Tests.Targets;

public sealed class RepositoryIdentityTests
{
    private static readonly LocalRepository Somewhere = new("/w/x/.git", "/w/x/.git", "/w/x");

    [Theory]
    [InlineData("https://github.com/Owner/Repo")]
    [InlineData("https://user:token@GitHub.com/Owner/Repo.git/")]
    [InlineData("https://github.com:443/Owner/Repo")]
    [InlineData("http://github.com/Owner/Repo")]
    [InlineData("git://github.com/Owner/Repo.git")]
    [InlineData("ssh://git@github.com:22/Owner/Repo.git")]
    [InlineData("git@GITHUB.com:Owner/Repo.git")]
    [InlineData("github.com:/Owner/Repo.git")]
    public void OfLocal_SpellingsOfOneOrigin_AreOneIdentity(string origin)
    {
        var identity = RepositoryIdentity.OfLocal(Somewhere, origin);
        identity.Key.ShouldBe("github.com/Owner/Repo");
        identity.Name.ShouldBe("Owner/Repo");
        identity.Url.ShouldBe("https://github.com/Owner/Repo");
        identity.Id.ShouldBe(RepositoryIdentity.OfUrl((RepositoryTarget.Https)RepositoryTarget.Parse("https://github.com/Owner/Repo.git").Value!).Id);
    }

    [Fact]
    public void Id_KnownKey_IsBase32OfItsHash() =>
        // printf github.com/Owner/Repo | sha256sum | xxd -r -p | base32 | tr A-Z a-z | cut -c1-26
        RepositoryIdentity.OfLocal(Somewhere, "https://github.com/Owner/Repo").Id.ShouldBe("repo_fu7esihjwt6is7c3gxikafksjr");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ext::sh -c x")]
    [InlineData("a\nb")]
    public void OfLocal_NoUsableOrigin_IsThePath(string? origin)
    {
        var identity = RepositoryIdentity.OfLocal(Somewhere, origin);
        identity.Key.ShouldBe("/w/x/.git");
        identity.Name.ShouldBe("x");
        identity.Url.ShouldBeNull();
    }

    [Fact]
    public void OfLocal_RelativeOriginOfALinkedWorktree_CountsFromTheMainOne() =>
        RepositoryIdentity.OfLocal(new LocalRepository("/w/x/.git/worktrees/l", "/w/x/.git", "/elsewhere/l"), "../y.git").Key.ShouldBe("/w/y.git");

    [Fact]
    public void OfLocal_OriginIsAPath_IsThatRepository() => RepositoryIdentity.OfLocal(Somewhere, "../y.git").Key.ShouldBe("/w/y.git");
}

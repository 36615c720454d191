using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.History;
using Charterhouse.Agents.Sentinel.Workflows;

namespace Charterhouse.Agents.Tests.Sentinel;

public sealed class TrustedOwnersTests
{
    [Theory]
    [InlineData("acme", true)]
    [InlineData("ACME", true)]
    [InlineData("acme-actions", true)]
    [InlineData("acme-tools", false)]
    [InlineData("ada-example", true)]
    [InlineData("adaexample", true)]
    [InlineData("bob", false)]
    [InlineData("dependabot", false)]
    [InlineData("carol", true)]
    [InlineData("dora", true)]
    [InlineData("acme-labs", true)]
    [InlineData("maker", true)]
    [InlineData("commented", false)]
    public void Contains_AnAccount_WhenItCanChangeTheRepositoryAnyway(string account, bool trusted)
    {
        var owners = TrustedOwners.Of("acme", Facts(
            [("Ada", "12345+Ada-Example@users.noreply.github.com", 30), ("Bob", "bob@users.noreply.github.com", 5), ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", 40)],
            new Excerpt(".github/FUNDING.yml", "github: [carol, eve/x]\nko_fi: mallory\n", false),
            new Excerpt(".github/CODEOWNERS", "# @commented\n*.cs @dora ada@example.org\n/docs @acme-labs/writers\n", false),
            new Excerpt("package.json", "{ \"name\": \"x\", \"repository\": {\n  \"type\": \"git\",\n  \"url\": \"git+https://github.com/maker/thing.git\"\n} }", false)));

        owners.Contains(account).ShouldBe(trusted);
    }

    [Theory]
    [InlineData("MAINTAINERS.md", "# Maintainers\n\n- [Grace](https://github.com/grace-hop)\n\n## Emeritus\n\n- @oldhand\n", "grace-hop", true)]
    [InlineData("MAINTAINERS.md", "# Maintainers\n\n- [Grace](https://github.com/grace-hop)\n\n## Emeritus\n\n- @oldhand\n", "oldhand", false)]
    [InlineData("README.md", "# Thing\n\nBuilt on https://github.com/grace-hop and more.\n\n## Maintainers\n\n@keeper\n", "keeper", true)]
    [InlineData("README.md", "# Thing\n\nBuilt on https://github.com/grace-hop and more.\n\n## Maintainers\n\n@keeper\n", "grace-hop", false)]
    [InlineData("AUTHORS.md", "# Authors\n\n* Bob Builder\n", "bobthe", false)]
    [InlineData("AUTHORS.md", "# Authors\n\n### Current Team\n\n* **Bob Builder**\n", "bobthe", true)]
    public void Contains_APersonWhomTheProjectNamesAsAMaintainer(string path, string text, string account, bool trusted) =>
        TrustedOwners.Of("acme", Facts([("Ada", "ada@example.org", 90), ("Bob Builder", "7+bobthe@users.noreply.github.com", 1)], new Excerpt(path, text, false))).Contains(account).ShouldBe(trusted);

    /// <summary>Facts of nothing but a history and some texts.</summary>
    /// <param name="commits">Name, address and number.</param>
    internal static RepositoryFacts Facts((string Name, string Address, int Commits)[] commits, params Excerpt[] excerpts)
    {
        var tally = new HistoryTally(shallow: false, 1_000, [], new Mailmap(""));
        foreach (var (name, address, count) in commits)
            for (var i = 0; i < count; i++) tally.Begin($"{name}{i}", 1, name, address, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return new RepositoryFacts { HeadSha = "", Languages = [], Files = [], Excerpts = excerpts, Details = [], History = tally.ToFacts(), Notes = [] };
    }
}

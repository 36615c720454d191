using System.Diagnostics;
using Charterhouse.Agents.Settings;

namespace Charterhouse.Agents.Tests.Settings;

public sealed class GlobTests
{
    [Theory]
    [InlineData("docs/**", "docs/a.md", true)]
    [InlineData("docs/**", "docs/a/b.md", true)]
    [InlineData("docs/**", "src/docs/a.md", false)]
    [InlineData("docs/**", "docsx/a.md", false)]
    [InlineData("docs", "docs/a/b.md", true)]
    [InlineData("docs/", "docs/a/b.md", true)]
    [InlineData("docs/", "docs", false)]
    [InlineData("/docs/*.md", "docs/a.md", true)]
    [InlineData("./docs/*.md", "docs/a.md", true)]
    [InlineData("docs/*.md", "docs/a/b.md", false)]
    [InlineData("*.md", "a.md", true)]
    [InlineData("*.md", "docs/a.md", false)]
    [InlineData("**/*.md", "a.md", true)]
    [InlineData("**/*.md", "docs/x/a.md", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "ab", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("(a|b)[c]$", "(a|b)[c]$", true)]
    [InlineData("**", "any/thing\nat all", true)]
    public void OfPaths_Pattern_MatchesAsDocumented(string pattern, string path, bool matches) => Glob.OfPaths(pattern).Matches(path).ShouldBe(matches);

    [Theory]
    [InlineData("readme/*", "readme/missing", true)]
    [InlineData("readme/*", "licence/missing", false)]
    [InlineData("*/missing", "licence/missing", true)]
    [InlineData("*", "licence/missing", true)]
    [InlineData("readme", "readme/missing", false)]
    public void OfRules_Pattern_MatchesAsDocumented(string pattern, string rule, bool matches) => Glob.OfRules(pattern).Matches(rule).ShouldBe(matches);

    [Fact]
    public void Matches_PatternMadeToBacktrack_IsQuick()
    {
        var glob = Glob.OfPaths(string.Concat(Enumerable.Repeat("**/a*", 40))[..Glob.MaxLength] + "!");
        var path = string.Concat(Enumerable.Repeat("aaaa/", 2000));
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++) glob.Matches(path).ShouldBeFalse();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }
}

using Charterhouse.Orchestrator.Triggers;

namespace Charterhouse.Orchestrator.Tests.Triggers;

public sealed class GlobTests
{
    [Theory]
    [InlineData("main", "main", true)]
    [InlineData("main", "mainline", false)]
    [InlineData("*", "release/1.0", true)]
    [InlineData("**", "release/1.0", true)]
    [InlineData("release/*", "release/1.0", true)]
    [InlineData("release/*", "release/1/0", false)]
    [InlineData("release/**", "release/1/0", true)]
    [InlineData("release/*", "release/", true)]
    [InlineData("v?.x", "v1.x", true)]
    [InlineData("v?.x", "v/.x", false)]
    [InlineData("*.md", "README.md", true)]
    [InlineData("*.md", "docs/README.md", false)]
    [InlineData("**/*.md", "README.md", true)]
    [InlineData("**/*.md", "docs/deep/README.md", true)]
    [InlineData("**/a.md", "docs/ba.md", false)]
    [InlineData("docs/**/a.md", "docs/a.md", true)]
    [InlineData("docs/**/a.md", "docs/x/y/a.md", true)]
    [InlineData("src/**", "source/a.cs", false)]
    [InlineData("Main", "main", false)]
    [InlineData("", "main", false)]
    public void Matches_PatternAndText_Whole(string pattern, string text, bool matches) => Glob.Matches(pattern, text).ShouldBe(matches);

    [Fact]
    public void Matches_HostilePattern_TakesNoLongerThanPatternTimesText() =>
        Glob.Matches(string.Concat(Enumerable.Repeat("*a", Glob.MaxLength / 2)) + "b", new string('a', 10_000)).ShouldBeFalse();
}

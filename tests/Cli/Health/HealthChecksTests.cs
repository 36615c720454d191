using Charterhouse.Cli.Health;

namespace Charterhouse.Cli.Tests.Health;

public sealed class HealthChecksTests
{
    [Theory]
    [InlineData("git version 2.39.5\n", true)]
    [InlineData("git version 2.50.1 (Apple Git-155)\n", true)]
    [InlineData("git version 2.39.2.windows.1\n", true)]
    [InlineData("git version 3.0\n", true)]
    [InlineData("git version 2.38.9\n", false)]
    [InlineData("git version 1.8\n", false)]
    [InlineData("something else\n", false)]
    public void JudgeGit_Version_MustBeNewEnough(string output, bool healthy) => HealthChecks.JudgeGit(output).Healthy.ShouldBe(healthy);
}

using Charterhouse.Cli.Analyze;
using Charterhouse.Cli.Tests.Runs;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Testing;

namespace Charterhouse.Cli.Tests.Analyze;

public sealed class OutputFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task WriteAsync_OneRun_WritesItsFilesAndNothingElse()
    {
        new OutputFolder(folder.FullPath).Prepare().ShouldBeNull();
        await WriteAsync(ExampleRuns.Published);
        await WriteAsync(ExampleRuns.Published);

        Files().ShouldBe(["charter.json", "charter.md", "charter.sarif"]);
        (await File.ReadAllTextAsync(Path.Combine(folder.FullPath, "charter.md"), TestContext.Current.CancellationToken)).ShouldBe(ExampleRuns.Published.Markdown);
    }

    [Fact]
    public async Task WriteAsync_SeveralRuns_FolderPerNameThatStaysInside()
    {
        await WriteAsync(Named("demo"), Named("demo"), Named("owner/demo"), Named(".."), Named("a b\u001b"), ExampleRuns.Failed);

        Files().Where(file => file.EndsWith(".md", StringComparison.Ordinal)).ShouldBe(
            ["a-b-/charter.md", "demo-2/charter.md", "demo/charter.md", "owner-demo/charter.md", "repository/charter.md"]);
    }

    [Fact]
    public async Task WriteAsync_FailedRun_WritesNothing()
    {
        await WriteAsync(ExampleRuns.Failed);

        Files().ShouldBeEmpty();
    }

    [Fact]
    public void Prepare_IsAFile_IsAProblem() => new OutputFolder(folder.Write("out", "")).Prepare().ShouldNotBeNull().Message.ShouldContain("cannot be written");

    private async Task WriteAsync(params RunDetails[] runs) =>
        await new OutputFolder(folder.FullPath).WriteAsync(runs, await SarifLogs.ReadAsync(runs, new NoArtifacts(), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

    private static RunDetails Named(string name) =>
        ExampleRuns.Published with { Run = ExampleRuns.Published.Run with { Repository = ExampleRuns.Published.Run.Repository! with { Name = name } } };

    private IEnumerable<string> Files() =>
        Directory.GetFiles(folder.FullPath, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder.FullPath, file)).Order(StringComparer.Ordinal);
}

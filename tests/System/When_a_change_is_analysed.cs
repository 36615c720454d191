using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

public sealed class When_a_change_is_analysed : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository repository = SampleRepository.Create();

    private string Data => folder.File("data");

    public void Dispose()
    {
        repository.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Only_what_it_introduces_is_found_and_the_charter_stays_as_it_is()
    {
        (await CharterProcess.RunAsync(Data, "analyze", repository.Path)).ExitCode.ShouldBe(0);
        repository.Git("checkout", "--quiet", "-b", "feature");
        repository.Write("src/More.cs", "class More { }\n").Commit("More", "Grace Hopper <grace@example.org>");
        File.Delete(Path.Combine(repository.Path, "README.md"));
        repository.Commit("No words", "Grace Hopper <grace@example.org>");

        var result = await CharterProcess.RunAsync(Data, "analyze", repository.Path, "--base", "main", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        var run = result.Run;
        run.GetProperty("workflow").GetString().ShouldBe("change-analysis");
        run.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString()).ShouldBe(["readme/missing"]);
        var change = run.GetProperty("charter").GetProperty("change");
        change.GetProperty("base_ref").GetString().ShouldBe("main");
        change.GetProperty("commits").GetInt32().ShouldBe(2);
        change.GetProperty("files").GetProperty("added").GetInt32().ShouldBe(1);
        change.GetProperty("files").GetProperty("deleted").GetInt32().ShouldBe(1);
        run.GetProperty("charter").GetProperty("markdown").GetString()!.ShouldContain("1 new finding");

        repository.Git("checkout", "--quiet", "main");
        var whole = await CharterProcess.RunAsync(Data, "analyze", repository.Path);
        whole.ExitCode.ShouldBe(0, whole.Error);
        whole.Output.ShouldContain("Nothing changed since version 1.");
    }

    [Fact]
    public async Task A_base_that_is_not_there_is_an_error_with_a_way_out()
    {
        var result = await CharterProcess.RunAsync(Data, "analyze", repository.Path, "--base", "nowhere");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("the base 'nowhere' names no commit of this repository");
        result.Error.ShouldContain("git branch -a");
    }
}

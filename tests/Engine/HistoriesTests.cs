namespace Charterhouse.Engine.Tests;

/// <summary>
/// Replays recorded runs. A difference means that runs stored by an earlier version would go on in another way: only for an intended change are the
/// files written again, by running these tests with <c>CHARTER_RECORD_HISTORIES=1</c>.
/// </summary>
public sealed class HistoriesTests
{
    public static TheoryData<string> Names() => new(HistoryScenarios.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Accept_RecordedEvents_GivesTheRecordedDecisions(string name)
    {
        var file = Path.Combine(Folder(), name + ".json");
        if (Environment.GetEnvironmentVariable("CHARTER_RECORD_HISTORIES") == "1")
            await File.WriteAllTextAsync(file, HistoryScenarios.All[name]().Write(), TestContext.Current.CancellationToken);

        var recorded = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var history = History.Read(recorded);
        history.Events.Count.ShouldBeGreaterThan(2);
        history.Write().ShouldBe(recorded);
    }

    [Fact]
    public void Histories_Files_AllHaveAScenario() =>
        Directory.GetFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)
            .ShouldBe(HistoryScenarios.All.Keys);

    /// <summary>The files of the sources, not copies: a recording has to end up there.</summary>
    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var histories = Path.Combine(folder.FullName, "tests", "Engine", "histories");
            if (Directory.Exists(histories)) return histories;
        }
        throw new DirectoryNotFoundException("tests/Engine/histories is in no folder above the test assembly");
    }
}

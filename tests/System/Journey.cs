using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>What every journey has: a repository, an empty data folder, and the command line between the two.</summary>
public abstract class Journey(Func<GitRepository>? repository = null) : IDisposable
{
    private readonly Lazy<GitRepository> lazyRepository = new(repository ?? (() => SampleRepository.Create()));

    /// <summary>Made when it is first asked for.</summary>
    protected GitRepository Repository => lazyRepository.Value;

    /// <summary>Holds the data folder, and whatever else a journey puts there.</summary>
    protected TemporaryFolder Folder { get; } = new();

    /// <summary>The data folder; the first command makes it.</summary>
    protected string Data => Folder.File("data");

    private protected DataFolderTables Tables => new(Data);

    public void Dispose()
    {
        if (lazyRepository.IsValueCreated) Repository.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a command is given to mean the repository.</summary>
    private protected virtual string Target => Repository.Path;

    /// <summary>Runs `charter ARGUMENTS` to its end.</summary>
    private protected virtual Task<CommandResult> CharterAsync(params string[] arguments) => CharterProcess.RunAsync(Data, arguments);

    /// <summary>The same with environment variables.</summary>
    private protected Task<CommandResult> CharterAsync(string[] arguments, params (string Name, string Value)[] environment) =>
        CharterProcess.RunAsync(Data, arguments, environment.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    /// <summary>`charter analyze` of the repository, which has to succeed.</summary>
    private protected async Task<CommandResult> AnalyzeAsync(params string[] options)
    {
        var result = await CharterAsync(["analyze", Target, .. options]);
        result.ExitCode.ShouldBe(0, result.Error);
        return result;
    }

    /// <summary>`charter analyze` of the repository in the background.</summary>
    private protected CharterProcess StartAnalyze() => CharterProcess.Start(Data, ["analyze", Repository.Path]);
}

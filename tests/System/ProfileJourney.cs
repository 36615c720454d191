using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>
/// A journey that goes the same way on both profiles: with everything in the command's own process and the repository in a folder, or through the
/// server of a distributed house, to which it is offered by an https URL.
/// </summary>
/// <param name="distributed">Null for the embedded profile.</param>
public abstract class ProfileJourney(DistributedHouse? distributed) : Journey, IAsyncLifetime
{
    private readonly Dictionary<GitRepository, string> names = [];
    private ServiceProcesses? house;

    /// <summary>What a command is given to mean the repository, as it is now.</summary>
    private protected override string Target => Offer(Repository);

    /// <summary>What the repository is called.</summary>
    private protected string Name => house is null ? "repository" : names[Repository];

    public async ValueTask InitializeAsync()
    {
        if (distributed is not null) house = await distributed.StartedAsync();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A folder as it is; for a server what is committed is pushed, to where the folder's <c>origin</c> is.</summary>
    private protected string Offer(GitRepository repository)
    {
        if (house is null) return repository.Path;
        if (names.TryGetValue(repository, out var name)) return house.Publish(repository, name);
        var url = house.Publish(repository, names[repository] = distributed!.NextName());
        repository.Git("remote", "add", "origin", url);
        return url;
    }

    private protected override Task<CommandResult> CharterAsync(params string[] arguments) => CharterInAsync(Path.GetTempPath(), arguments);

    /// <summary>The same in a folder.</summary>
    private protected Task<CommandResult> CharterInAsync(string folder, params string[] arguments) =>
        house is null ? CharterProcess.RunAsync(Data, arguments, workingFolder: folder) : house.RemoteInAsync(folder, arguments);

    /// <summary>What is in a run's file, from where the command line says that it is.</summary>
    private protected Task<string> ReadArtifactAsync(string place) => house is null ? File.ReadAllTextAsync(place) : house.DownloadAsync(new Uri(place));

    private protected void ShouldBeSound()
    {
        if (house is null) Tables.ShouldBeSound();
    }
}

using Charterhouse.Platform.Configuration;
using Charterhouse.Testing;

namespace Charterhouse.Cli.Tests.Configuration;

/// <summary>Loads a configuration from given flags and variables, with a folder for its files.</summary>
public abstract class ConfigurationTests : IDisposable
{
    private protected readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Dictionary<string, string> Map((string Key, string Value)[]? pairs) =>
        (pairs ?? []).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private protected LoadedConfiguration Load((string, string)[]? flags = null, (string, string)[]? environment = null)
    {
        var variables = Map(environment);
        variables.TryAdd("HOME", Path.Combine(folder.FullPath, "home"));
        return ConfigurationLoader.Load(new ConfigurationInput { Flags = Map(flags), Environment = variables, WorkingFolder = folder.FullPath });
    }

    private protected IReadOnlyList<ConfigurationProblem> Problems((string, string)[]? flags = null, (string, string)[]? environment = null) =>
        Should.Throw<ConfigurationException>(() => Load(flags, environment)).Problems;
}

using System.Collections;

namespace Charterhouse.Platform.Configuration;

/// <summary>What the loader reads from, so that tests need neither the real environment nor the real home folder.</summary>
public sealed record ConfigurationInput
{
    /// <summary>Values of flags by flag (<c>--data</c>, <c>--config</c>, <c>--recursion-limit</c>); absent flags are absent.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    /// <summary>Environment variables. An empty one counts as not set, as everywhere in the shell world.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    /// <summary>Relative paths of flags and variables are relative to this folder; those in a file to the file's folder.</summary>
    public required string WorkingFolder { get; init; }
    /// <summary>LocalApplicationData, the place of data on Windows; null elsewhere (XDG rules apply).</summary>
    public string? LocalApplicationData { get; init; }

    /// <summary>The real process's input.</summary>
    public static ConfigurationInput OfProcess(IReadOnlyDictionary<string, string> flags) => new()
    {
        Flags = flags,
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        WorkingFolder = System.Environment.CurrentDirectory,
        LocalApplicationData = OperatingSystem.IsWindows()
            ? System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData)
            : null,
    };

    /// <summary>A variable's value, or null when it is unset or empty.</summary>
    internal string? Variable(string name) => Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}

using System.Globalization;

namespace Charterhouse.Platform.Configuration;

/// <summary>
/// Builds <see cref="CharterOptions"/> from flags, environment, one YAML file and defaults, in that order. The file is the one that is
/// named (<c>--config</c>, <c>CHARTER_CONFIG</c>), else the data folder's, else the user's; never one of an analysed repository, which
/// is not trusted.
/// </summary>
public sealed class ConfigurationLoader
{
    private readonly ConfigurationInput input;
    private readonly List<ConfigurationProblem> problems = [];
    private readonly List<string> warnings = [];
    private IReadOnlyDictionary<string, Setting> fromFile = new Dictionary<string, Setting>(StringComparer.Ordinal);

    private ConfigurationLoader(ConfigurationInput input) => this.input = input;

    /// <summary>Reads and validates everything.</summary>
    /// <exception cref="ConfigurationException">With all problems.</exception>
    public static LoadedConfiguration Load(ConfigurationInput input) => new ConfigurationLoader(input).Load();

    private LoadedConfiguration Load()
    {
        var places = new ConfigurationPlaces(input);
        RefuseDistributed();
        WarnOfUnknownVariables();
        var file = ReadFile(places);
        var values = ConfigurationKeys.All.ToDictionary(key => key.Name, key => Choose(key, places), StringComparer.Ordinal);
        if (problems.Count > 0) throw new ConfigurationException(problems);
        var shown = ConfigurationKeys.All.Select(key => new ConfigurationValue(key.Name, values[key.Name].Shown, values[key.Name].Source)).ToList();
        return new LoadedConfiguration(OptionsFrom(values), shown, warnings, file);
    }

    private void RefuseDistributed()
    {
        foreach (var variable in ConfigurationKeys.DistributedVariables.Where(name => input.Variable(name) is not null))
            problems.Add(new(variable, "environment", "is set, but this version has the embedded profile only (SQLite in the data folder, no broker)", $"unset {variable}"));
    }

    private void WarnOfUnknownVariables()
    {
        var known = ConfigurationKeys.All.Select(key => key.Variable).Concat(ConfigurationKeys.OtherVariables).ToList();
        foreach (var name in input.Environment.Keys.Where(name => name.StartsWith("CHARTER_", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (known.Contains(name, StringComparer.Ordinal)) continue;
            var hint = Suggestion.Nearest(name, known) is { } nearest ? $"did you mean {nearest}?" : "it has no effect";
            warnings.Add($"the environment variable {name} is not known; {hint}");
        }
    }

    private string? ReadFile(ConfigurationPlaces places)
    {
        var (file, source) = places.FindFile();
        if (file is null) return null;
        try
        {
            var before = problems.Count;
            fromFile = new ConfigurationFile(file, input.Environment, problems).Read(File.ReadAllText(file));
            if (problems.Count == before && source is null && places.InDataFolder(file) && fromFile.TryGetValue(ConfigurationKeys.Data.Name, out var data))
                problems.Add(new(ConfigurationKeys.Data.Name, data.Source, "cannot be set by the file that lies in the data folder", "remove the line, or use --data or CHARTER_DATA"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            var why = problem is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read: " + problem.Message;
            problems.Add(new(file, source ?? "configuration file", why, source is null ? "make it readable" : $"correct {source}"));
        }
        return file;
    }

    private Setting Choose(ConfigurationKey key, ConfigurationPlaces places)
    {
        var given = new List<Setting>(3);
        if (key.Flag is not null && input.Flags.TryGetValue(key.Flag, out var flag)) given.Add(new Setting(flag, flag, key.Flag));
        if (input.Variable(key.Variable) is { } variable) given.Add(new Setting(variable, variable, key.Variable));
        if (fromFile.TryGetValue(key.Name, out var setting)) given.Add(setting);
        if (key == ConfigurationKeys.CertificateAuthorities) given = given.ConvertAll(places.Absolute);
        // A wrong value is reported even where another source overrides it: it would bite later, when that source is gone.
        foreach (var one in given)
        {
            if (one.Text.Length == 0) problems.Add(new(key.Name, one.Source, "is empty", "give a value"));
            else if (key.Rule.Check(one.Text, one.Shown) is { } problem) problems.Add(new(key.Name, one.Source, problem.Message, problem.Fix));
        }
        var chosen = given.FirstOrDefault();
        if (key == ConfigurationKeys.Data) return places.Absolute(chosen, problems);
        return chosen ?? new Setting(key.Default!, key.Default!, "default");
    }

    private static CharterOptions OptionsFrom(Dictionary<string, Setting> values)
    {
        return new CharterOptions
        {
            DataFolder = values[ConfigurationKeys.Data.Name].Text,
            Checkpointer = values[ConfigurationKeys.Checkpointer.Name].Text == "memory" ? Checkpointer.Memory : Checkpointer.Sqlite,
            MaxConcurrentRuns = Number(ConfigurationKeys.MaxConcurrentRuns),
            RunTimeout = TimeSpan.FromSeconds(Number(ConfigurationKeys.TimeoutSeconds)),
            RetryAttempts = Number(ConfigurationKeys.RetryAttempts),
            RecursionLimit = Number(ConfigurationKeys.RecursionLimit),
            WorkerConcurrency = Number(ConfigurationKeys.WorkerConcurrency),
            AllowPrivateHosts = values[ConfigurationKeys.AllowPrivateHosts.Name].Text == "true",
            CertificateAuthorities = values[ConfigurationKeys.CertificateAuthorities.Name].Text is { Length: > 0 } file ? file : null,
        };

        int Number(ConfigurationKey key) => int.Parse(values[key.Name].Text, CultureInfo.InvariantCulture);
    }
}

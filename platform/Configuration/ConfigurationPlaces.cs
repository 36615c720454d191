namespace Charterhouse.Platform.Configuration;

/// <summary>Where the data folder and the configuration file are, by flags, environment and the XDG rules.</summary>
internal sealed class ConfigurationPlaces(ConfigurationInput input)
{
    private const string FileName = "charterhouse.yaml";

    /// <summary>The configuration file and what named it (null: found in a standard place); no file at all is fine.</summary>
    public (string? File, string? Source) FindFile()
    {
        if (input.Flags.TryGetValue("--config", out var flag)) return (Resolve(flag, input.WorkingFolder), "--config");
        if (input.Variable("CHARTER_CONFIG") is { } variable) return (Resolve(variable, input.WorkingFolder), "CHARTER_CONFIG");
        return (StandardFiles().FirstOrDefault(File.Exists), null);
    }

    /// <summary>True when the file is the data folder's own.</summary>
    public bool InDataFolder(string file) => StartingDataFolder() is { } folder && Path.Combine(folder, FileName) == file;

    /// <summary>The data folder as an absolute path, from its setting or the default place.</summary>
    public Setting Absolute(Setting? given, List<ConfigurationProblem> problems)
    {
        if (given is not null) return Absolute(given);
        if (DefaultDataFolder() is { } folder) return new Setting(folder, folder, "default");
        problems.Add(new(ConfigurationKeys.Data.Name, "default", "cannot be found: neither XDG_DATA_HOME nor HOME is set", "give --data or set CHARTER_DATA"));
        return new Setting("", "", "default");
    }

    /// <summary>A path as an absolute one. One in a file is relative to the file: it means the same wherever the command is typed.</summary>
    public Setting Absolute(Setting given)
    {
        if (given.Text.Length == 0 || given.Text.Contains('\0', StringComparison.Ordinal)) return given;
        var file = FindFile().File;
        var fromFile = file is not null && given.Source.StartsWith(file + ":", StringComparison.Ordinal);
        var path = Resolve(given.Text, fromFile ? Path.GetDirectoryName(file)! : input.WorkingFolder);
        return given with { Text = path, Shown = given.Shown == given.Text ? path : given.Shown };
    }

    private IEnumerable<string> StandardFiles()
    {
        if (StartingDataFolder() is { } data) yield return Path.Combine(data, FileName);
        if (input.LocalApplicationData is { } local) yield return Path.Combine(local, "charterhouse", FileName);
        else if (Xdg("XDG_CONFIG_HOME", ".config") is { } config) yield return Path.Combine(config, "charterhouse", FileName);
    }

    // The data folder as known before a file is read.
    private string? StartingDataFolder()
    {
        var named = input.Flags.TryGetValue("--data", out var flag) ? flag : input.Variable("CHARTER_DATA");
        if (named is null) return DefaultDataFolder();
        return named.Length == 0 || named.Contains('\0', StringComparison.Ordinal) ? null : Resolve(named, input.WorkingFolder);
    }

    private string? DefaultDataFolder() =>
        (input.LocalApplicationData ?? Xdg("XDG_DATA_HOME", Path.Combine(".local", "share"))) is { } parent ? Path.Combine(parent, "charterhouse") : null;

    // The XDG base directory specification: a relative value is to be ignored.
    private string? Xdg(string variable, string inHome) =>
        input.Variable(variable) is { } path && Path.IsPathRooted(path) ? path
        : input.Variable("HOME") is { } home ? Path.Combine(home, inHome)
        : null;

    private string Resolve(string path, string from)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = (input.Variable("HOME") ?? "~") + path[1..];
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, from));
    }
}

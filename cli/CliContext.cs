using System.CommandLine;
using Charterhouse.Cli.Terminal;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli;

/// <summary>What every command gets: the terminal, the clock, the interruption and the options that all commands know.</summary>
internal sealed class CliContext(CliTerminal terminal, TimeProvider time, CancellationToken interrupted)
{
    public CliTerminal Terminal { get; } = terminal;
    public TimeProvider Time { get; } = time;
    /// <summary>Cancelled by the first Ctrl-C.</summary>
    public CancellationToken Interrupted { get; } = interrupted;

    public Option<string> Data { get; } = new("--data") { Description = "The data folder (else CHARTER_DATA, else the user's data folder)", HelpName = "DIR", Recursive = true };
    public Option<string> Config { get; } = new("--config") { Description = "The configuration file (else CHARTER_CONFIG, else charterhouse.yaml in the data or configuration folder)", HelpName = "FILE", Recursive = true };

    public Option<string> Server { get; } = new("--server") { Description = "A server that drives the runs, instead of this process (else CHARTER_SERVER)", HelpName = "URL", Recursive = true };

    /// <summary>Reads the configuration and prints its warnings.</summary>
    /// <exception cref="ConfigurationException">With all problems.</exception>
    public LoadedConfiguration Load(ParseResult parsed, string? recursionLimit = null, string? urls = null)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (parsed.GetValue(Data) is { } data) flags["--data"] = data;
        if (parsed.GetValue(Config) is { } config) flags["--config"] = config;
        if (parsed.GetValue(Server) is { } server) flags["--server"] = server;
        if (recursionLimit is not null) flags["--recursion-limit"] = recursionLimit;
        if (urls is not null) flags["--urls"] = urls;
        var loaded = ConfigurationLoader.Load(ConfigurationInput.OfProcess(flags));
        foreach (var warning in loaded.Warnings) Terminal.Note("warning: " + TerminalText.Line(warning));
        return loaded;
    }

    /// <summary>A command that a person can type next, with the options that were given to this one.</summary>
    public string NextCommand(ParseResult parsed, string command) =>
        "charter " + command
        + (parsed.GetValue(Data) is { } data ? " --data " + ShellText.Quote(data) : "")
        + (parsed.GetValue(Server) is { } server ? " --server " + ShellText.Quote(server) : "")
        + (parsed.GetValue(Config) is { } config ? " --config " + ShellText.Quote(config) : "");
}

namespace Charterhouse.Cli.Terminal;

/// <summary>Where a command writes: results to <see cref="Out"/>, everything about them to <see cref="Error"/>.</summary>
internal sealed class CliTerminal(TextWriter output, TextWriter error)
{
    private readonly Lock gate = new();

    public TextWriter Out { get; } = output;
    public TextWriter Error { get; } = error;
    /// <summary>Whether results go to a person's screen.</summary>
    public bool OutIsScreen { get; init; }
    /// <summary>Whether progress may be drawn in place: standard error is a terminal that can, and nobody set NO_COLOR.</summary>
    public bool Live { get; init; }
    /// <summary>Whether an unexpected failure shows its stack (<c>CHARTER_DEBUG=1</c>).</summary>
    public bool Debug { get; init; }

    /// <summary>The process's own streams.</summary>
    public static CliTerminal OfProcess()
    {
        var plain = IsSet("NO_COLOR") || Environment.GetEnvironmentVariable("TERM") == "dumb";
        return new CliTerminal(Console.Out, Console.Error)
        {
            OutIsScreen = !Console.IsOutputRedirected,
            Live = !Console.IsErrorRedirected && !plain,
            Debug = IsSet("CHARTER_DEBUG"),
        };
    }

    /// <summary>A line on standard error. Safe from several tasks.</summary>
    public void Note(string line)
    {
        lock (gate) Error.WriteLine(line);
    }

    /// <summary>A line or several on standard output that hold nothing unclean: JSON, or text that was cleaned when it was made.</summary>
    public void Print(string text) => Out.WriteLine(text);

    /// <summary>A text that a repository may have written: cleaned for a screen, untouched for a pipe or a file.</summary>
    public void Result(string text) => Print(OutIsScreen ? TerminalText.Clean(text) : text);

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
}

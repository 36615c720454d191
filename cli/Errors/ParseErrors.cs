using System.CommandLine;
using System.CommandLine.Parsing;
using Charterhouse.Cli.Terminal;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Errors;

/// <summary>What the parser could not make sense of, in our words: the parser's own would list follow-up errors and the whole help.</summary>
internal static class ParseErrors
{
    private const string NoOption = "there is no option";
    private const string NoValue = "is given without a value";

    /// <summary>Makes a misspelt option an error: the parser would take it for an argument or for another option's value.</summary>
    public static void RefuseUnknownOptions(Command command)
    {
        foreach (var argument in command.Arguments) argument.Validators.Add(result => RefuseIn(result, result.Tokens, KnownOptions(result)));
        foreach (var option in command.Options) option.Validators.Add(result => RefuseIn(result, result.Tokens, KnownOptions(result)));
        foreach (var child in command.Subcommands) RefuseUnknownOptions(child);
    }

    /// <summary>Prints the errors and returns the exit code.</summary>
    public static int Write(ParseResult parsed, CliTerminal terminal)
    {
        var commands = parsed.CommandResult.Command.Subcommands.Select(command => command.Name).ToList();
        var misspelt = parsed.Errors.Select(error => error.Message).Where(message => message.StartsWith(NoOption, StringComparison.Ordinal) || message.Contains(NoValue, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        // A misspelt option, or one without its value, shifts everything behind it: what the parser says of that would only confuse.
        if (misspelt.Count > 0)
            foreach (var message in misspelt) Say(terminal, message, nearest: null);
        else if (parsed.UnmatchedTokens.Count > 0 && commands.Count > 0 && !parsed.UnmatchedTokens[0].StartsWith('-'))
            Say(terminal, $"there is no command '{parsed.UnmatchedTokens[0]}'", Suggestion.Nearest(parsed.UnmatchedTokens[0], commands));
        else if (parsed.UnmatchedTokens.Count > 0)
            foreach (var token in parsed.UnmatchedTokens.Where(token => token.StartsWith('-') || !parsed.UnmatchedTokens.Any(other => other.StartsWith('-')))) Say(terminal, Unknown(token), token.StartsWith('-') ? Suggestion.Nearest(token, KnownOptions(parsed.CommandResult)) : null);
        else
            foreach (var message in parsed.Errors.Select(InOurWords).Distinct(StringComparer.Ordinal)) terminal.Note("error: " + TerminalText.Line(message));
        terminal.Note($"  see: {PathOf(parsed.CommandResult)} --help");
        return ExitCodes.Usage;
    }

    /// <summary>What is missing, with what belongs there. Other errors are our own validators'.</summary>
    private static string InOurWords(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Parent: OptionResult option } => WithoutValue(option.Option),
        OptionResult { Tokens.Count: 0, Implicit: true, Option: { Required: true } option } => $"{option.Name} {option.HelpName} is missing: {LowerFirst(option.Description)}",
        OptionResult { Tokens.Count: 0, Implicit: false, Option: { Arity.MinimumNumberOfValues: > 0 } option } => WithoutValue(option),
        ArgumentResult { Tokens.Count: 0, Argument: var argument } => $"<{argument.Name}> is missing: {LowerFirst(argument.Description)}",
        CommandResult { Command.Subcommands: { Count: > 0 } commands } result => $"{PathOf(result)} needs a command: {string.Join(", ", commands.Select(command => command.Name))}",
        _ => error.Message.TrimEnd('.'),
    };

    private static string LowerFirst(string? text) => text is { Length: > 1 } && !char.IsUpper(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text ?? "";

    private static void RefuseIn(SymbolResult result, IReadOnlyList<Token> tokens, IReadOnlyList<string> known)
    {
        foreach (var token in tokens.Where(token => token.Value.StartsWith('-') && !double.TryParse(token.Value, out _)))
            result.AddError(result is OptionResult option && known.Contains(token.Value, StringComparer.Ordinal) ? WithoutValue(option.Option) : Unknown(token.Value) + (Suggestion.Nearest(token.Value, known) is { } nearest ? $"; did you mean {nearest}?" : ""));
    }

    private static string WithoutValue(Option option) => $"{option.Name} {NoValue}; write {option.Name} {option.HelpName}";

    private static string Unknown(string token) => token.StartsWith('-') ? $"{NoOption} {token}" : $"'{token}' is one argument too many";

    private static void Say(CliTerminal terminal, string message, string? nearest) =>
        terminal.Note("error: " + TerminalText.Line(message) + (nearest is null ? "" : $"; did you mean {nearest}?"));

    // The options of the command and those that its parents hand down.
    private static List<string> KnownOptions(SymbolResult result)
    {
        var known = new List<string>();
        var own = true;
        for (var one = result; one is not null; one = one.Parent)
        {
            if (one is not CommandResult command) continue;
            known.AddRange(command.Command.Options.Where(option => own || option.Recursive).Select(option => option.Name));
            own = false;
        }
        return known;
    }

    private static string PathOf(CommandResult result)
    {
        var names = new List<string>();
        for (SymbolResult? one = result; one is CommandResult command; one = one.Parent) names.Insert(0, command.Command is RootCommand ? "charter" : command.Command.Name);
        return string.Join(' ', names);
    }
}

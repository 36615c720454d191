using System.CommandLine;
using System.Text.Json;
using Charterhouse.Cli.Errors;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli;

/// <summary>Options and arguments that several commands have, so that they are called and read the same everywhere.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print JSON on standard output" };

    public static Option<bool> NoWait() => new("--no-wait") { Description = "Fail at once when another process holds the data folder" };

    public static Option<string> As() => new("--as") { Description = "The step in whose name the state is changed (else the last writer)", HelpName = "STEP" };

    public static Option<string> Workflow() => new("--workflow") { Description = "A workflow's name or file", HelpName = "NAME|FILE" };

    public static Option<string> RecursionLimit() => new("--recursion-limit") { Description = "The most super-steps that the run may take", HelpName = "N" };

    public static Option<string> Checkpoint() => new("--checkpoint") { Description = "A checkpoint: its number, thread:number, or step:number", HelpName = "N" };

    public static Argument<string> Run() => new("run") { Description = "A run id, or an unambiguous beginning of one (at least 8 characters)" };

    public static Option<string> Repo(string which = "Only this repository") => new("--repo") { Description = which + ": its name, its id, or a target as for charter analyze", HelpName = "R|TARGET" };

    /// <summary>Lets an option take these words only.</summary>
    public static void TakesOneOf(this Option<string> option, IReadOnlyList<string> words)
    {
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result =>
        {
            foreach (var text in result.Tokens.Select(token => token.Value).Except(words, StringComparer.Ordinal))
                result.AddError($"{option.Name} is '{text}'; give {string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}" + (Suggestion.Nearest(text, words) is { } nearest ? $"; did you mean {nearest}?" : ""));
        });
    }

    /// <summary>A state update as typed: a JSON object of channels.</summary>
    public static IReadOnlyDictionary<string, JsonElement>? Update(string? text, string option, List<InputProblem> problems)
    {
        if (text is null) return null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.Clone(), StringComparer.Ordinal);
            problems.Add(new InputProblem($"{option} is not a JSON object", "Give an object of channels, such as '{\"notes\": \"…\"}'."));
        }
        catch (JsonException problem)
        {
            problems.Add(new InputProblem($"{option} is not valid JSON: {problem.Message}", "Quote it for the shell: '{\"channel\": value}'."));
        }
        return null;
    }
}

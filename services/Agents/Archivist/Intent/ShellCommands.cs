using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>A command that a document gives, as words.</summary>
/// <param name="InSpan">It stands in the text, not in a block of its own.</param>
internal sealed record ShellCommand(string Text, IReadOnlyList<string> Words, int Line, bool InSpan);

/// <summary>Takes the commands out of shell blocks and code spans. What is not plain words (pipes, substitutions, variables) is left out.</summary>
internal static partial class ShellCommands
{
    private static readonly string[] Tools = ["npm ", "pnpm ", "yarn ", "make ", "just ", "cargo ", "dotnet ", "docker ", "docker-compose ", "bash ", "sh ", "python ", "python3 ", "node ", "./"];

    public static IEnumerable<ShellCommand> Read(DeclaredDocument document)
    {
        foreach (var block in document.Blocks)
        {
            if (block.Kind == BlockKind.Code && block.Info is "" or "bash" or "sh" or "shell" or "console" or "zsh" or "shell-session" or "terminal" or "text")
                foreach (var command in Lines(block)) yield return command;
            foreach (var mention in block.Mentions)
                if (!mention.IsLink)
                    foreach (var command in Split(mention.Text, mention.Line, inSpan: true)) yield return command;
        }
    }

    private static IEnumerable<ShellCommand> Lines(Block block)
    {
        var lines = block.Text.Split('\n');
        var prompted = lines.Any(line => Prompt().IsMatch(line));
        var continued = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd();
            var goesOn = continued;
            continued = line.EndsWith('\\');
            // With prompts, the other lines are what the commands print.
            if (goesOn || continued || prompted && !Prompt().IsMatch(line)) continue;
            foreach (var command in Split(Prompt().Replace(line, ""), block.Line + i, inSpan: false)) yield return command;
        }
    }

    private static IEnumerable<ShellCommand> Split(string line, int number, bool inSpan)
    {
        if (line.Length > 300) yield break;
        var comment = Comment().Match(line);
        if (comment.Success) line = line[..comment.Index];
        foreach (var part in line.Split(["&&", "||", ";"], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var command = Variables().Replace(part, "");
            if (command.StartsWith("cd ", StringComparison.Ordinal) && !inSpan || Tools.Any(tool => command.StartsWith(tool, StringComparison.Ordinal)))
                if (!NotPlain().IsMatch(command)) yield return new ShellCommand(command, command.Split(' ', StringSplitOptions.RemoveEmptyEntries), number, inSpan);
        }
    }

    [GeneratedRegex(@"^\s*(\$|%|❯|➜|PS>|\(\w+\) \$)\s+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Prompt();

    [GeneratedRegex(@"(^|\s)#\s?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();

    /// <summary>Environment variables and sudo before a command.</summary>
    [GeneratedRegex(@"^(sudo\s+|[A-Z_][A-Z0-9_]*=\S*\s+)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variables();

    [GeneratedRegex(@"[<>{}$*`|\[\]""'…]|\.\.\.|\b(your|my|foo|bar|example|xxx)\b|(your|my)[-_]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NotPlain();
}

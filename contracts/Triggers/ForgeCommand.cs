using System.Text.RegularExpressions;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Contracts.Triggers;

/// <summary>What somebody told the house to do.</summary>
/// <param name="Name">One of <see cref="CommandNames"/>.</param>
/// <param name="Argument">What it is about, checked for its form: a finding's id; null for none.</param>
/// <param name="Reason">Why, in the person's words, as they came; null for none.</param>
public sealed record ForgeCommand(string Name, string? Argument = null, string? Reason = null)
{
    /// <summary>As somebody would write it, without the reason.</summary>
    public override string ToString() => $"/charter {Name}{(Argument is null ? "" : " " + Argument)}";
}

/// <summary>The values of <see cref="ForgeCommand.Name"/>.</summary>
public static class CommandNames
{
    /// <summary>Analyse the pull request, or the default branch, again.</summary>
    public const string Analyze = "analyze";
    /// <summary>A finding needs no action.</summary>
    public const string Mute = "mute";
    /// <summary>Let what waits for a person go on.</summary>
    public const string Approve = "approve";
}

/// <summary>What a comment or an edited issue tells the house to do: a command, or why what looks like one is none, or neither.</summary>
/// <param name="Problem">A sentence in our own words.</param>
public sealed record CommandReading(ForgeCommand? Command, string? Problem)
{
    /// <summary>Nothing is asked for.</summary>
    public static CommandReading None { get; } = new(null, null);
}

/// <summary>
/// The commands of comments and checkboxes. Strict: a command is a line of its own that begins with <c>/charter</c>, outside of code, quotations and HTML comments; the first
/// one counts. Whatever follows is held against a form before anybody does anything with it.
/// </summary>
public static partial class CommandGrammar
{
    /// <summary>The hidden comment of the dashboard issue.</summary>
    public const string DashboardMarker = "<!-- charterhouse:dashboard -->";
    /// <summary>Begins what a checkbox asks for.</summary>
    public const string BoxPrefix = "charterhouse:do:";
    private const string Word = "/charter";
    private const string MuteBox = "mute:";
    private const int LongestReason = 300;
    private const int LongestText = 200_000;
    private const string Names = "there are /charter analyze, /charter approve and /charter mute FINDING-ID [reason]";

    /// <summary>What a new comment asks for.</summary>
    public static CommandReading Read(string text)
    {
        if (text.Length > LongestText || !text.Contains(Word, StringComparison.Ordinal)) return CommandReading.None;
        // what the house itself writes
        if (text.Contains("<!-- charterhouse:", StringComparison.Ordinal)) return CommandReading.None;
        return Lines(text).Select(ReadLine).FirstOrDefault(reading => reading is not null) ?? CommandReading.None;
    }

    /// <summary>What an edit of the dashboard issue asks for: the first box that is ticked now and was there, not ticked, before.</summary>
    public static CommandReading ReadTicked(string before, string after)
    {
        if (before.Length > LongestText || after.Length > LongestText || !before.Contains(DashboardMarker, StringComparison.Ordinal) || !after.Contains(DashboardMarker, StringComparison.Ordinal)) return CommandReading.None;
        var open = Boxes(before).Where(box => !box.IsTicked).Select(box => box.Name).ToHashSet(StringComparer.Ordinal);
        return Boxes(after).FirstOrDefault(box => box.IsTicked && open.Contains(box.Name)).Name is not { } name ? CommandReading.None
            : name == CommandNames.Analyze ? new CommandReading(new ForgeCommand(CommandNames.Analyze), null)
            : name.StartsWith(MuteBox, StringComparison.Ordinal) && FindingId.IsOne(name[MuteBox.Length..]) ? new CommandReading(new ForgeCommand(CommandNames.Mute, name[MuteBox.Length..]), null)
            : new CommandReading(null, "the ticked box asks for nothing that there is");
    }

    private static CommandReading? ReadLine(string line)
    {
        if (!line.StartsWith(Word, StringComparison.Ordinal) || (line.Length > Word.Length && line[Word.Length] is not (' ' or '\t'))) return null;
        var parts = line[Word.Length..].Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts switch
        {
            [CommandNames.Analyze] => new CommandReading(new ForgeCommand(CommandNames.Analyze), null),
            [CommandNames.Analyze, ..] => new CommandReading(null, "/charter analyze takes no argument"),
            [CommandNames.Mute, var id, .. var rest] when FindingId.IsOne(id) => new CommandReading(new ForgeCommand(CommandNames.Mute, id, rest is [var reason] ? Cut(reason) : null), null),
            [CommandNames.Mute, ..] => new CommandReading(null, "/charter mute needs the id of a finding: fnd_ and 20 hex digits"),
            [CommandNames.Approve] => new CommandReading(new ForgeCommand(CommandNames.Approve), null),
            [CommandNames.Approve, var what, ..] when Token().IsMatch(what) => new CommandReading(new ForgeCommand(CommandNames.Approve, what), null),
            [CommandNames.Approve, ..] => new CommandReading(null, "/charter approve takes an id of letters, digits, '_' and '-'"),
            _ => new CommandReading(null, "that is no command: " + Names),
        };
    }

    /// <summary>The lines with commands that a forge shows as a paragraph's.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        string? fence = null, end = null;
        var isQuoted = false; // and so is what follows without an empty line
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = raw.TrimEnd();
            var inner = line.TrimStart(' ');
            if (fence is not null)
            {
                if (inner.StartsWith(fence, StringComparison.Ordinal) && inner.Trim(fence[0]).Length == 0) fence = null;
            }
            else if (end is not null)
            {
                if (line.Contains(end, StringComparison.OrdinalIgnoreCase)) end = null;
            }
            else if (!isQuoted && line.StartsWith(Word, StringComparison.Ordinal)) yield return line;
            else if (Fence().Match(inner) is { Success: true } opened) fence = opened.Value;
            else if (Hidden().Match(line) is { Success: true } hidden)
            {
                var closing = hidden.Groups["tag"] is { Success: true } tag ? $"</{tag.Value}>" : "-->";
                if (!line[(hidden.Index + hidden.Length)..].Contains(closing, StringComparison.OrdinalIgnoreCase)) end = closing;
            }
            else if (line.Length == 0) isQuoted = false;
            else if (inner[0] == '>') isQuoted = true;
        }
    }

    private static IEnumerable<(bool IsTicked, string Name)> Boxes(string text) =>
        Box().Matches(text).Select(match => (match.Groups["mark"].Value != " ", match.Groups["name"].Value));

    private static string Cut(string text) => text.Length <= LongestReason ? text : text[..(char.IsHighSurrogate(text[LongestReason - 1]) ? LongestReason - 1 : LongestReason)];

    [GeneratedRegex("^(?:`{3,}|~{3,})", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex("<(?:!--|(?<tag>pre|script|style|textarea|code|blockquote)\\b)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("^[-*] \\[(?<mark>[ xX])\\] <!-- " + BoxPrefix + "(?<name>[a-z0-9_:]{1,80}) -->", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex Box();
}

using System.Text;
using System.Text.RegularExpressions;

namespace Charterhouse.Cli.Terminal;

/// <summary>
/// Makes text from repositories harmless on a terminal: escape sequences could move the cursor, set the title or fake output, and
/// bidirectional controls could show another text than there is.
/// </summary>
internal static partial class TerminalText
{
    /// <summary>Without escape sequences and control characters; line breaks and tabs stay.</summary>
    public static string Clean(string text)
    {
        var plain = text.AsSpan().IndexOfAny('\u001b', '\u009b') < 0 ? text : EscapeSequence().Replace(text, "");
        StringBuilder? cleaned = null;
        for (var i = 0; i < plain.Length; i++)
        {
            var harmless = IsHarmless(plain[i]);
            if (cleaned is null && !harmless) cleaned = new StringBuilder(plain, 0, i, plain.Length);
            else if (harmless) cleaned?.Append(plain[i]);
        }
        return cleaned?.ToString() ?? plain;
    }

    /// <summary>The same on one line: runs of white space become one blank.</summary>
    public static string Line(string text) => WhiteSpace().Replace(Clean(text), " ").Trim();

    /// <summary>One line of at most <paramref name="most"/> characters.</summary>
    public static string Short(string text, int most)
    {
        var line = Line(text);
        if (line.Length <= most) return line;
        // never half a surrogate pair
        var end = char.IsHighSurrogate(line[most - 2]) ? most - 2 : most - 1;
        return line[..end] + "…";
    }

    private static bool IsHarmless(char c) =>
        c is '\n' or '\t' || !(char.IsControl(c) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' or '\u200e' or '\u200f' or '\u061c');

    // CSI sequences, then strings (OSC, DCS, SOS, PM, APC) up to their end, then two-character escapes.
    [GeneratedRegex(@"(\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[\]PX^_][^\u0007\u001b]*(\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EscapeSequence();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WhiteSpace();
}

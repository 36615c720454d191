namespace Charterhouse.Orchestrator.Triggers;

/// <summary>
/// A pattern of branches or paths: <c>*</c> stands for anything within a segment, <c>**</c> across segments, <c>?</c> for one character; a
/// pattern that is only <c>*</c> matches everything. Case counts. Takes no longer than pattern times text.
/// </summary>
public static class Glob
{
    /// <summary>Longest pattern, characters.</summary>
    public const int MaxLength = 256;

    /// <summary>True when the whole text matches.</summary>
    public static bool Matches(string pattern, string text)
    {
        if (pattern is "*" or "**") return true;
        // which ends of the text's beginnings the pattern so far can reach
        var reached = new bool[text.Length + 1];
        reached[0] = true;
        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] != '*')
            {
                Step(reached, text, pattern[at]);
                continue;
            }
            var across = at + 1 < pattern.Length && pattern[at + 1] == '*';
            if (across) at++;
            // "**/" also matches no segment at all: **/a.txt matches a.txt
            var slash = across && at + 1 < pattern.Length && pattern[at + 1] == '/' && (at < 2 || pattern[at - 2] == '/');
            if (slash) at++;
            Spread(reached, text, across, slash);
        }
        return reached[text.Length];
    }

    private static void Step(bool[] reached, string text, char wanted)
    {
        for (var end = text.Length; end > 0; end--) reached[end] = reached[end - 1] && (text[end - 1] == wanted || (wanted == '?' && text[end - 1] != '/'));
        reached[0] = false;
    }

    private static void Spread(bool[] reached, string text, bool across, bool wholeSegments)
    {
        var inside = false;
        for (var end = 0; end <= text.Length; end++)
        {
            if (end > 0 && !across && text[end - 1] == '/') inside = false;
            var began = inside;
            inside |= reached[end];
            reached[end] |= began && (!wholeSegments || text[end - 1] == '/');
        }
    }
}

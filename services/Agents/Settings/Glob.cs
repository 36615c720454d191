using System.Text;
using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Settings;

/// <summary>A pattern of paths or rules. Matching takes time in proportion to the text, whatever the pattern: it was written by others.</summary>
internal sealed class Glob
{
    /// <summary>Characters of a pattern.</summary>
    public const int MaxLength = 200;
    private readonly Regex _pattern;

    private Glob(string pattern) => _pattern = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline);

    /// <summary>Paths from the repository's top: <c>*</c> and <c>?</c> stay within a folder, <c>**</c> does not; a folder stands for all that is in it.</summary>
    public static Glob OfPaths(string pattern)
    {
        pattern = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern.TrimStart('/');
        return new Glob("^" + Pattern(pattern, hasChoices: false) + (pattern.EndsWith('/') ? ".*" : "(/.*)?") + "\\z");
    }

    private static string Pattern(string pattern, bool hasChoices)
    {
        var text = new StringBuilder();
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '?') text.Append("[^/]");
            else if (hasChoices && c == '{')
            {
                text.Append('(');
                depth++;
            }
            else if (hasChoices && c == '}' && depth > 0)
            {
                text.Append(')');
                depth--;
            }
            else if (depth > 0 && c == ',') text.Append('|');
            else if (c != '*') text.Append(Regex.Escape(c.ToString()));
            else
            {
                var first = i;
                while (i + 1 < pattern.Length && pattern[i + 1] == '*') i++;
                var folders = i > first && (first == 0 || pattern[first - 1] == '/') && i + 1 < pattern.Length && pattern[i + 1] == '/';
                text.Append(folders ? "(.*/)?" : i > first ? ".*" : "[^/]*");
                if (folders) i++;
            }
        }
        // A brace that closes before it opens leaves one open.
        return depth == 0 ? text.ToString() : Regex.Escape(pattern);
    }

    /// <summary>Folders below the one that lists them, without a slash at the end: as paths, but nothing within them; <c>{a,b}</c> stands for either.</summary>
    public static Glob OfFolders(string pattern)
    {
        if (pattern.StartsWith("./", StringComparison.Ordinal)) pattern = pattern[2..];
        pattern = pattern.Trim('/');
        var text = Pattern(pattern, hasChoices: pattern.Count(c => c == '{') == pattern.Count(c => c == '}'));
        return new Glob("^" + text + "\\z");
    }

    /// <summary>Rules by name: <c>*</c> stands for anything.</summary>
    public static Glob OfRules(string pattern) => new("^" + string.Join(".*", pattern.Split('*', StringSplitOptions.None).Select(Regex.Escape)) + "\\z");

    /// <summary>Whether the whole text fits.</summary>
    public bool Matches(string text) => _pattern.IsMatch(text);
}

using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>
/// The accounts of people whom the project names as those who keep it: in a file of maintainers, and in AUTHORS or the README below a heading that says so.
/// Who only contributed, or did so once, is none.
/// </summary>
internal static partial class Maintainers
{
    private const int LineLimit = 2_000;
    private const int ShortestName = 6;

    /// <summary>Logins, as they are named or as the history knows them for a name.</summary>
    public static IEnumerable<string> Of(RepositoryFacts facts)
    {
        var lines = facts.Excerpts.Where(file => ExcerptChoice.IsPeople(file.Path) || ExcerptChoice.IsReadme(file.Name) && ExcerptChoice.Depth(file.Name) == 0).SelectMany(Lines).Take(LineLimit).ToArray();
        foreach (var line in lines)
            foreach (Match match in Account().Matches(line)) yield return match.Groups["login"].Value;
        foreach (var author in facts.History.Authors)
            if (author is { Bot: false, Login: { } login, Name.Length: >= ShortestName } && author.Name.Contains(' ', StringComparison.Ordinal) && Array.Exists(lines, line => line.Contains(author.Name, StringComparison.OrdinalIgnoreCase))) yield return login;
    }

    private static IEnumerable<string> Lines(Excerpt file)
    {
        var lines = file.Text.Split('\n');
        // AUTHORS is mostly a list of everyone who ever was one.
        var everyone = file.Path.StartsWith("authors", StringComparison.OrdinalIgnoreCase);
        var whole = ExcerptChoice.IsPeople(file.Path) && !everyone;
        var within = whole;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > LineLimit) continue;
            if (lines[i].StartsWith('#') || i + 1 < lines.Length && Underline().IsMatch(lines[i + 1]))
                within = !Former().IsMatch(lines[i]) && (whole || Current().Match(lines[i]) is { Success: true } match && !(everyone && match.Value.StartsWith("author", StringComparison.OrdinalIgnoreCase)));
            else if (within)
                yield return lines[i];
        }
    }

    [GeneratedRegex(@"github\.com/(?<login>[A-Za-z0-9][A-Za-z0-9-]{0,38})/?(?=[)\]>\s,;""'`]|$)|(?<![\w.@/])@(?<login>[A-Za-z0-9][A-Za-z0-9-]{0,38})(?![\w.@/-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Account();

    [GeneratedRegex(@"^[=\-~]{3,}\s*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Underline();

    [GeneratedRegex(@"\b(maintainers?|maintained by|core team|team|core developers?|leads?|authors?|owners?)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Current();

    [GeneratedRegex(@"\b(former|previous|past|emeritus|emeriti|retired|inactive|alumni|contributors?|looking|wanted|for maintainers)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Former();
}

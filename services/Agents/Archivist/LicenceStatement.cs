using System.Text.RegularExpressions;
using Charterhouse.Agents.Archivist.Intent;

namespace Charterhouse.Agents.Archivist;

/// <summary>What the README says of the licence, below a heading of that name: taken only when it names exactly one, and nothing that it would except.</summary>
internal static partial class LicenceStatement
{
    /// <summary>Characters; a longer text is one of its own.</summary>
    private const int Short = 2_000;

    /// <summary>Names as people write them, the longer first; each with the SPDX ids that it may mean.</summary>
    private static readonly (Regex Name, string[] Ids)[] Names =
    [
        (Agpl(), ["AGPL-3.0"]), (Lgpl(), ["LGPL-2.0", "LGPL-2.1", "LGPL-3.0"]), (Gpl3(), ["GPL-3.0"]), (Gpl2(), ["GPL-2.0"]), (Gpl(), ["GPL-2.0", "GPL-3.0"]),
        (Apache(), ["Apache-2.0"]), (Mit(), ["MIT", "MIT-0"]), (Mpl(), ["MPL-2.0", "MPL-1.1"]), (Bsd(), ["BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause", "0BSD"]),
        (Isc(), ["ISC"]), (Unlicense(), ["Unlicense"]),
    ];

    /// <summary>The sentence with its line, the name in it and the ids it may mean; null when it is not plain.</summary>
    public static (int Line, string Name, IReadOnlyList<string> Ids)? Read(DeclaredDocument readme)
    {
        var below = readme.Blocks.SkipWhile(block => block.Kind != BlockKind.Heading || !Heading().IsMatch(block.Text)).ToArray();
        if (below.Length == 0) return null;
        var section = below.Skip(1).TakeWhile(block => block.Kind != BlockKind.Heading).ToArray();
        var words = string.Join(' ', section.Select(block => block.Text));
        if (section.Length is 0 or > 4 || words.Length > 600 || Exceptions().IsMatch(words)) return null;
        (int, string, IReadOnlyList<string>)? found = null;
        var rest = words;
        foreach (var (name, ids) in Names)
        {
            if (name.Match(rest) is not { Success: true } match) continue;
            if (found is not null) return null;
            found = (section[0].Line, match.Value, ids);
            rest = name.Replace(rest, " ");
        }
        return found;
    }

    /// <summary>The one licence that a short text names by words or a link, as an SPDX id where the version is said; null for none or several.</summary>
    public static string? NameIn(string text)
    {
        if (text.Length > Short) return null;
        string? found = null;
        var rest = text;
        foreach (var (name, ids) in Names)
        {
            if (name.Match(rest) is not { Success: true } match) continue;
            if (found is not null) return null;
            var version = match.Value.Where(char.IsAsciiDigit).ToArray();
            found = ids.Length == 1 ? ids[0] : version.Length == 0 ? match.Value : Array.Find(ids, id => id[(id.IndexOf('-', StringComparison.Ordinal) + 1)..].StartsWith(version[0])) ?? match.Value;
            rest = name.Replace(rest, " ");
        }
        return found;
    }

    [GeneratedRegex(@"^\W*(licen[sc]e|licensing|copyright and licen[sc]e|licen[sc]e and copyright)\W*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\b(dual|either|or|except|unless|dependenc\w*|third|bundled|includes?|fonts?|docs?|documentation|images?|assets?|icons?|logos?|models?|weights|data(sets?)?|trademarks?|contents?|previous\w*|prior|earlier|versions? (up|before)|until|change[sd]? to|converts?|commercial|parts?|some|other|originally|based on|fork|vendor\w*|compatible|creative commons|sspl|rsal\w*|elastic|business source|busl|eula|proprietary)\b(?! later)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Exceptions();

    [GeneratedRegex(@"\bAGPL([- ]?v?3(\.0)?)?\b|\bGNU Affero General Public Licen[sc]e\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Agpl();

    [GeneratedRegex(@"\bLGPL([- ]?v?[23](\.[01])?)?\b|\bGNU (Lesser|Library) General Public Licen[sc]e\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Lgpl();

    [GeneratedRegex(@"\bGPL[- ]?v?3(\.0)?\b|\b(GNU )?General Public Licen[sc]e,?( \(GPL\))? v(ersion )?3(\.0)?\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Gpl3();

    [GeneratedRegex(@"\bGPL[- ]?v?2(\.0)?\b|\b(GNU )?General Public Licen[sc]e,?( \(GPL\))? v(ersion )?2(\.0)?\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Gpl2();

    [GeneratedRegex(@"\bGPL\b|\bGNU General Public Licen[sc]e\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Gpl();

    [GeneratedRegex(@"\bApache[- ](Licen[sc]e|2|v2|Software Licen[sc]e)(,? v(ersion )?2(\.0)?|[- ]?2?\.0)?\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Apache();

    [GeneratedRegex(@"\bMIT\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Mit();

    [GeneratedRegex(@"\bMPL([- ]?v?[12]\.[01])?\b|\bMozilla Public Licen[sc]e\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Mpl();

    [GeneratedRegex(@"\bBSD\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Bsd();

    [GeneratedRegex(@"\bISC\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Isc();

    [GeneratedRegex(@"\bUnlicen[sc]e\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Unlicense();
}

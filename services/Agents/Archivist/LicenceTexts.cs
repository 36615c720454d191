using System.Text;
using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Archivist;

/// <summary>Recognises licences by phrases that stand in their text and in no other's.</summary>
internal static partial class LicenceTexts
{
    /// <summary>The rules, the more particular first. All phrases of a rule must occur, none of those that it excludes.</summary>
    private static readonly Rule[] Rules =
    [
        new("AGPL-3.0", ["gnu affero general public license", "version 3"]),
        new("LGPL-3.0", ["gnu lesser general public license", "version 3"], ["gnu affero general public license version 3, 19"]),
        new("LGPL-2.1", ["gnu lesser general public license", "version 2.1"]),
        new("LGPL-2.0", ["gnu library general public license", "version 2"]),
        new("GPL-3.0", ["gnu general public license", "version 3"]),
        new("GPL-2.0", ["gnu general public license", "version 2"]),
        new("Apache-2.0", ["apache license", "version 2.0"]),
        new("MPL-2.0", ["mozilla public license", "2.0"]),
        new("MPL-1.1", ["mozilla public license", "version 1.1"]),
        new("EPL-2.0", ["eclipse public license", "2.0"]),
        new("EPL-1.0", ["eclipse public license", "1.0"]),
        new("EUPL-1.2", ["european union public licence", "1.2"]),
        new("CC0-1.0", ["cc0 1.0 universal"]),
        new("CC0-1.0", ["creative commons", "cc0"]),
        new("CC-BY-SA-4.0", ["attribution-sharealike 4.0 international"]),
        new("CC-BY-NC-4.0", ["attribution-noncommercial 4.0 international"]),
        new("CC-BY-4.0", ["attribution 4.0 international"]),
        new("Unlicense", ["this is free and unencumbered software released into the public domain"]),
        new("WTFPL", ["do what the fuck you want to public license"]),
        new("BSL-1.0", ["boost software license", "version 1.0"]),
        new("BUSL-1.1", ["business source license 1.1"]),
        new("Elastic-2.0", ["elastic license 2.0"]),
        // A text that offers the choice between it and another licence is neither.
        new("SSPL-1.0", ["server side public license"], ["source available license"]),
        new("MS-PL", ["microsoft public license"]),
        new("Artistic-2.0", ["artistic license 2.0"]),
        new("Artistic-2.0", ["the artistic license", "version 2.0"]),
        new("PSF-2.0", ["python software foundation license version 2"]),
        new("PostgreSQL", ["postgresql license"]),
        new("OFL-1.1", ["sil open font license", "version 1.1"]),
        new("UPL-1.0", ["universal permissive license", "1.0"]),
        new("0BSD", ["permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"], ["provided that the above copyright notice"]),
        new("ISC", ["permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted", "provided that the above copyright notice"]),
        new("ISC", ["permission to use, copy, modify, and distribute this software for any purpose with or without fee is hereby granted", "provided that the above copyright notice"]),
        new("Zlib", ["this software is provided 'as-is', without any express or implied warranty", "altered source versions must be plainly marked"]),
        new("MIT-0", ["permission is hereby granted, free of charge, to any person obtaining a copy", "without restriction"], ["the above copyright notice and this permission notice", "shall be included"]),
        new("MIT", ["permission is hereby granted, free of charge, to any person obtaining a copy", "the above copyright notice and this permission notice", "the software is provided \"as is\""]),
        new("BSD-4-Clause", ["redistribution and use in source and binary forms", "all advertising materials mentioning features"]),
        new("BSD-3-Clause", ["redistribution and use in source and binary forms", "endorse or promote products"]),
        new("BSD-2-Clause", ["redistribution and use in source and binary forms", "this software is provided"]),
    ];

    /// <summary>
    /// The SPDX id that the text is the text of, or null. The GNU licences have no "-only" or "-or-later" here: their text does not say.
    /// </summary>
    public static string? Recognise(string text) => MainRule(text)?.Id;

    /// <summary>
    /// Every licence that the text has a part of: the one that it is the text of, grants that follow it, and what a text that is only a grant goes on to
    /// name, such as the documentation's.
    /// </summary>
    public static IReadOnlyList<string> Parts(string text)
    {
        var words = Normalise(text);
        if (MainRule(text) is not { } main) return [];
        return [.. Rules.Where(rule => rule == main || (rule.IsGrant || main.IsGrant) && rule.Fits(words)).Select(rule => rule.Id).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Of the code; when nothing else is there, of the documentation.</summary>
    private static Rule? MainRule(string text) => Find(Normalise(OfDocumentation().Replace(text, "\n"))) ?? Find(Normalise(text));

    private static Rule? Find(string words)
    {
        // A licence names itself at its beginning; the GPL's end speaks of the LGPL, the MPL's of the GPL.
        var title = words[..Math.Min(words.Length, 1500)];
        var named = Array.Find(Rules, rule => rule.Fits(rule.ByTitle ? title : words));
        if (named is null or { IsGrant: true }) return named;
        // A whole text outranks the name of another licence further down.
        var at = words.IndexOf(named.All[0], StringComparison.Ordinal);
        return Array.Find(Rules, rule => rule.IsGrant && rule.Fits(words) && words.IndexOf(rule.All[0], StringComparison.Ordinal) < at) ?? named;
    }

    /// <summary>True when two ids name the same licence, "-only" and "-or-later" and the year of a version aside.</summary>
    public static bool Agree(string recognised, string declared)
    {
        foreach (var part in declared.Split([" OR ", " AND ", "/", "(", ")", ",", ";"], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (string.Equals(Bare(part), Bare(recognised), StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static string Bare(string id)
    {
        id = id.Trim().Replace(' ', '-').Replace("-License", "", StringComparison.OrdinalIgnoreCase);
        foreach (var end in (string[])["-only", "-or-later", "+"])
            if (id.EndsWith(end, StringComparison.OrdinalIgnoreCase)) id = id[..^end.Length];
        return id.ToUpperInvariant() switch
        {
            "GPLV3" or "GPL-3" => "GPL-3.0",
            "GPLV2" or "GPL-2" => "GPL-2.0",
            "LGPLV3" or "LGPL-3" => "LGPL-3.0",
            "AGPLV3" or "AGPL-3" => "AGPL-3.0",
            "APACHE-2" or "APACHE2" or "APACHE" or "APACHE2.0" => "Apache-2.0",
            "BSD" or "NEW-BSD" or "BSD-3" => "BSD-3-Clause",
            "BSD-2" or "SIMPLIFIED-BSD" => "BSD-2-Clause",
            "MPL2" or "MPL-2" => "MPL-2.0",
            "THE-MIT" or "EXPAT" => "MIT",
            _ => id,
        };
    }

    private static string Normalise(string text)
    {
        var words = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            var one = c switch { '\u201c' or '\u201d' => '"', '\u2018' or '\u2019' or '`' => '\'', _ => c };
            // Markdown marks and comment frames are no words.
            if (char.IsWhiteSpace(one) || one is '*' or '#' or '_' or '>')
            {
                if (words.Length > 0 && words[^1] != ' ') words.Append(' ');
            }
            else
            {
                words.Append(one);
            }
        }
        return words.ToString().Replace("''as is''", "\"as is\"", StringComparison.Ordinal)
            .Replace("'as is'", "\"as is\"", StringComparison.Ordinal);
    }

    /// <summary>What stands below a heading on the documentation's licence, to the next underlined or marked heading.</summary>
    [GeneratedRegex(@"^#{0,6}[ \t]*(Licen[sc]e (of|for) (the )?(Documentation|Docs)|(Documentation|Docs) Licen[sc]e)[ \t]*:?[ \t]*\r?$(?<section>(?!\n#{1,6} |\n[^\n]{1,60}\n[=\-~]{4,}[ \t]*\r?$)\n([=\-~]{4,}[ \t]*\r?$)?[^\n]*)*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Multiline, 1000)]
    private static partial Regex OfDocumentation();

    private sealed record Rule(string Id, string[] All, string[] None)
    {
        public Rule(string id, string[] all) : this(id, all, []) { }

        /// <summary>Known by the words that give the rights, not by its name: where these stand, the text stands.</summary>
        public bool IsGrant { get; } = All[0].StartsWith("permission ", StringComparison.Ordinal) || All[0].StartsWith("redistribution ", StringComparison.Ordinal) || All[0].StartsWith("this software is provided", StringComparison.Ordinal);

        public bool Fits(string words) => All.All(phrase => words.Contains(phrase, StringComparison.Ordinal)) && !None.Any(phrase => words.Contains(phrase, StringComparison.Ordinal));

        /// <summary>Families that quote one another are known by how they begin.</summary>
        public bool ByTitle { get; } = All[0].StartsWith("gnu ", StringComparison.Ordinal) || All[0].StartsWith("mozilla", StringComparison.Ordinal)
            || All[0].StartsWith("apache", StringComparison.Ordinal) || All[0].StartsWith("eclipse", StringComparison.Ordinal)
            || All[0].StartsWith("creative", StringComparison.Ordinal) || All[0].StartsWith("postgresql", StringComparison.Ordinal)
            || All[0].StartsWith("microsoft", StringComparison.Ordinal);
    }
}

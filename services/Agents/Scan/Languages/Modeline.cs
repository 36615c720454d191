using System.Text;
using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Scan.Languages;

/// <summary>
/// The language that an editor is told by a line near the top or the end of a file: <c>-*- mode: python -*-</c>, <c>vim: set ft=ruby:</c>. As
/// GitHub Linguist has it, this outweighs the file's name.
/// </summary>
internal static partial class Modeline
{
    private const int Lines = 5;
    private const int LongestLine = 500;

    /// <summary>The language, or null when no line tells one that is known.</summary>
    public static Language? Read(ReadOnlySpan<byte> content)
    {
        // Nearly every file ends here: two searches over a few lines.
        var head = First(content);
        if (Mentions(head) && Find(head) is { } atTop) return atTop;
        var tail = Last(content);
        return tail.Length < content.Length && Mentions(tail) ? Find(tail) : null;
    }

    private static bool Mentions(ReadOnlySpan<byte> lines) =>
        lines.IndexOf("-*-"u8) >= 0 || lines.IndexOf("vim"u8) >= 0 || lines.IndexOf("vi:"u8) >= 0 || lines.IndexOf("ex:"u8) >= 0;

    private static Language? Find(ReadOnlySpan<byte> lines)
    {
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range];
            if (line.Length > LongestLine || !Mentions(line)) continue;
            var text = Encoding.UTF8.GetString(line);
            var match = Emacs().Match(text);
            if (!match.Success) match = Vim().Match(text);
            if (match.Success && LanguageTable.OfAlias(match.Groups["mode"].Value) is { } language) return language;
        }
        return null;
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> content)
    {
        var end = 0;
        for (var line = 0; line < Lines; line++)
        {
            var next = content[end..].IndexOf((byte)'\n');
            if (next < 0) return content;
            end += next + 1;
        }
        return content[..end];
    }

    private static ReadOnlySpan<byte> Last(ReadOnlySpan<byte> content)
    {
        var rest = content.TrimEnd((byte)'\n');
        var start = rest.Length;
        for (var line = 0; line < Lines && start > 0; line++) start = Math.Max(0, rest[..start].LastIndexOf((byte)'\n'));
        return rest[start..];
    }

    // Either "-*- Python -*-" or "-*- coding: utf-8; mode: python -*-".
    [GeneratedRegex(@"-\*-\s*(?:(?!mode\s*:)[\w-]+\s*:\s*[^;]+;\s*)*(?:mode\s*:\s*)?(?<mode>[\w+#-]+)\s*(?:;[^*]*)?-\*-", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Emacs();

    [GeneratedRegex(@"(?:^|[ \t])(?:vi|vim|ex)(?:[<=>]?[0-9]+|m)?\s*:.*?\b(?:ft|filetype|syntax)\s*=\s*(?<mode>\w+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Vim();
}

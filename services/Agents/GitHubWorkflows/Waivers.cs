using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Charterhouse.Agents.GitHubWorkflows;

/// <summary>Lines of a file, 1-based, both ends included.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Lines(int First, int Last);

/// <summary>
/// What a workflow's authors have decided to accept, line by line: zizmor's comments, <c># zizmor: ignore[unpinned-uses, template-injection] why</c>. A comment
/// speaks for what stands on its line and for nothing else; a line of a block of text is no comment.
/// </summary>
internal sealed partial class Waivers
{
    private const int Most = 200;
    private const int LineLength = 1_000;
    private readonly List<(int Line, string[] Audits)> _found = [];

    /// <summary>Those of a file's text.</summary>
    public static Waivers Read(string text)
    {
        var waivers = new Waivers();
        if (!text.Contains("# zizmor: ignore[", StringComparison.Ordinal)) return waivers;
        var (number, block) = (0, -1);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.TrimEnd();
            if (line.IsEmpty) continue;
            var indent = line.IndexOfAnyExcept(' ', '-') is var first and >= 0 ? first : line.Length;
            if (block >= 0 && indent > block) continue;
            block = line.Length <= LineLength && BlockHeader().IsMatch(line) ? indent : -1;
            if (line.Length > LineLength || waivers._found.Count == Most || Comment().Match(line.ToString()) is not { Success: true } match) continue;
            waivers._found.Add((number, match.Groups["audits"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        }
        return waivers;
    }

    /// <summary>True when one of the lines has a comment that names the audit.</summary>
    public bool Accept(string audit, Lines lines) => _found.Exists(one => one.Line >= lines.First && one.Line <= lines.Last && one.Audits.Contains(audit, StringComparer.Ordinal));

    [GeneratedRegex(@"(^|\s)# zizmor: ignore\[(?<audits>[a-z, -]{1,300})\](\s|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"[:-]\s+[|>][-+0-9]{0,2}(\s+#.*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BlockHeader();
}

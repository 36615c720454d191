using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents;

/// <summary>Makes findings whose ids stay the same from run to run.</summary>
internal static class Findings
{
    /// <summary>A finding.</summary>
    /// <param name="what">
    /// What distinguishes it from another of the same rule and path; it must not change while the finding is the same. A rule that looks at
    /// lines takes it from <see cref="LineFingerprints"/>.
    /// </param>
    /// <exception cref="ArgumentException">The rule is not in <see cref="RuleCatalog"/>, or the severity is none.</exception>
    public static Finding Make(
        string agent, string rule, string severity, string title, string? path, string evidence, string recommendation, int? line = null, string what = "")
    {
        if (RuleCatalog.Find(rule) is null) throw new ArgumentException($"{rule} is not in RuleCatalog: give it a row and a page", nameof(rule));
        if (!Severities.All.Contains(severity, StringComparer.Ordinal)) throw new ArgumentException($"{severity} is no severity", nameof(severity));
        return new(Id(rule, path, what), agent, rule, severity, title, path, line, evidence, recommendation);
    }

    private static string Id(string rule, string? path, string what) =>
        "fnd_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{rule}\n{path}\n{what}")))[..20];
}

/// <summary>
/// What a finding at a line is known by: the line's text without its white space, and which of the equal ones it is. Lines that are added
/// or moved elsewhere change nothing, and two equal lines in one file are two findings. One instance for one reading of a repository.
/// </summary>
internal sealed class LineFingerprints
{
    /// <summary>Characters that count; what differs only after them differs by its number.</summary>
    private const int Most = 500;
    private readonly Dictionary<(string Rule, string Path, string Text), int> _seen = [];

    /// <summary>The <c>what</c> for <see cref="Findings.Make"/>. Ask in the order of the lines, once per finding.</summary>
    /// <param name="line">The line's text, or the part of it that the rule is about.</param>
    public string What(string rule, string path, string line)
    {
        var text = Normalise(line);
        var number = _seen[(rule, path, text)] = _seen.GetValueOrDefault((rule, path, text)) + 1;
        // A text has no line end, so a number cannot be mistaken for a part of it.
        return number == 1 ? text : text + "\n" + number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>White space at the ends gone, within it one blank: another indentation is the same line.</summary>
    private static string Normalise(string line)
    {
        var text = new StringBuilder(Math.Min(line.Length, Most));
        var gap = false;
        foreach (var c in line)
        {
            if (text.Length >= Most) break;
            if (char.IsWhiteSpace(c))
            {
                gap = text.Length > 0;
                continue;
            }
            if (gap) text.Append(' ');
            gap = false;
            text.Append(c);
        }
        return text.ToString();
    }
}

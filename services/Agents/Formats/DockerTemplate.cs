using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Formats;

/// <summary>Tells a Dockerfile that a program fills in, for somebody else's image, from one that is built here.</summary>
internal static partial class DockerTemplate
{
    private static readonly string[] Marks = ["<#", "{%", "{{", "<%"];

    /// <summary>True for a resource of a program, and for a template's marks before or in the first FROM; comments aside.</summary>
    public static bool Is(string path, string text)
    {
        if (Resources().IsMatch(path)) return true;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.StartsWith("#")) continue;
            foreach (var mark in Marks)
                if (line.Contains(mark, StringComparison.Ordinal)) return true;
            if (line.StartsWith("FROM ", StringComparison.OrdinalIgnoreCase)) return false;
        }
        return false;
    }

    [GeneratedRegex("(^|/)src/([^/]+/)*resources/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Resources();
}

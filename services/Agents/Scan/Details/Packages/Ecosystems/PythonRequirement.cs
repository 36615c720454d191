using System.Text;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>A requirement as PEP 508 writes it: <c>name[extra]&gt;=1; marker</c> or <c>name @ address</c>.</summary>
/// <param name="Name">Normalised (PEP 503).</param>
/// <param name="Specifier">Empty for any version.</param>
/// <param name="Conditional">It has a marker.</param>
internal sealed record PythonRequirement(string Name, string Specifier, string Source, bool Conditional)
{
    /// <summary>The requirement, or null when the text is none.</summary>
    public static PythonRequirement? Parse(string text)
    {
        text = text.Trim();
        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '_' or '-')) end++;
        if (end == 0 || !char.IsAsciiLetterOrDigit(text[0])) return null;
        var name = text[..end];
        var rest = text[end..].TrimStart();
        if (rest.StartsWith('['))
        {
            var close = rest.IndexOf(']', StringComparison.Ordinal);
            if (close < 0) return null;
            rest = rest[(close + 1)..].TrimStart();
        }
        if (rest.StartsWith('@'))
        {
            var address = rest[1..].Trim();
            return new PythonRequirement(Normalise(name), address, SourceOf(address), address.Contains(" ;", StringComparison.Ordinal));
        }
        var marker = rest.IndexOf(';', StringComparison.Ordinal);
        var specifier = (marker < 0 ? rest : rest[..marker]).Trim().Trim('(', ')').Trim();
        if (specifier.Length > 0 && specifier[0] is not ('=' or '<' or '>' or '~' or '!')) return null;
        return new PythonRequirement(Normalise(name), specifier, Packages.Source.Registry, marker >= 0);
    }

    /// <summary>Where an address leads; a commit or tag stands behind an <c>@</c>.</summary>
    public static string SourceOf(string address)
    {
        if (address.StartsWith("file:", StringComparison.Ordinal)) return Packages.Source.Local;
        if (!address.StartsWith("git+", StringComparison.Ordinal)) return Packages.Source.Url;
        var path = address.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 ? address[(scheme + 3)..] : address;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && path[slash..].Contains('@', StringComparison.Ordinal) ? Packages.Source.GitFixed : Packages.Source.GitBranch;
    }

    /// <summary>PEP 503.</summary>
    public static string Normalise(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is '-' or '_' or '.')
            {
                if (text.Length > 0 && text[^1] != '-') text.Append('-');
            }
            else text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}

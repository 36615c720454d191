using System.Globalization;
using Charterhouse.Agents.Scan.Details.Packages;

namespace Charterhouse.Agents.Librarian;

/// <summary>What a requirement allows.</summary>
internal static class Requirements
{
    /// <summary>Why the next build may get any newer version, in words; null when the requirement bounds it or it cannot be told.</summary>
    public static string? Floating(string ecosystem, Required required)
    {
        var text = required.Requirement.Trim();
        if (required.Source == Source.GitBranch) return "a git branch";
        if (required.Source != Source.Registry) return null;
        switch (ecosystem)
        {
            case PackageEcosystems.Npm:
                return text is "*" or "x" or "X" or "" or "latest" or "next" ? text.Length == 0 ? "no version" : text : Unbounded(text);
            case PackageEcosystems.PyPi:
                return text is "" or "*" ? "no version" : Unbounded(text);
            case PackageEcosystems.Cargo or PackageEcosystems.Composer:
                return text == "*" ? text : Unbounded(text);
            case PackageEcosystems.NuGet:
                return text.Contains('*', StringComparison.Ordinal) && !text.Contains("$(", StringComparison.Ordinal) ? text : null;
            case PackageEcosystems.Gradle:
                return text.EndsWith('+') && !text.Contains('$', StringComparison.Ordinal) || text.StartsWith("latest.", StringComparison.Ordinal) ? text : null;
            case PackageEcosystems.Maven:
                return text is "LATEST" or "RELEASE" ? text : null;
            default:
                return null;
        }
    }

    /// <summary>
    /// The major version that a plain requirement (<c>1.2</c>, <c>^1.2</c>, <c>~&gt; 1.2</c>, <c>==1.2</c>) stays within; for 0.x of Cargo and npm the minor one as well.
    /// Null for ranges, wildcards and everything else.
    /// </summary>
    public static string? Major(string ecosystem, Required required)
    {
        if (required.Source != Source.Registry) return null;
        var text = required.Requirement.Trim();
        if (ecosystem == PackageEcosystems.NuGet) text = text.TrimStart('[').TrimEnd(']');
        if (text.AsSpan().IndexOfAny("|,*<>! $ ") >= 0 && !text.StartsWith("~> ", StringComparison.Ordinal)) return null;
        var number = text.TrimStart('^', '~', '=', '>', ' ', 'v').Split('.', '-', '+');
        if (!int.TryParse(number[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)) return null;
        // A date is no major version.
        if (major > 1900) return null;
        return major == 0 && ecosystem is PackageEcosystems.Cargo or PackageEcosystems.Npm && major == 0 ? number.Length > 1 && int.TryParse(number[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? $"0.{minor}" : null
            : major == 0 ? null : number[0];
    }

    private static string? Unbounded(string text) =>
        text.StartsWith('>') && text.AsSpan().IndexOfAny("<,|=~") is var mark && (mark < 0 || mark == 1 && text[1] == '=' && text.AsSpan(2).IndexOfAny("<,|~") < 0) ? text : null;
}

/// <summary>Orders versions by their numbers, whatever the ecosystem's finer rules.</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var (left, right) = ((x ?? "").Split('.', '-', '+'), (y ?? "").Split('.', '-', '+'));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var numbers = long.TryParse(left[i], NumberStyles.None, CultureInfo.InvariantCulture, out var a) & long.TryParse(right[i], NumberStyles.None, CultureInfo.InvariantCulture, out var b);
            var order = numbers ? a.CompareTo(b) : string.CompareOrdinal(left[i], right[i]);
            if (order != 0) return order;
        }
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(x, y);
    }
}

using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Librarian;

/// <summary>Modules that exist once for each major version of what they adapt: spring-boot3 and spring-boot4, rxjava2 and rxjava3.</summary>
internal static partial class NumberedModules
{
    /// <summary>Every manifest's folders have a number in their names that none of another group's has: the versions differ on purpose.</summary>
    /// <param name="groups">Paths of manifests, by major version.</param>
    public static bool Explain(IReadOnlyList<string[]> groups)
    {
        var numbers = groups.Select(paths => paths.Select(path => NumbersOf(path).ToHashSet(StringComparer.Ordinal)).ToArray()).ToArray();
        for (var i = 0; i < numbers.Length; i++)
        {
            var others = numbers.Where((_, other) => other != i).SelectMany(sets => sets).SelectMany(set => set).ToHashSet(StringComparer.Ordinal);
            if (!Array.TrueForAll(numbers[i], set => set.Any(number => !others.Contains(number)))) return false;
        }
        return true;
    }

    private static IEnumerable<string> NumbersOf(string path) => Numbered().Matches(path[..(path.LastIndexOf('/') + 1)]).Select(match => match.Groups["number"].Value);

    [GeneratedRegex(@"[A-Za-z][._-]?(?<number>\d{1,3})(?=[._/-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbered();
}

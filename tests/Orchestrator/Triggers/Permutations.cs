namespace Charterhouse.Orchestrator.Tests.Triggers;

/// <summary>Every order of some letters.</summary>
internal static class Permutations
{
    public static IEnumerable<char[]> Of(string letters) => letters.Length == 0 ? [[]]
        : letters.SelectMany((letter, i) => Of(letters.Remove(i, 1)).Select(rest => (char[])[letter, .. rest]));
}

using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Historian;

/// <summary>A pattern of CODEOWNERS.</summary>
/// <param name="Line">1-based.</param>
internal sealed record OwnerRule(string Pattern, int Line, IReadOnlyList<string> Owners, OwnerPattern Match);

/// <summary>Reads CODEOWNERS as GitHub does: the last pattern that matches wins, and one without owners takes them away. GitLab's sections are understood as far as their patterns.</summary>
internal static class CodeOwners
{
    private const int RuleLimit = 2_000;
    private static readonly string[] Places = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

    /// <summary>The file in effect; null when there is none, or only a part of it is known.</summary>
    public static (string Path, IReadOnlyList<OwnerRule> Rules)? Read(RepositoryFacts facts)
    {
        foreach (var place in Places)
        {
            if (facts.Excerpts.FirstOrDefault(file => file.Path == place) is not { } file) continue;
            return file.Truncated ? null : (place, Parse(file.Text));
        }
        return null;
    }

    /// <summary>The rules in their order.</summary>
    public static IReadOnlyList<OwnerRule> Parse(string text)
    {
        var rules = new List<OwnerRule>();
        string[] sectionOwners = [];
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.StartsWith('#') || line.Length == 0 || rules.Count == RuleLimit) continue;
            if (line.IndexOf(" #", StringComparison.Ordinal) is > 0 and var comment) line = line[..comment];
            var isSection = line.StartsWith('[') || line.StartsWith("^[", StringComparison.Ordinal);
            var words = (isSection ? line[(line.LastIndexOf(']') + 1)..] : line).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (isSection)
            {
                sectionOwners = words.Where(IsOwner).ToArray();
                continue;
            }
            // What GitHub does not read is skipped: ranges, negation, escapes.
            if (words[0].StartsWith('!') || words[0].AsSpan().IndexOfAny('[', ']', '\\') >= 0) continue;
            var owners = words.Skip(1).Where(IsOwner).ToArray();
            rules.Add(new OwnerRule(words[0], number, owners.Length > 0 ? owners : sectionOwners, new OwnerPattern(words[0])));
        }
        return rules;
    }

    private static bool IsOwner(string word) => word.Contains('@', StringComparison.Ordinal);
}

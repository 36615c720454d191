using System.Globalization;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Historian;

/// <summary>Holds CODEOWNERS against the tree.</summary>
internal static class OwnershipReader
{
    private const int Listed = 10;
    private const int DeadShown = 10;
    /// <summary>Comparisons of a pattern with a path: beyond, nothing is said, rather than for minutes.</summary>
    private const long WorkLimit = 20_000_000;

    /// <summary>The section, or null without a CODEOWNERS, and the findings.</summary>
    public static (OwnershipSection? Section, IReadOnlyList<Finding> Findings) Read(RepositoryFacts facts, SourceMap map, Func<FileFact, bool> isSource)
    {
        if (CodeOwners.Read(facts) is not { Rules.Count: > 0 } declared || (long)declared.Rules.Count * facts.Files.Count > WorkLimit) return (null, []);
        var matched = new bool[declared.Rules.Count];
        var owners = new Dictionary<string, long>(StringComparer.Ordinal);
        var modules = new SortedDictionary<string, (long Lines, long Owned)>(StringComparer.Ordinal);
        for (var index = 0; index < facts.Files.Count; index++)
        {
            var file = facts.Files[index];
            OwnerRule? last = null;
            for (var i = 0; i < matched.Length; i++)
            {
                if (!declared.Rules[i].Match.Matches(file.Path)) continue;
                matched[i] = true;
                last = declared.Rules[i];
            }
            if (!isSource(file)) continue;
            var lines = file.Code + file.Comment;
            var folder = map.Modules.FolderOf(map.Tree, index);
            var (all, owned) = modules.GetValueOrDefault(folder);
            modules[folder] = (all + lines, owned + (last is { Owners.Count: > 0 } ? lines : 0));
            foreach (var owner in last?.Owners.Distinct(StringComparer.Ordinal) ?? []) owners[owner] = owners.GetValueOrDefault(owner) + lines;
        }
        var section = new OwnershipSection(
            declared.Path, declared.Rules.Count, modules.Values.Sum(module => module.Lines), modules.Values.Sum(module => module.Owned),
            // An address is no handle and is shown to nobody.
            owners.Where(owner => owner.Key.StartsWith('@')).OrderByDescending(owner => owner.Value).ThenBy(owner => owner.Key, StringComparer.Ordinal).Take(Listed).Select(owner => new OwnerShare(owner.Key, owner.Value)).ToArray(),
            modules.Where(module => module.Value.Owned == 0).OrderByDescending(module => module.Value.Lines).ThenBy(module => module.Key, StringComparer.Ordinal).Take(Listed).Select(module => module.Key).ToArray());
        var dead = declared.Rules.Where((_, i) => !matched[i]).DistinctBy(rule => rule.Pattern, StringComparer.Ordinal).Take(DeadShown).Select(rule =>
            Findings.Make(HistorianAgent.Name, "ownership/pattern-dead", Severities.Low, "A pattern of CODEOWNERS matches nothing", declared.Path,
                $"{rule.Pattern} at {declared.Path}:{rule.Line.ToString(CultureInfo.InvariantCulture)} matches no file of the tree.", "Correct the path, or remove the line.", rule.Line, rule.Pattern));
        return (section, dead.ToArray());
    }
}

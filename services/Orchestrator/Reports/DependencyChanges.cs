using Charterhouse.Contracts.Charters;
using static Charterhouse.Orchestrator.Reports.CharterWords;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What became of the dependencies between two versions, as sentences. Where they stand in their files is not compared.</summary>
internal static class DependencyChanges
{
    private const string NoVersion = "no version";

    /// <summary>Adds the sentences: what came, what went, what is another version, what nothing holds any more; images and actions after packages.</summary>
    public static void Add(List<string> changes, DependenciesSection before, DependenciesSection after)
    {
        Packages(changes, before, after);
        Figures(changes, before.Ecosystems, after.Ecosystems);
        // An image or action is used in several places and versions, and a full list may leave some out.
        if (before.Images.Count < DependenciesSection.ListLimit && after.Images.Count < DependenciesSection.ListLimit)
            Versions(changes, "image", before.Images.Select(image => NameAndTag(image.Image)), after.Images.Select(image => NameAndTag(image.Image)));
        if (before.Actions.Count < DependenciesSection.ListLimit && after.Actions.Count < DependenciesSection.ListLimit)
            Versions(changes, "action", before.Actions.Select(action => (action.Action, action.Reference)), after.Actions.Select(action => (action.Action, action.Reference)));
    }

    private static void Packages(List<string> changes, DependenciesSection before, DependenciesSection after)
    {
        var (old, now) = (ByName(before.Direct), ByName(after.Direct));
        // A list that was cut may lack a package that is there.
        if (before.DirectCount == before.Direct.Count && after.DirectCount == after.Direct.Count)
        {
            CharterDiff.Add(changes, "New dependencies: ", now.Where(one => !old.ContainsKey(one.Key)).Select(one => Named(one.Value)));
            CharterDiff.Add(changes, "Dependencies that are gone: ", old.Where(one => !now.ContainsKey(one.Key)).Select(one => $"{one.Value.Name} ({one.Value.Ecosystem})"));
        }
        else if (before.DirectCount != after.DirectCount) changes.Add($"Direct dependencies went from {Number(before.DirectCount)} to {Number(after.DirectCount)}.");
        var both = now.Where(one => old.ContainsKey(one.Key)).Select(one => (Before: old[one.Key], After: one.Value)).ToArray();
        CharterDiff.Add(changes, "Dependencies in another version: ", both.Select(Moved).OfType<string>());
        // What floated unsaid before is an older program's charter, not a change of the repository.
        CharterDiff.Add(changes, "Newly floating: ", both.Where(one => one.After.Floating is not null && one.Before.Floating is null && Held(one.Before) != Held(one.After))
            .Select(one => one.After).Concat(now.Where(one => !old.ContainsKey(one.Key) && before.DirectCount == before.Direct.Count).Select(one => one.Value).Where(one => one.Floating is not null))
            .Select(one => $"{one.Name} ({one.Ecosystem}: {one.Floating})"));
    }

    private static (string?, string?) Held(DirectDependency one) => (one.Requirement, one.Locked);

    private static Dictionary<(string, string), DirectDependency> ByName(IReadOnlyList<DirectDependency> direct) =>
        direct.OrderBy(one => one.Ecosystem, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal).DistinctBy(one => (one.Ecosystem, one.Name)).ToDictionary(one => (one.Ecosystem, one.Name));

    private static string Named(DirectDependency one) => $"{one.Name} {one.Locked ?? one.Requirement ?? NoVersion} ({one.Ecosystem})";

    /// <summary>The locked versions where both have one and it moved, otherwise the requirements.</summary>
    private static string? Moved((DirectDependency Before, DirectDependency After) one)
    {
        var (before, after) = one;
        if (before.Locked is not null && after.Locked is not null && before.Locked != after.Locked) return $"{after.Name} {before.Locked} → {after.Locked}";
        return before.Requirement == after.Requirement ? null : $"{after.Name} {before.Requirement ?? NoVersion} → {after.Requirement ?? NoVersion}";
    }

    private static void Figures(List<string> changes, IReadOnlyList<EcosystemDependencies> before, IReadOnlyList<EcosystemDependencies> after)
    {
        var both = after.Join(before, one => one.Name, one => one.Name, (now, was) => (Was: was, Now: now), StringComparer.Ordinal).ToArray();
        CharterDiff.Add(changes, "Development dependencies: ", both.Where(one => one.Was.Development != one.Now.Development).Select(one => $"{one.Now.Name} {Number(one.Was.Development)} → {Number(one.Now.Development)}"));
        CharterDiff.Add(changes, "Locked packages: ", both.Where(one => one.Was.Locked != one.Now.Locked).Select(one => $"{one.Now.Name} {Locked(one.Was)} → {Locked(one.Now)}"));
    }

    private static string Locked(EcosystemDependencies one) => one.Locked is { } count ? Number(count) : "no lock file";

    private static void Versions(List<string> changes, string what, IEnumerable<(string Name, string Version)> before, IEnumerable<(string Name, string Version)> after)
    {
        var (old, now) = (ByName(before), ByName(after));
        CharterDiff.Add(changes, $"New {what}s: ", now.Keys.Where(name => !old.ContainsKey(name)).Select(name => (name + " " + now[name]).TrimEnd()));
        CharterDiff.Add(changes, $"{char.ToUpperInvariant(what[0])}{what[1..]}s that are gone: ", old.Keys.Where(name => !now.ContainsKey(name)));
        CharterDiff.Add(changes, $"{char.ToUpperInvariant(what[0])}{what[1..]}s in another version: ", now.Where(one => old.TryGetValue(one.Key, out var was) && was != one.Value)
            .Select(one => $"{one.Key} {(old[one.Key].Length == 0 ? NoVersion : old[one.Key])} → {(one.Value.Length == 0 ? NoVersion : one.Value)}"));

        static SortedDictionary<string, string> ByName(IEnumerable<(string Name, string Version)> uses) =>
            new(uses.GroupBy(use => use.Name, StringComparer.Ordinal).ToDictionary(
                group => group.Key, group => string.Join(" and ", group.Select(use => Short(use.Version)).Where(version => version.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)), StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>The tag, or the digest, may follow a registry with a port.</summary>
    private static (string Name, string Version) NameAndTag(string image)
    {
        var digest = image.IndexOf('@', StringComparison.Ordinal);
        var colon = image.IndexOf(':', image.LastIndexOf('/', digest < 0 ? image.Length - 1 : digest) + 1);
        var end = digest < 0 ? colon : colon < 0 ? digest : Math.Min(colon, digest);
        return end < 0 ? (image, "") : (image[..end], image[(end + 1)..]);
    }

    /// <summary>Digests and commits as far as a person reads them.</summary>
    private static string Short(string version)
    {
        var at = version.IndexOf("sha256:", StringComparison.Ordinal);
        if (at >= 0 && version.Length > at + 19) return version[..(at + 19)];
        return version.Length == 40 && version.All(char.IsAsciiHexDigit) ? version[..10] : version;
    }
}

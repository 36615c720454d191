using System.Globalization;
using Charterhouse.Contracts.Charters;
using static Charterhouse.Orchestrator.Reports.CharterWords;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>What became of the modules, their layers and circles, and of the places where programs begin, as sentences. Figures that move with every commit are not compared.</summary>
internal static class StructureChanges
{
    private const int CirclesTold = 3;
    private const int MembersTold = 4;

    /// <summary>Modules that came, went, moved or were renamed; what depends on what; layers; circles.</summary>
    public static void Add(List<string> changes, StructureSection before, StructureSection after)
    {
        Circles(changes, before.Cycles, after.Cycles);
        // A list that was cut may lack a module that is there.
        if (before.ModuleCount != before.Modules.Count || after.ModuleCount != after.Modules.Count)
        {
            if (before.ModuleCount != after.ModuleCount) changes.Add($"Modules went from {Number(before.ModuleCount)} to {Number(after.ModuleCount)}.");
            return;
        }
        var (old, now) = (before.Modules.ToDictionary(module => module.Path, StringComparer.Ordinal), after.Modules.ToDictionary(module => module.Path, StringComparer.Ordinal));
        var (gone, come) = (before.Modules.Where(module => !now.ContainsKey(module.Path)).ToList(), after.Modules.Where(module => !old.ContainsKey(module.Path)).ToList());
        // The same name in another folder is the same module.
        var moved = gone.Join(come, module => module.Name, module => module.Name, (was, has) => (Was: was, Has: has), StringComparer.Ordinal)
            .Where(pair => gone.Count(one => one.Name == pair.Was.Name) == 1 && come.Count(one => one.Name == pair.Has.Name) == 1).ToArray();
        CharterDiff.Add(changes, "New modules: ", come.Except(moved.Select(pair => pair.Has)).Select(Named));
        CharterDiff.Add(changes, "Modules that are gone: ", gone.Except(moved.Select(pair => pair.Was)).Select(Named));
        CharterDiff.Add(changes, "Modules that moved: ", moved.Select(pair => $"{pair.Has.Name} from {Place(pair.Was)} to {Place(pair.Has)}"));
        var both = after.Modules.Where(module => old.ContainsKey(module.Path)).Select(module => (Was: old[module.Path], Has: module)).Concat(moved).ToArray();
        CharterDiff.Add(changes, "Modules with another name: ", both.Where(pair => pair.Was.Name != pair.Has.Name).Select(pair => $"{pair.Was.Name} → {pair.Has.Name}"));
        // By today's names, and only between modules that both have: what came or went brings and takes its own.
        var today = both.ToDictionary(pair => pair.Was.Name, pair => pair.Has.Name, StringComparer.Ordinal);
        var known = today.Values.ToHashSet(StringComparer.Ordinal);
        var uses = both.SelectMany(pair => pair.Has.DependsOn.Where(known.Contains).Select(to => $"{pair.Has.Name} → {to}")).ToArray();
        var used = both.SelectMany(pair => pair.Was.DependsOn.Where(today.ContainsKey).Select(to => $"{pair.Has.Name} → {today[to]}")).ToArray();
        CharterDiff.Add(changes, "New dependencies between modules: ", uses.Except(used, StringComparer.Ordinal));
        CharterDiff.Add(changes, "Dependencies between modules that are gone: ", used.Except(uses, StringComparer.Ordinal));
        var (lay, lie) = (LayerOf(before), LayerOf(after));
        CharterDiff.Add(changes, "Modules in another layer: ", both.Where(pair => lay.GetValueOrDefault(pair.Was.Name) is > 0 and var was && lie.GetValueOrDefault(pair.Has.Name) is > 0 and var has && was != has)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Has.Name} {lay[pair.Was.Name]} → {lie[pair.Has.Name]}")));
    }

    /// <summary>Places where programs begin that came, went, moved or are described otherwise.</summary>
    public static void Add(List<string> changes, EntryPointsSection before, EntryPointsSection after)
    {
        if (before.Count != before.Points.Count || after.Count != after.Points.Count)
        {
            if (before.Count != after.Count) changes.Add($"Entry points went from {Number(before.Count)} to {Number(after.Count)}.");
            return;
        }
        var (gone, come) = (Missing(before, after), Missing(after, before));
        var moved = gone.Join(come, one => (one.Kind, one.Name), one => (one.Kind, one.Name), (was, has) => (Was: was, Has: has))
            .Where(pair => gone.Count(one => (one.Kind, one.Name) == (pair.Was.Kind, pair.Was.Name)) == 1 && come.Count(one => (one.Kind, one.Name) == (pair.Has.Kind, pair.Has.Name)) == 1).ToArray();
        CharterDiff.Add(changes, "New entry points: ", come.Except(moved.Select(pair => pair.Has)).Select(Named));
        CharterDiff.Add(changes, "Entry points that are gone: ", gone.Except(moved.Select(pair => pair.Was)).Select(Named));
        CharterDiff.Add(changes, "Entry points that moved: ", moved.Select(pair => $"{pair.Has.Name} from {pair.Was.Path} to {pair.Has.Path}"));
        var details = before.Points.DistinctBy(Key).ToDictionary(Key, point => point.Detail);
        CharterDiff.Add(changes, "Entry points that do something else: ", after.Points.Where(point => details.TryGetValue(Key(point), out var was) && was != point.Detail)
            .Select(point => $"{point.Name} ({details[Key(point)] ?? "nothing said"} → {point.Detail ?? "nothing said"})"));
    }

    private static void Circles(List<string> changes, IReadOnlyList<DependencyCycle> before, IReadOnlyList<DependencyCycle> after)
    {
        var (gone, come) = (Unmatched(before, after), Unmatched(after, before));
        foreach (var circle in come.Take(CirclesTold))
        {
            // What shares a dependency both ways is the old circle with other members.
            var old = gone.Find(one => one.Members.Intersect(circle.Members, StringComparer.Ordinal).Count() >= 2);
            if (old is null)
            {
                changes.Add($"A circle appeared: {Names(circle.Members)} depend on each other.");
                continue;
            }
            gone.Remove(old);
            var (joined, left) = (circle.Members.Except(old.Members, StringComparer.Ordinal).ToArray(), old.Members.Except(circle.Members, StringComparer.Ordinal).ToArray());
            changes.Add($"The circle of {Names(old.Members)} changed: {string.Join(", ", new[] { joined.Length > 0 ? Names(joined) + " joined" : null, left.Length > 0 ? Names(left) + " left" : null }.OfType<string>())}.");
        }
        if (come.Count > CirclesTold) changes.Add($"{Count(come.Count - CirclesTold, "other circle")} appeared or changed.");
        foreach (var circle in gone.Take(CirclesTold)) changes.Add($"A circle is gone: {Names(circle.Members)} no longer all depend on each other.");
        if (gone.Count > CirclesTold) changes.Add($"{Count(gone.Count - CirclesTold, "other circle")} {(gone.Count - CirclesTold == 1 ? "is" : "are")} gone.");
    }

    private static List<DependencyCycle> Unmatched(IReadOnlyList<DependencyCycle> circles, IReadOnlyList<DependencyCycle> others) =>
        circles.Where(circle => !others.Any(other => other.Members.ToHashSet(StringComparer.Ordinal).SetEquals(circle.Members))).ToList();

    private static Dictionary<string, int> LayerOf(StructureSection section) =>
        section.Layers.SelectMany((layer, i) => layer.Select(name => (name, Layer: i + 1))).DistinctBy(one => one.name, StringComparer.Ordinal).ToDictionary(one => one.name, one => one.Layer, StringComparer.Ordinal);

    private static List<EntryPoint> Missing(EntryPointsSection from, EntryPointsSection other)
    {
        var keys = other.Points.Select(Key).ToHashSet();
        return from.Points.Where(point => !keys.Contains(Key(point))).DistinctBy(Key).ToList();
    }

    private static (string Kind, string Name, string Path) Key(EntryPoint point) => (point.Kind, point.Name, point.Path);

    private static string Named(EntryPoint point) => $"{point.Kind} {point.Name} ({point.Path})";

    private static string Named(ModuleRow module) => module.Name == Place(module) ? module.Name : $"{module.Name} ({Place(module)})";

    private static string Place(ModuleRow module) => module.Path.Length == 0 ? "the top" : module.Path;

    private static string Names(IReadOnlyList<string> names) =>
        names.Count == 1 ? names[0] : names.Count <= MembersTold ? string.Join(", ", names.SkipLast(1)) + " and " + names[^1] : string.Join(", ", names.Take(MembersTold)) + $" and {names.Count - MembersTold} more";
}

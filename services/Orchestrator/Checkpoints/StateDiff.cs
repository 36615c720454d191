using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Orchestrator.Checkpoints;

/// <summary>Compares two states: objects member by member, arrays item by item, the rest by canonical value.</summary>
internal static class StateDiff
{
    public static IReadOnlyList<StateDifference> Compare(IReadOnlyDictionary<string, JsonElement> before, IReadOnlyDictionary<string, JsonElement> after)
    {
        var differences = new List<StateDifference>();
        foreach (var channel in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Compare("/" + Escape(channel), Get(before, channel), Get(after, channel), differences);
        return differences;
    }

    private static void Compare(string pointer, JsonElement? before, JsonElement? after, List<StateDifference> differences)
    {
        switch (before, after)
        {
            case (null, null):
                break;
            case (null, { } added):
                differences.Add(new StateDifference(pointer, "added", null, added));
                break;
            case ({ } removed, null):
                differences.Add(new StateDifference(pointer, "removed", removed, null));
                break;
            case ({ ValueKind: JsonValueKind.Object } left, { ValueKind: JsonValueKind.Object } right):
                foreach (var name in Names(left).Union(Names(right), StringComparer.Ordinal).Order(StringComparer.Ordinal))
                    Compare($"{pointer}/{Escape(name)}", Get(left, name), Get(right, name), differences);
                break;
            case ({ ValueKind: JsonValueKind.Array } left, { ValueKind: JsonValueKind.Array } right):
                for (var i = 0; i < Math.Max(left.GetArrayLength(), right.GetArrayLength()); i++)
                    Compare($"{pointer}/{i}", Get(left, i), Get(right, i), differences);
                break;
            case ({ } left, { } right):
                if (CanonicalJson.WriteText(left) != CanonicalJson.WriteText(right))
                    differences.Add(new StateDifference(pointer, "changed", left, right));
                break;
        }
    }

    private static JsonElement? Get(IReadOnlyDictionary<string, JsonElement> state, string channel) => state.TryGetValue(channel, out var value) ? value : null;

    private static JsonElement? Get(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement? Get(JsonElement parent, int index) => index < parent.GetArrayLength() ? parent[index] : null;

    private static IEnumerable<string> Names(JsonElement value) => value.EnumerateObject().Select(member => member.Name);

    private static string Escape(string part) => part.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

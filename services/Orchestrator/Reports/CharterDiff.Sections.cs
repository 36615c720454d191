using System.Globalization;
using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>Sections that nothing here compares in its own words, those of later versions among them: which of their members changed.</summary>
public static partial class CharterDiff
{
    private const int MembersNamed = 4;
    private const int LongestValue = 40;

    // Identity repeats what stands at the head of the charter, security what the findings say; what counts the history moves with every commit.
    private static readonly HashSet<string> ComparedInWords = new(StringComparer.Ordinal)
    {
        SectionNames.Identity, SectionNames.Licence, SectionNames.Purpose, SectionNames.Documentation, SectionNames.Activity, SectionNames.Languages, SectionNames.BusFactor, SectionNames.Contributors,
        SectionNames.Hotspots, SectionNames.Intent, SectionNames.Settings, SectionNames.CoChange, SectionNames.ModulePeople, SectionNames.Releases, SectionNames.Connections, SectionNames.Dependencies, SectionNames.Security,
    };

    // That a repository has them at all is news.
    private static readonly HashSet<string> ToldWhenNew = new(StringComparer.Ordinal) { SectionNames.Structure, SectionNames.EntryPoints, SectionNames.Tests, SectionNames.Ci, SectionNames.StaleAreas };

    private static void OtherSections(List<string> changes, CharterDocument previous, CharterDocument current)
    {
        var before = previous.Sections.ToDictionary(StringComparer.Ordinal);
        var after = current.Sections.ToDictionary(StringComparer.Ordinal);
        // A partial charter lacks sections because steps did not run.
        if (!previous.Partial && !current.Partial)
        {
            Add(changes, "New sections: ", after.Keys.Except(before.Keys, StringComparer.Ordinal).Except(ComparedInWords, StringComparer.Ordinal).Select(Words));
            Add(changes, "Sections that are gone: ", before.Keys.Except(after.Keys, StringComparer.Ordinal).Except(ComparedInWords, StringComparer.Ordinal).Select(Words));
        }
        foreach (var (name, now) in current.Sections)
        {
            if (ComparedInWords.Contains(name) || ToldWhenNew.Contains(name) || !before.TryGetValue(name, out var was) || Same(was, now)) continue;
            var members = Members(was, now).ToArray();
            changes.Add($"The section {Words(name)} changed" + (members.Length == 0 ? "." : ": " + string.Join(", ", members.Take(MembersNamed)) + (members.Length > MembersNamed ? $" and {members.Length - MembersNamed} more." : ".")));
        }
    }

    private static IEnumerable<string> Members(JsonElement before, JsonElement after)
    {
        if (before.ValueKind == JsonValueKind.Array && after.ValueKind == JsonValueKind.Array)
        {
            if (before.GetArrayLength() != after.GetArrayLength()) yield return Counts("entries", before, after);
            yield break;
        }
        if (before.ValueKind != JsonValueKind.Object || after.ValueKind != JsonValueKind.Object) yield break;
        foreach (var member in after.EnumerateObject())
        {
            // A member that one of the two does not have is this program's change, not the repository's.
            if (!before.TryGetProperty(member.Name, out var was) || Same(was, member.Value)) continue;
            var name = Words(member.Name);
            if (was.ValueKind == JsonValueKind.Array && member.Value.ValueKind == JsonValueKind.Array) yield return was.GetArrayLength() == member.Value.GetArrayLength() ? name : Counts(name, was, member.Value);
            else yield return Value(was) is { } from && Value(member.Value) is { } to ? $"{name} {from} → {to}" : name;
        }
    }

    private static bool Same(JsonElement one, JsonElement other) => CanonicalJson.Write(one).AsSpan().SequenceEqual(CanonicalJson.Write(other));

    private static string Counts(string name, JsonElement before, JsonElement after) => string.Create(CultureInfo.InvariantCulture, $"{name} {before.GetArrayLength()} → {after.GetArrayLength()}");

    private static string Words(string name) => name.Replace('_', ' ');

    // What fits into a sentence; the rest is named only.
    private static string? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "none",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.String when value.GetString() is { Length: > 0 and <= LongestValue } text => text,
        _ => null,
    };
}

using System.Text.Json;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>What sync and scan noted for the reader.</summary>
internal static class RunNotes
{
    public static List<string> Of(IReadOnlyDictionary<string, JsonElement> state)
    {
        var notes = new List<string>();
        foreach (var channel in new[] { Channels.Context, Channels.Facts })
        {
            if (state.TryGetValue(channel, out var value) && value.ValueKind == JsonValueKind.Object
                && value.TryGetProperty("notes", out var list) && list.ValueKind == JsonValueKind.Array)
                notes.AddRange(list.EnumerateArray().Where(note => note.ValueKind == JsonValueKind.String).Select(note => note.GetString()!));
        }
        return notes;
    }
}

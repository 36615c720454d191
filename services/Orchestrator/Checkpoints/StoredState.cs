using System.Text.Json;

namespace Charterhouse.Orchestrator.Checkpoints;

/// <summary>The channels' values at a checkpoint, as read or as just computed.</summary>
/// <param name="Channels">Value by channel.</param>
/// <param name="Changes">By channel: how many stored rows make its value. Says when a whole value is due.</param>
internal sealed record StoredState(IReadOnlyDictionary<string, JsonElement> Channels, IReadOnlyDictionary<string, int> Changes)
{
    /// <summary>Before the input.</summary>
    public static StoredState Empty { get; } = new(new Dictionary<string, JsonElement>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
}

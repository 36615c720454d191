using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents;

/// <summary>What an agent writes: sections by name, and findings.</summary>
internal sealed record AgentResult(IReadOnlyList<KeyValuePair<string, JsonElement>> Sections, IReadOnlyList<Finding> Findings)
{
    /// <summary>A section as a member of the <c>sections</c> channel.</summary>
    public static KeyValuePair<string, JsonElement> Section<T>(string name, T value) => new(name, CanonicalJson.ToElement(value));

    /// <summary>The channels' values.</summary>
    public IReadOnlyDictionary<string, JsonElement> ToWrites() => new Dictionary<string, JsonElement>(StringComparer.Ordinal)
    {
        [Channels.Sections] = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement>(Sections, StringComparer.Ordinal)),
        [Channels.Findings] = CanonicalJson.ToElement(Findings),
    };
}

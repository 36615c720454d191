using System.Text.Json;
using Charterhouse.Agents.Settings;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Agents;

/// <summary>What an agent writes: sections by name, and findings.</summary>
internal sealed record AgentResult(IReadOnlyList<KeyValuePair<string, JsonElement>> Sections, IReadOnlyList<Finding> Findings)
{
    /// <summary>A section as a member of the <c>sections</c> channel.</summary>
    public static KeyValuePair<string, JsonElement> Section<T>(string name, T value) => new(name, CanonicalJson.ToElement(value));

    /// <summary>
    /// The result under the repository's settings. Every agent says that it ran (a finding that nobody looked for is not fixed), and says the
    /// same of the settings, so that it does not matter which agents a workflow has.
    /// </summary>
    /// <param name="kind">The step's kind.</param>
    public AgentResult Tuned(string kind, RepositorySettings settings) => new(
        [
            .. Sections,
            .. settings.Section is { } section ? [Section(SectionNames.Settings, section)] : Array.Empty<KeyValuePair<string, JsonElement>>(),
            Section(kind, true),
            Section(SectionNames.AgentPrefix + RepositorySettings.Agent, true),
        ],
        [.. Findings.Concat(settings.Problems).Select(settings.Apply)]);

    /// <summary>The channels' values.</summary>
    public IReadOnlyDictionary<string, JsonElement> ToWrites() => new Dictionary<string, JsonElement>(StringComparer.Ordinal)
    {
        [Channels.Sections] = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement>(Sections, StringComparer.Ordinal)),
        [Channels.Findings] = CanonicalJson.ToElement(Findings),
    };
}

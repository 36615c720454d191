using System.Text.Json;
using System.Text.Json.Serialization;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Engine;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>The stored form of the engine's control record.</summary>
internal static class ControlRecord
{
    private static readonly JsonSerializerOptions Options = new(CanonicalJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Write(RunControl control) => JsonSerializer.Serialize(control, Options);

    public static RunControl Read(string text) =>
        JsonSerializer.Deserialize<RunControl>(text, Options) ?? throw new InvalidDataException("runs.control is empty");
}

using System.Text.Json;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>Decodes what may be absent, partial or of another version.</summary>
internal static class TolerantJson
{
    /// <summary>The value, or its type's default when the element does not have the shape.</summary>
    public static T? Read<T>(JsonElement element)
    {
        try
        {
            return element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? default : element.Deserialize<T>(CanonicalJson.Options);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}

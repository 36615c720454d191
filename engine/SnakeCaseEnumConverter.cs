using System.Text.Json;
using System.Text.Json.Serialization;

namespace Charterhouse.Engine;

/// <summary>Stored controls and changes name their phases, so that a new member in the middle of an enum changes no old row.</summary>
internal sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

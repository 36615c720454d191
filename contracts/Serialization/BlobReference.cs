using System.Text.Json;

namespace Charterhouse.Contracts.Serialization;

/// <summary>Stands in a channel for a value that is kept in <c>blobs</c>: <c>{"$blob": "&lt;sha256&gt;", "bytes": n}</c>.</summary>
/// <param name="Sha256">Lower-case hex of the content's SHA-256.</param>
/// <param name="Bytes">The content's size.</param>
public sealed record BlobReference(string Sha256, long Bytes)
{
    /// <summary>The reference in an element, or null when the element is none.</summary>
    public static BlobReference? TryRead(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("$blob", out var sha) && sha.ValueKind == JsonValueKind.String
        && element.TryGetProperty("bytes", out var bytes) && bytes.TryGetInt64(out var size)
            ? new BlobReference(sha.GetString()!, size)
            : null;

    /// <summary>The element form, with further members beside the reference when given.</summary>
    public JsonElement ToElement(IEnumerable<KeyValuePair<string, JsonElement>>? more = null)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["$blob"] = JsonSerializer.SerializeToElement(Sha256),
            ["bytes"] = JsonSerializer.SerializeToElement(Bytes),
        };
        foreach (var (name, value) in more ?? []) members[name] = value;
        return JsonSerializer.SerializeToElement(members);
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Charterhouse.Engine;

/// <summary>Arrays appended and objects merged, always to the same bytes.</summary>
internal static class JsonCombining
{
    private const int MaxDepth = 256;

    /// <summary>The items of both; what is no array (nothing, null) has none.</summary>
    public static JsonElement Append(JsonElement? current, JsonElement items) => Write(writer =>
    {
        writer.WriteStartArray();
        if (current is { ValueKind: JsonValueKind.Array } array)
        {
            foreach (var item in array.EnumerateArray()) item.WriteTo(writer);
        }
        foreach (var item in items.EnumerateArray()) item.WriteTo(writer);
        writer.WriteEndArray();
    });

    /// <summary>The members of both, the later value winning in the earlier one's place.</summary>
    public static JsonElement Merge(JsonElement? current, JsonElement members) => Write(writer =>
    {
        List<string> order = [];
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        Take(current is { ValueKind: JsonValueKind.Object } there ? there : null, order, values);
        Take(members, order, values);
        writer.WriteStartObject();
        foreach (var name in order)
        {
            writer.WritePropertyName(name);
            values[name].WriteTo(writer);
        }
        writer.WriteEndObject();
    });

    /// <summary>A change that adds nothing.</summary>
    public static bool IsEmpty(ChannelChange change) => change.Kind switch
    {
        ChangeKind.Append => change.Value.GetArrayLength() == 0,
        ChangeKind.Merge => change.Value.GetPropertyCount() == 0,
        _ => false,
    };

    private static void Take(JsonElement? source, List<string> order, Dictionary<string, JsonElement> values)
    {
        if (source is not { } members) return;
        foreach (var member in members.EnumerateObject())
        {
            if (!values.ContainsKey(member.Name)) order.Add(member.Name);
            values[member.Name] = member.Value;
        }
    }

    private static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // Text as it is: an escape would make the same value longer each time that it is stored.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth }))
            write(writer);
        using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return document.RootElement.Clone();
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Charterhouse.Ingest.Webhooks;

/// <summary>Reads payloads so that no other reader could understand them differently: UTF-8, one object, no member twice, numbers that are numbers.</summary>
internal static class StrictJson
{
    /// <summary>Objects and arrays in each other.</summary>
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>The document, or what is wrong with it.</summary>
    public static (JsonDocument? Document, string? Problem) Parse(ReadOnlyMemory<byte> body)
    {
        body = WithoutMark(body);
        if (body.IsEmpty) return (null, "is empty");
        if (!Utf8.IsValid(body.Span)) return (null, "is not UTF-8");
        try
        {
            if (!HasNumbersOnly(body.Span)) return (null, "holds a number that is too large for any");
            var document = JsonDocument.Parse(body, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return (document, null);
            document.Dispose();
            return (null, "is no JSON object");
        }
        catch (JsonException problem)
        {
            return (null, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"is not valid JSON (line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}), or too deep, or has a member twice"));
        }
    }

    /// <summary>The body as text; null when it is no UTF-8.</summary>
    public static string? Text(ReadOnlyMemory<byte> body) => Utf8.IsValid(body.Span) ? Encoding.UTF8.GetString(WithoutMark(body).Span) : null;

    /// <summary>Without a byte order mark, which JSON does not have and some senders write (RFC 8259, section 8.1, lets a reader pass over it).</summary>
    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) => body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;

    private static bool HasNumbersOnly(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && !(reader.TryGetDouble(out var number) && double.IsFinite(number))) return false;
        }
        return true;
    }
}

using System.Text;
using System.Text.Json;

namespace Charterhouse.Agents.Formats;

/// <summary>The scalars of a JSON text; comments and trailing commas are let pass.</summary>
internal static class JsonScalars
{
    private const int Depth = 400;

    /// <summary>Gives every scalar to the reader.</summary>
    /// <exception cref="MalformedException">It is no JSON object.</exception>
    public static void Read(string text, ScalarReader reader)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            var json = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = Depth });
            Read(ref json, bytes, reader);
        }
        catch (JsonException e)
        {
            throw new MalformedException((int)Math.Min(int.MaxValue - 1, e.LineNumber ?? -1) + 1, bytes.AsSpan().Trim(" \t\r\n"u8).IsEmpty ? "it is empty" : "it is not JSON", e);
        }
        catch (InvalidOperationException e)
        {
            // A string that is no valid UTF-16, such as a lone surrogate's escape.
            throw new MalformedException(0, "it holds an invalid string", e);
        }
    }

    private static void Read(ref Utf8JsonReader json, byte[] bytes, ScalarReader reader)
    {
        var path = new string[Depth + 2];
        var indexes = new int[Depth + 2];
        int line = 1, counted = 0;
        while (json.Read())
        {
            var depth = json.CurrentDepth;
            if (depth == 0 && json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject)) throw new MalformedException(1, "it is not a JSON object");
            if (json.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) continue;
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                path[depth - 1] = json.GetString()!;
                indexes[depth - 1] = -1;
                continue;
            }
            if (depth > 0 && indexes[depth - 1] >= 0) path[depth - 1] = Index(indexes[depth - 1]++);
            if (json.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                indexes[depth] = json.TokenType == JsonTokenType.StartArray ? 0 : -1;
                continue;
            }
            if (json.TokenType == JsonTokenType.Null) continue;
            var start = (int)json.TokenStartIndex;
            line += bytes.AsSpan(counted, start - counted).Count((byte)'\n');
            counted = start;
            reader(path.AsSpan(0, depth), json.TokenType == JsonTokenType.String ? json.GetString()! : Encoding.UTF8.GetString(json.ValueSpan), line);
        }
    }

    internal static string Index(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

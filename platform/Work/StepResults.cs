using System.Text;
using System.Text.Json;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Platform.Work;

/// <summary>What leaves a handler, made fit for tables and messages.</summary>
internal static class StepResults
{
    /// <summary>A value above this goes to the blob store and a reference in its place.</summary>
    public const int LargestInline = 64 * 1024;
    /// <summary>All values of a result together.</summary>
    public const int LargestResult = 8 * 1024 * 1024;

    /// <summary>Sanitised writes, the large ones as references.</summary>
    /// <exception cref="StepFailedException">The result is too big or names a channel that its kind does not write.</exception>
    public static async Task<IReadOnlyDictionary<string, JsonElement>> PrepareAsync(
        StepKind kind, IReadOnlyDictionary<string, JsonElement> writes, IBlobStore blobs, CancellationToken cancellationToken)
    {
        long total = 0;
        var texts = new List<(string Channel, string Text)>(writes.Count);
        foreach (var (channel, value) in writes)
        {
            if (!kind.Writes.Contains(channel, StringComparer.Ordinal))
                throw StepFailedException.Permanent("undeclared_write", $"the step kind {kind.Name} wrote the channel '{channel}', which is not among those it may write", null);
            var text = Sanitise(value.GetRawText());
            total += Encoding.UTF8.GetByteCount(text);
            texts.Add((channel, text));
        }
        if (total > LargestResult)
            throw StepFailedException.Permanent("result_too_large", $"the step's result has {total} bytes, the limit is {LargestResult}", "Let the step put its data into the blob store and return a reference.");

        var prepared = new Dictionary<string, JsonElement>(texts.Count, StringComparer.Ordinal);
        foreach (var (channel, text) in texts)
        {
            prepared[channel] = Encoding.UTF8.GetByteCount(text) > LargestInline
                ? (await blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancellationToken)).ToElement()
                : Parse(text);
        }
        return prepared;
    }

    private static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>
    /// Without U+0000 and lone surrogates, which PostgreSQL's jsonb and strict decoders refuse. In JSON text both can only stand as escapes;
    /// a value without a backslash comes back as it is.
    /// </summary>
    public static string Sanitise(string json)
    {
        if (!json.Contains("\\u", StringComparison.Ordinal)) return json;
        var clean = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\')
            {
                clean.Append(json[i]);
                continue;
            }
            if (Unit(json, i) is not { } unit)
            {
                clean.Append(json, i, 2); // another escape; its second character must not be taken for a first
                i++;
            }
            else if (char.IsHighSurrogate(unit) && Unit(json, i + 6) is { } low && char.IsLowSurrogate(low))
            {
                clean.Append(json, i, 12);
                i += 11;
            }
            else
            {
                if (unit != '\0' && !char.IsSurrogate(unit)) clean.Append(json, i, 6);
                i += 5;
            }
        }
        return clean.ToString();
    }

    private static char? Unit(string json, int at) =>
        at + 6 <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(json.AsSpan(at + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit)
            ? (char)unit
            : null;
}

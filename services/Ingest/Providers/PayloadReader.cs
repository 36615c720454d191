using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Charterhouse.Platform.Git;

namespace Charterhouse.Ingest.Providers;

/// <summary>Reads single values out of a payload. Whatever is missing, of another type or not in its form is null.</summary>
internal static partial class PayloadReader
{
    private const int LongestText = 300;

    /// <summary>The element at a path of member names.</summary>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }
        return element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : element;
    }

    /// <summary>A line for people: cut, and without control characters.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.String } value ? Line(Raw(value)) : null;

    /// <summary>A text of any length and with its lines, as it came.</summary>
    public static string? Whole(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.String } value ? Raw(value) : null;

    /// <summary>A whole number.</summary>
    public static long? Number(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= 0 ? number : null;

    /// <summary>True, or anything else.</summary>
    public static bool Is(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.True };

    /// <summary>The members of an array; none where there is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : Enumerable.Empty<JsonElement>();

    /// <summary>A commit's id; null for the zeros that stand for none.</summary>
    public static string? Sha(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } value ? AsSha(Raw(value)) : null;

    /// <inheritdoc cref="Sha"/>
    public static string? AsSha(string? text) => text is not null && Hex().IsMatch(text) && text.AsSpan().ContainsAnyExcept('0') ? text : null;

    /// <summary>A full ref that git would allow as a name.</summary>
    public static string? Ref(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } value ? AsRef(Raw(value)) : null;

    /// <inheritdoc cref="Ref"/>
    public static string? AsRef(string? text) => text is not null && IsRef(text) ? text : null;

    /// <summary>A branch's name that git would allow.</summary>
    public static string? Branch(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } value && Raw(value) is { } text && IsRef("refs/heads/" + text) ? text : null;

    /// <summary>A point in time, as text (ISO 8601) or as seconds of the Unix epoch.</summary>
    public static DateTimeOffset? Time(this JsonElement element, params ReadOnlySpan<string> path)
    {
        if (element.At(path) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number) return value.TryGetInt64(out var seconds) && seconds is > 0 and < 100_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        return value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(Raw(value), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime() : null;
    }

    /// <summary>An https address of a repository, without a user and without <c>.git</c> at its end.</summary>
    public static string? RepositoryUrl(this JsonElement element, params ReadOnlySpan<string> path)
    {
        if (element.At(path) is not { ValueKind: JsonValueKind.String } value || Raw(value) is not { } text) return null;
        return CleanUrl(text);
    }

    /// <inheritdoc cref="RepositoryUrl"/>
    public static string? CleanUrl(string text)
    {
        // as it is written: Uri would quietly resolve the dots
        if (text.Any(char.IsControl) || text.Contains("/..", StringComparison.Ordinal) || text.Contains("/./", StringComparison.Ordinal) || !HttpsTarget.IsOne(text) || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Query.Length > 0 || url.Fragment.Length > 0) return null;
        var address = $"https://{url.Authority.ToLowerInvariant()}{url.AbsolutePath.TrimEnd('/')}";
        if (address.EndsWith(".git", StringComparison.Ordinal)) address = address[..^4];
        return Address().IsMatch(address) ? address : null;
    }

    /// <summary>A text as one line.</summary>
    public static string? Line(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var clean = string.Concat(text.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter)));
        return clean.Length > LongestText ? clean[..LongestText] : clean;
    }

    // git's own rules for names (git-check-ref-format), and a bound.
    private static bool IsRef(string text) =>
        text.Length is > 5 and <= 250 && text.StartsWith("refs/", StringComparison.Ordinal) && text.Count(letter => letter == '/') >= 2
        && !text.Any(letter => letter is <= ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\' or '\u007f' || char.IsSurrogate(letter) || char.IsControl(letter))
        && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("@{", StringComparison.Ordinal) && !text.EndsWith('.')
        && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));

    /// <summary>The text as it is; null for half a surrogate pair, which is no text.</summary>
    private static string? Raw(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex("^(?:[0-9a-f]{40}|[0-9a-f]{64})$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hex();

    [GeneratedRegex("^https://[a-z0-9.:\\[\\]-]+(?:/[A-Za-z0-9._~+-]+)+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Address();
}

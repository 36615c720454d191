using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Charterhouse.RepoSync.Forges;

/// <summary>What a forge answered, whole.</summary>
/// <param name="Next">The next page, where there is one.</param>
internal sealed record ForgeAnswer(HttpStatusCode Status, byte[] Body, Uri? Next, HttpResponseHeaders Headers)
{
    private const int LongestMessage = 300;

    public bool Succeeded => (int)Status is >= 200 and < 300;

    /// <summary>Not there, or not shown to us.</summary>
    public bool IsGone => Status is HttpStatusCode.NotFound or HttpStatusCode.Gone;

    /// <summary>A header, or null.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    /// <summary>A header that is a number, or null.</summary>
    public long? Number(string name) => long.TryParse(Header(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The forge's own words on what is wrong, short and on one line; empty for none.</summary>
    public string Message()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return "";
            var words = new[] { "message", "error", "errors" }.Select(name => document.RootElement.TryGetProperty(name, out var value) ? Text(value) : "").Where(text => text.Length > 0);
            var line = string.Concat(string.Join("; ", words).Select(c => char.IsControl(c) ? ' ' : c));
            return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
        }
        catch (JsonException)
        {
            return ""; // a proxy's page
        }
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>The next page by the <c>Link</c> header, or by GitLab's number of it; never one of another origin, which would be shown the credentials.</summary>
    public static Uri? NextOf(Uri asked, HttpResponseHeaders headers)
    {
        if (headers.TryGetValues("Link", out var links))
        {
            foreach (var link in links.SelectMany(line => line.Split(',')))
            {
                var parts = link.Split(';', StringSplitOptions.TrimEntries);
                if (!parts.Skip(1).Any(part => part is "rel=\"next\"" or "rel=next")) continue;
                return Uri.TryCreate(asked, parts[0].Trim('<', '>'), out var next) && IsSameOrigin(asked, next) ? next : null;
            }
        }
        if (!headers.TryGetValues("x-next-page", out var pages) || !int.TryParse(pages.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var page)) return null;
        var query = asked.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !part.StartsWith("page=", StringComparison.Ordinal));
        return new UriBuilder(asked) { Query = string.Join('&', query.Append(string.Create(CultureInfo.InvariantCulture, $"page={page}"))) }.Uri;
    }

    /// <summary>Scheme, host and port are equal.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.IdnHost == other.IdnHost && one.Port == other.Port;
}

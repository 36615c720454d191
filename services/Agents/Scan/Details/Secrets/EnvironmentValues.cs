namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>Secrets in a committed <c>.env</c>: variables whose names say so, with values that nobody would write as an example.</summary>
internal static class EnvironmentValues
{
    /// <summary>Files that programs read their environment from. Templates (<c>.env.example</c>) are none.</summary>
    public static readonly string[] Names = [".env", ".env.local", ".env.production", ".env.prod", ".env.staging", ".env.development", ".env.development.local", ".env.production.local"];
    /// <summary>The kind of a value.</summary>
    public const string Kind = "environment-value";
    private static readonly string[] Words = ["SECRET", "TOKEN", "PASSWORD", "PASSWD", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY", "ENCRYPTION_KEY"];

    /// <summary>The values, in order.</summary>
    public static IEnumerable<SecretMatch> In(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            if (end < 0) end = text.Length;
            if (OfLine(text.AsSpan(at, end - at), at) is { } match) yield return match;
            at = end + 1;
        }
    }

    private static SecretMatch? OfLine(ReadOnlySpan<char> line, int at)
    {
        var equals = line.IndexOf('=');
        if (equals < 1 || line.TrimStart().StartsWith("#")) return null;
        var name = line[..equals].Trim();
        var named = false;
        foreach (var word in Words) named |= name.Contains(word, StringComparison.OrdinalIgnoreCase);
        // What a browser is given is public, whatever its name.
        if (!named || name.Contains("PUBLIC", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VITE_") || name.StartsWith("REACT_APP_")) return null;
        var value = line[(equals + 1)..];
        var start = at + equals + 1 + (value.Length - value.TrimStart(" \"'").Length);
        value = value.TrimStart(" \"'");
        var stop = value.IndexOfAny("\"' #\r\t");
        if (stop >= 0) value = value[..stop];
        if (value.Length is < 12 or > 4000 || value.IndexOfAny("${}<>()[]") >= 0 || value.Contains("://", StringComparison.Ordinal) || !Randomness.IsMixed(value)
            || Randomness.Entropy(value) < 3.2 || Randomness.IsPlaceholder(value) || value.Contains("test", StringComparison.OrdinalIgnoreCase)) return null;
        return new SecretMatch(Kind, start, value.Length, "", value.Length, SecretConfidence.Likely);
    }
}

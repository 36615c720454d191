namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>Random strings that a name calls a secret: <c>client_secret = "…"</c>. Their place tells, not their shape, so much is asked of both.</summary>
internal static class AssignedSecrets
{
    /// <summary>What is searched for, without regard to case: the end of the assigned name.</summary>
    public static readonly string[] Marks = ["secret", "token", "api_key", "apikey", "api-key", "password", "passwd", "accesskey", "access_key"];
    private const int MinLength = 32;
    private const int MaxLength = 120;
    private static readonly string[] Endings = ["_key", "key", "-key", "_token", "_value"];
    private static readonly System.Buffers.SearchValues<char> Value =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-~");

    /// <summary>The quoted value assigned to the name that ends with the mark at an index, or null.</summary>
    public static SecretMatch? After(ReadOnlySpan<char> text, int mark, int markLength)
    {
        var at = mark + markLength;
        foreach (var ending in Endings)
            if (text[at..].StartsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                at += ending.Length;
                break;
            }
        // name = "…", "name": "…", name := '…'
        var assigned = false;
        for (var left = 8; left > 0 && at < text.Length; left--, at++)
        {
            var c = text[at];
            if (c is '=' or ':') assigned = true;
            else if (c is '"' or '\'' && assigned) return Quoted(text, at);
            else if (c is not (' ' or '"' or '\'' or ']' or '>')) return null;
        }
        return null;
    }

    private static SecretMatch? Quoted(ReadOnlySpan<char> text, int quote)
    {
        var rest = text.Slice(quote + 1, Math.Min(text.Length - quote - 1, MaxLength + 1));
        var length = rest.IndexOf(text[quote]);
        if (length is < MinLength or > MaxLength) return null;
        var value = rest[..length];
        if (value.IndexOfAnyExcept(Value) >= 0 || Randomness.IsPlaceholder(value) || !IsGenerated(value)) return null;
        return new SecretMatch(SecretKinds.Assigned, quote + 1, length, "", length, SecretConfidence.Likely);
    }

    private static bool IsGenerated(ReadOnlySpan<char> value)
    {
        if (value.StartsWith("0x") || value.StartsWith("sha", StringComparison.Ordinal) || value.Count('-') >= 4) return false;
        var digits = 0;
        foreach (var c in value)
            if (char.IsAsciiDigit(c)) digits++;
        if (value.IndexOfAnyExcept("0123456789abcdef") < 0) return digits < value.Length * 9 / 10 && Randomness.Entropy(value) >= 3.3;
        return digits >= 3 && value.ContainsAnyInRange('a', 'z') && value.ContainsAnyInRange('A', 'Z') && Randomness.Entropy(value) >= 4;
    }
}

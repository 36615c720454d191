using System.Buffers;

namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>
/// Finds credentials in a text: a vectorised search for the few words that every one of them has, then its shape, then its randomness and
/// checksum. A text without those words costs one pass.
/// </summary>
internal static class SecretScan
{
    private static readonly string[] AwsNames = ["ecret_access_key", "ECRET_ACCESS_KEY", "ecretAccessKey"];
    private static readonly SearchValues<string> Exact = SearchValues.Create(
        [.. TokenShapes.All.Select(shape => shape.Prefix), TokenShapes.OpenAiMark, PrivateKeyBlocks.Begin, Passwords.AddressMark, .. AwsNames], StringComparison.Ordinal);
    private static readonly SearchValues<string> AnyCase = SearchValues.Create([.. Passwords.ConnectionMarks, .. AssignedSecrets.Marks], StringComparison.OrdinalIgnoreCase);
    private static readonly ILookup<char, TokenShape> ByFirst = TokenShapes.All.ToLookup(shape => shape.Prefix[0]);
    private static readonly SearchValues<char> AwsSecret = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/");
    private const int AwsSecretLength = 40;
    private const int NearBy = 200;
    private static readonly string[] Allowing = ["gitleaks:allow", "pragma: allowlist secret", "trufflehog:ignore"];

    /// <summary>Those found, in order, none within another.</summary>
    /// <param name="environment">The text is a <c>.env</c>.</param>
    public static IReadOnlyList<SecretMatch> Find(string text, bool environment = false)
    {
        List<SecretMatch>? found = null;
        void Add(SecretMatch? match)
        {
            if (match is { } one) (found ??= []).Add(one);
        }

        var span = text.AsSpan();
        for (var at = 0; span[at..].IndexOfAny(Exact) is var hit and >= 0; at++)
        {
            at += hit;
            switch (text[at])
            {
                case ':': Add(Passwords.InAddress(text, at)); continue;
                case '-': Add(PrivateKeyBlocks.At(text, at)); continue;
                case 'e' or 'E': Add(AwsSecretAfter(text, at + AwsNames[0].Length)); continue;
                case 'T' when span[at..].StartsWith(TokenShapes.OpenAiMark): Add(TokenShapes.AroundMark(text, at)); continue;
            }
            foreach (var shape in ByFirst[text[at]])
            {
                if (!span[at..].StartsWith(shape.Prefix) || TokenShapes.At(text, at, shape) is not { } match) continue;
                if (shape.Kind == SecretKinds.GoogleApiKey && IsFirebase(text, at)) break;
                Add(match);
                if (shape.Kind == SecretKinds.AwsKeyId) Add(AwsSecretNear(text, match.End));
                break;
            }
        }
        for (var at = 0; span[at..].IndexOfAny(AnyCase) is var hit and >= 0; at++)
        {
            at += hit;
            var mark = Array.Find(Passwords.ConnectionMarks, mark => string.Compare(text, at, mark, 0, mark.Length, StringComparison.OrdinalIgnoreCase) == 0);
            if (mark is not null) Add(Passwords.InConnectionString(text, at, mark.Length));
            var name = Array.Find(AssignedSecrets.Marks, name => string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0);
            if (name is not null) Add(AssignedSecrets.After(text, at, name.Length));
        }
        if (environment)
            foreach (var match in EnvironmentValues.In(text)) Add(match);
        return found is null ? [] : Apart(text, found);
    }

    /// <summary>The surest of those that overlap. What a comment in the line calls no secret is none.</summary>
    private static List<SecretMatch> Apart(string text, List<SecretMatch> found)
    {
        var apart = new List<SecretMatch>(found.Count);
        foreach (var match in found.OrderBy(match => match.Start).ThenByDescending(match => match.Length))
        {
            if (IsAllowed(text, match)) continue;
            if (apart.Count == 0 || apart[^1].End <= match.Start) apart.Add(match);
            else if (match.Confidence > apart[^1].Confidence) apart[^1] = match;
        }
        return apart;
    }

    private static bool IsAllowed(ReadOnlySpan<char> text, SecretMatch match)
    {
        var before = text[Math.Max(0, match.Start - NearBy)..match.Start];
        var after = text[match.End..Math.Min(text.Length, match.End + NearBy)];
        before = before[(before.LastIndexOf('\n') + 1)..];
        if (after.IndexOf('\n') is var end and >= 0) after = after[..end];
        foreach (var word in Allowing)
            if (before.Contains(word, StringComparison.Ordinal) || after.Contains(word, StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>A web page's configuration of Firebase, whose key only names the project.</summary>
    private static bool IsFirebase(ReadOnlySpan<char> text, int at) =>
        text[Math.Max(0, at - 2 * NearBy)..Math.Min(text.Length, at + 2 * NearBy)].Contains("firebase", StringComparison.OrdinalIgnoreCase);

    private static SecretMatch? AwsSecretAfter(ReadOnlySpan<char> text, int at)
    {
        for (var left = 12; left > 0 && at < text.Length; left--, at++)
            if (AwsSecret.Contains(text[at])) return AwsSecretAt(text, at);
            else if (text[at] is not (' ' or '"' or '\'' or ':' or '=' or '>' or '\t' or '`' or '(')) return null;
        return null;
    }

    private static SecretMatch? AwsSecretNear(ReadOnlySpan<char> text, int from)
    {
        var end = Math.Min(text.Length, from + NearBy);
        for (var at = from; at < end;)
        {
            var next = text[at..end].IndexOfAny(AwsSecret);
            if (next < 0) return null;
            at += next;
            if (AwsSecretAt(text, at) is { } match) return match;
            var length = text[at..].IndexOfAnyExcept(AwsSecret);
            if (length < 0) return null;
            at += length;
        }
        return null;
    }

    private static SecretMatch? AwsSecretAt(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        var length = rest[..Math.Min(rest.Length, AwsSecretLength + 1)].IndexOfAnyExcept(AwsSecret);
        if (length < 0) length = Math.Min(rest.Length, AwsSecretLength + 1);
        if (length != AwsSecretLength || rest.Length > length && rest[length] is '=' or '_' or '-') return null;
        var value = rest[..length];
        return Randomness.Entropy(value) >= 4.2 && value.ContainsAnyInRange('0', '9') && value.ContainsAnyInRange('a', 'z') && value.ContainsAnyInRange('A', 'Z') && !Randomness.IsPlaceholder(value)
            ? new SecretMatch(SecretKinds.AwsSecret, at, length, "", length, SecretConfidence.Shaped) : null;
    }
}

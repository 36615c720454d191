using System.Buffers;

namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>How the credentials of an issuer look.</summary>
/// <param name="Prefix">What every one begins with; found by searching, so it must be rare.</param>
/// <param name="Charset">What follows consists of.</param>
/// <param name="Min">Characters after the prefix, at least.</param>
/// <param name="Max">Characters after the prefix, at most.</param>
/// <param name="Entropy">Bits per character that a generated value has at least.</param>
/// <param name="Check">Further tests of what follows the prefix; null for none.</param>
/// <param name="Verifies">The check proves the value: a checksum, not only a shape.</param>
internal sealed record TokenShape(string Kind, string Prefix, SearchValues<char> Charset, int Min, int Max, double Entropy, TokenCheck? Check = null, bool Verifies = false);

/// <summary>A test of what follows a prefix.</summary>
internal delegate bool TokenCheck(ReadOnlySpan<char> value);

/// <summary>
/// The issuers' published formats. Only formats with a distinctive prefix are here: what could be anything is left to <see cref="AssignedSecrets"/>.
/// </summary>
internal static class TokenShapes
{
    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create(Digits + Lower + Upper);
    private static readonly SearchValues<char> Word = SearchValues.Create(Digits + Lower + Upper + "_");
    private static readonly SearchValues<char> UrlSafe = SearchValues.Create(Digits + Lower + Upper + "_-");
    private static readonly SearchValues<char> Dotted = SearchValues.Create(Digits + Lower + Upper + "_-.");
    private static readonly SearchValues<char> Slashed = SearchValues.Create(Digits + Lower + Upper + "_-/");
    private static readonly SearchValues<char> Base64 = SearchValues.Create(Digits + Lower + Upper + "+/=");
    private static readonly SearchValues<char> Hex = SearchValues.Create(Digits + "abcdef");
    private static readonly SearchValues<char> Base32 = SearchValues.Create(Upper + "234567");
    private static readonly SearchValues<char> LowerAlphanumeric = SearchValues.Create(Digits + Lower);
    private static readonly SearchValues<char> UpperAlphanumeric = SearchValues.Create(Digits + Upper);
    private static readonly SearchValues<char> Letters = SearchValues.Create(Lower + Upper);

    /// <summary>Every shape.</summary>
    public static IReadOnlyList<TokenShape> All { get; } =
    [
        .. new[] { "ghp_", "gho_", "ghu_", "ghs_", "ghr_" }.Select(prefix => new TokenShape("github-token", prefix, Alphanumeric, 36, 36, 3.5, Randomness.HasChecksum, Verifies: true)),
        new("github-token", "github_pat_", Word, 82, 82, 4, static value => value[22] == '_'),
        new("gitlab-token", "glpat-", Dotted, 20, 300, 3.5, static value => value.Length == 20 && !value.Contains('.') || value.Length >= 27 && value.Contains('.')),
        new(SecretKinds.AwsKeyId, "AKIA", Base32, 16, 16, 3),
        new(SecretKinds.AwsKeyId, "ASIA", Base32, 16, 16, 3),
        new(SecretKinds.GoogleApiKey, "AIza", UrlSafe, 35, 35, 4),
        .. new[] { "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-" }.Select(prefix => new TokenShape("slack-token", prefix, UrlSafe, 40, 90, 3, IsSlackToken)),
        new("slack-webhook", "hooks.slack.com/services/", Slashed, 40, 60, 3.5, IsSlackWebhook),
        new("discord-webhook", "discord.com/api/webhooks/", Slashed, 78, 90, 4, static value => value.IndexOfAnyExceptInRange('0', '9') is >= 17 and <= 20 and var slash && value[slash] == '/' && value.Length - slash > 60),
        new("stripe-key", "sk_live_", Alphanumeric, 24, 250, 3.5),
        new("stripe-key", "rk_live_", Alphanumeric, 24, 250, 3.5),
        new("npm-token", "npm_", Alphanumeric, 36, 36, 3.5, Randomness.HasChecksum, Verifies: true),
        new("pypi-token", "pypi-AgEIcHlwaS5vcmc", UrlSafe, 50, 1000, 3.5),
        new("nuget-key", "oy2", LowerAlphanumeric, 43, 43, 3.5, static value => value.IndexOfAny("0189") < 0),
        new("rubygems-key", "rubygems_", Hex, 48, 48, 3),
        new("anthropic-key", "sk-ant-api03-", UrlSafe, 95, 95, 4, static value => value.EndsWith("AA")),
        new("anthropic-key", "sk-ant-admin01-", UrlSafe, 95, 95, 4, static value => value.EndsWith("AA")),
        new("huggingface-token", "hf_", Letters, 34, 34, 4),
        new("sendgrid-key", "SG.", Dotted, 66, 66, 4, static value => value[22] == '.' && value[23..].IndexOf('.') < 0 && value[..22].IndexOf('.') < 0),
        new("mailgun-key", "key-", Hex, 32, 32, 3.2),
        .. new[] { "dop_v1_", "doo_v1_", "dor_v1_" }.Select(prefix => new TokenShape("digitalocean-token", prefix, Hex, 64, 64, 3.2)),
        .. new[] { "shpat_", "shpca_", "shppa_", "shpss_" }.Select(prefix => new TokenShape("shopify-token", prefix, SearchValues.Create(Digits + "abcdefABCDEF"), 32, 32, 3)),
        new("docker-token", "dckr_pat_", UrlSafe, 27, 27, 3.5),
        new("age-key", "AGE-SECRET-KEY-1", UpperAlphanumeric, 58, 58, 3.5),
        // Azurite's and the old emulator's account has one published key.
        new("azure-storage-key", "AccountKey=", Base64, 88, 88, 4, static value => value.EndsWith("==") && !value.StartsWith("Eby8vdM02xNO")),
    ];

    private const int OpenAiHalf = 110;
    private const int ShortPrefix = 3;

    /// <summary>OpenAI's keys have this (its name in base64) in the middle.</summary>
    public const string OpenAiMark = "T3BlbkFJ";

    /// <summary>The credential of that shape whose prefix stands at an index, or null.</summary>
    public static SecretMatch? At(ReadOnlySpan<char> text, int at, TokenShape shape)
    {
        // Within a longer word the prefix is a chance, a short one also within a compound.
        if (at > 0 && char.IsLetterOrDigit(text[at - 1]) && !IsEscape(text, at - 1)) return null;
        if (at > 0 && (shape.Prefix.Length <= ShortPrefix || shape.Prefix == "key-") && text[at - 1] is '-' or '_' or '.' or '/') return null;
        var rest = text[(at + shape.Prefix.Length)..];
        var length = rest[..Math.Min(rest.Length, shape.Max + 1)].IndexOfAnyExcept(shape.Charset);
        if (length < 0) length = Math.Min(rest.Length, shape.Max + 1);
        if (length < shape.Min || length > shape.Max) return null;
        // A longer word of other characters is something else.
        if (length < rest.Length && (char.IsLetterOrDigit(rest[length]) || rest[length] is '+' or '/' && shape.Charset == Base32 || rest[length] == '_' && shape.Charset != Letters)) return null;
        var value = rest[..length];
        if (shape.Check is { } check && !check(value)) return null;
        if (Randomness.Entropy(value) < shape.Entropy || !shape.Verifies && Randomness.IsPlaceholder(value)) return null;
        return new SecretMatch(shape.Kind, at + shape.Prefix.Length, length, shape.Prefix, shape.Prefix.Length + length, shape.Verifies ? SecretConfidence.Verified : SecretConfidence.Shaped);
    }

    /// <summary>An OpenAI key around its mark, or null.</summary>
    public static SecretMatch? AroundMark(ReadOnlySpan<char> text, int mark)
    {
        var start = Math.Max(0, mark - OpenAiHalf - 1);
        start += text[start..mark].LastIndexOfAnyExcept(UrlSafe) + 1;
        if (mark - start is < 20 or > OpenAiHalf) return null;
        var end = mark + OpenAiMark.Length;
        var after = text[end..Math.Min(text.Length, end + OpenAiHalf + 1)];
        var length = after.IndexOfAnyExcept(UrlSafe);
        end += length < 0 ? after.Length : length;
        var value = text[start..end];
        var prefix = Array.Find(["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-"], value[..(mark - start)].ToString().StartsWith);
        if (prefix is null || value.Length is < 48 or > 220) return null;
        var secret = value[prefix.Length..];
        if (prefix == "sk-" && (secret.Length != 48 || mark - start != 23)) return null;
        if (Randomness.Entropy(secret) < 4 || Randomness.IsPlaceholder(secret)) return null;
        return new SecretMatch("openai-key", start + prefix.Length, secret.Length, prefix, value.Length, SecretConfidence.Shaped);
    }

    // In "\nghp_…" the n belongs to the escape.
    private static bool IsEscape(ReadOnlySpan<char> text, int at) => at > 0 && text[at - 1] == '\\' && text[at] is 'n' or 'r' or 't';

    private static bool IsSlackToken(ReadOnlySpan<char> value)
    {
        var last = value.LastIndexOf('-');
        if (last < 10 || value.Length - last - 1 is < 20 or > 34 || value[(last + 1)..].IndexOfAnyExcept(Alphanumeric) >= 0) return false;
        foreach (var part in value[..last].Split('-'))
            if (value[part].Length is < 9 or > 14 || value[part].IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        return Randomness.IsMixed(value[(last + 1)..]) && Randomness.Entropy(value[(last + 1)..]) >= 3;
    }

    private static bool IsSlackWebhook(ReadOnlySpan<char> value)
    {
        Span<Range> parts = stackalloc Range[4];
        if (value.Split(parts, '/') != 3) return false;
        var team = value[parts[0]];
        var hook = value[parts[1]];
        var key = value[parts[2]];
        return team.StartsWith("T") && hook.StartsWith("B") && team.Length is >= 9 and <= 13 && hook.Length is >= 9 and <= 13
            && team.IndexOfAnyExcept(UpperAlphanumeric) < 0 && hook.IndexOfAnyExcept(UpperAlphanumeric) < 0
            && key.Length is >= 23 and <= 25 && key.IndexOfAnyExcept(Alphanumeric) < 0 && Randomness.Entropy(key) >= 3.5;
    }
}

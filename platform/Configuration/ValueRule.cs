using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Charterhouse.Platform.Git;

namespace Charterhouse.Platform.Configuration;

/// <summary>What a setting's text may be.</summary>
public abstract record ValueRule
{
    private protected ValueRule() { }

    /// <summary>Null when the text is fine; else how to complete "… is", and the fix.</summary>
    public abstract (string Message, string Fix)? Check(string text, string shown);
}

/// <summary>A whole number in a range.</summary>
internal sealed record NumberRule(int Least, int Most) : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most
            ? null
            : ($"is '{shown}'", $"give a whole number from {Least} to {Most}");
}

/// <summary>When something recurs.</summary>
internal sealed record CronRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text == CronText.Off || CronText.Parse(text) is not null ? null : ($"is '{shown}'", "give minute, hour, day, month and weekday (UTC), such as '30 3 * * *', or off");
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed record SwitchRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text is "true" or "false" ? null : ($"is '{shown}'", "give true or false");
}

/// <summary>Where checkpoints may be kept.</summary>
internal sealed record CheckpointerRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text is "sqlite" or "memory" or "postgres" or "postgresql" ? null : ($"is '{shown}'", "give sqlite, memory (a temporary database) or postgres");
}

/// <summary>A PostgreSQL database; the text is a secret and never repeated.</summary>
internal sealed record PostgresRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        PostgresConnection.Parse(text).Problem is { } problem ? (problem, "give postgresql://user:password@host:5432/database, or Host=…;Database=…;Username=…;Password=…") : null;
}

/// <summary>Users and secrets by host; never repeated.</summary>
internal sealed record GitCredentialsRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        Git.GitCredentials.Parse(text).Problem is { } problem ? (problem, "give https://USER:TOKEN@HOST[:PORT], several on lines or with semicolons, percent-encoded as in any URL") : null;
}

/// <summary>A RabbitMQ broker; the text is a secret and never repeated.</summary>
internal sealed record BrokerRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0
            ? null
            : ("is not an amqp:// or amqps:// URL", "give amqp://user:password@host:5672/virtual-host");
}

/// <summary>Where a server is.</summary>
internal sealed record ServerRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Query.Length == 0
            ? null
            : ($"is '{(text.Contains('@', StringComparison.Ordinal) ? "***" : shown)}'", "give https://HOST[:PORT]; a token goes into CHARTER_API_TOKEN");
}

/// <summary>Where webhooks are sent to.</summary>
internal sealed record ReceiverRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
            ? null
            : ($"is '{(text.Contains('@', StringComparison.Ordinal) ? "***" : shown)}'", "give https://HOST/PATH (http only on this machine)");
}

/// <summary>What webhooks are signed with.</summary>
internal sealed record SigningSecretRule : ValueRule
{
    private const string Prefix = "whsec_";
    private const int Least = 24;

    public override (string Message, string Fix)? Check(string text, string shown) =>
        text.Length < Least || text.Any(c => c is <= ' ' or > '~') ? ($"is shorter than {Least} characters or has others than printable ASCII", "make one with: openssl rand -hex 32")
        : text.StartsWith(Prefix, StringComparison.Ordinal) && !System.Buffers.Text.Base64.IsValid(text.AsSpan(Prefix.Length)) ? ($"begins with {Prefix} and is not Base64 after it", "make one with: openssl rand -hex 32")
        : null;
}

/// <summary>A secret that is compared; short ones can be guessed.</summary>
internal sealed record TokenRule : ValueRule
{
    private const int Least = 16;

    public override (string Message, string Fix)? Check(string text, string shown) =>
        text.Length < Least || text.Any(c => c is <= ' ' or > '~') ? ($"is shorter than {Least} characters or has others than printable ASCII", "make one with: openssl rand -hex 32") : null;
}

/// <summary>Secrets that are compared, several with commas while one takes another's place.</summary>
public sealed record SecretsRule : ValueRule
{
    private const int Least = 16;

    /// <summary>What is wrong with a text of secrets, without the text; null for nothing.</summary>
    public static (string Message, string Fix)? Problem(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 0 && parts.All(part => part.Length >= Least && part.All(c => c is > ' ' and <= '~')) ? null
            : ($"has a secret that is shorter than {Least} characters or has others than printable ASCII", "make one with: openssl rand -hex 32; while a new one takes an old one's place, write both with a comma");
    }

    /// <inheritdoc/>
    public override (string Message, string Fix)? Check(string text, string shown) => Problem(text);
}

/// <summary>The path of a file that must be there.</summary>
internal sealed record FileRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) => File.Exists(text) ? null : ($"is '{shown}', which is no file", "give the path of a readable file");
}

/// <summary>Addresses to listen on. TLS is a reverse proxy's work, so plain HTTP only.</summary>
internal sealed record UrlsRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text.Split(';').All(part => Uri.TryCreate(part.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri) && uri is { Scheme: "http", PathAndQuery: "/" })
            ? null
            : ($"is '{shown}'", "give http://HOST:PORT, several with semicolons (TLS belongs to a proxy in front)");
}

/// <summary>Repositories whose charters are kept.</summary>
internal sealed record RepositoriesRule : ValueRule
{
    public const char Separator = ';';

    public override (string Message, string Fix)? Check(string text, string shown)
    {
        foreach (var target in text.Split(Separator, StringSplitOptions.TrimEntries))
        {
            if (HttpsTarget.IsOne(target)) continue;
            return ($"holds '{(target.Contains('@', StringComparison.Ordinal) ? "***" : target)}'", "give https:// URLs without a user; in the environment, several with semicolons");
        }
        return null;
    }
}

/// <summary>One of some words.</summary>
internal sealed record WordRule(IReadOnlyList<string> Words) : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        Words.Contains(text, StringComparer.Ordinal) ? null : ($"is '{shown}'", "give " + string.Join(" or ", Words));
}

/// <summary>Some words of a few, with commas between.</summary>
internal sealed record WordsRule(IReadOnlyList<string> Words) : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown)
    {
        foreach (var word in text.Split(RuleSettings.Separator, StringSplitOptions.TrimEntries))
            if (!Words.Contains(word, StringComparer.Ordinal)) return ($"holds '{word}'", $"give one or more of {string.Join(", ", Words)}, with commas between");
        return null;
    }
}

/// <summary>Patterns of branches or paths, with commas between.</summary>
internal sealed record GlobsRule : ValueRule
{
    private const int Longest = 256;
    private const int Most = 100;

    public override (string Message, string Fix)? Check(string text, string shown)
    {
        var globs = text.Split(RuleSettings.Separator, StringSplitOptions.TrimEntries);
        if (globs.Length > Most) return ($"holds {globs.Length} patterns", $"give at most {Most}");
        foreach (var glob in globs)
        {
            var problem = glob.Length == 0 ? "holds an empty pattern"
                : glob.Length > Longest ? $"holds a pattern of {glob.Length} characters, more than {Longest}"
                : glob.Any(char.IsControl) ? "holds a pattern with control characters"
                : glob[0] is '!' or '/' || glob.AsSpan().IndexOfAny('{', '}', '\\') >= 0 ? $"holds '{glob}'"
                : null;
            if (problem is not null) return (problem, "give patterns such as 'main,release/*' or 'src/**', with commas between: * is anything within a segment, ** across segments, ? one character");
        }
        return null;
    }
}

/// <summary>The table that older configuration files name. The schema is fixed, so only its own names are accepted.</summary>
internal sealed record TableNameRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text is "checkpoints" or "orchestration_checkpoints" ? null : ($"is '{shown}'; the tables' names are part of the schema", "give orchestration_checkpoints, or remove it");
}

/// <summary>A folder's path. Whether it can be used is the data folder's to say.</summary>
internal sealed record FolderRule : ValueRule
{
    public override (string Message, string Fix)? Check(string text, string shown) =>
        text.Contains('\0', StringComparison.Ordinal) ? ("is not a path", "give the path of a folder") : null;
}

/// <summary>A file with certificates in PEM. Read at once: git would only say at a fetch, and in few words, that it cannot use it.</summary>
internal sealed record CertificatesRule : ValueRule
{
    private const string Fix = "give the path of a readable file with certificates in PEM";

    public override (string Message, string Fix)? Check(string text, string shown)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(File.ReadAllText(text));
            return certificates.Count > 0 ? null : ($"is '{shown}', which holds no certificate", Fix);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return ($"is '{shown}', which does not exist", Fix);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ($"is '{shown}', which cannot be read: {problem.Message}", Fix);
        }
        catch (CryptographicException)
        {
            return ($"is '{shown}', which holds a damaged certificate", Fix);
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }
}

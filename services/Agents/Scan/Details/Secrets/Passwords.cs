namespace Charterhouse.Agents.Scan.Details.Secrets;

/// <summary>Passwords in addresses (<c>scheme://user:password@host</c>) and in ADO.NET connection strings, of hosts that others can reach.</summary>
internal static class Passwords
{
    /// <summary>What is searched for in addresses.</summary>
    public const string AddressMark = "://";
    /// <summary>What is searched for in connection strings, without regard to case.</summary>
    public static readonly string[] ConnectionMarks = ["password=", "pwd="];
    private const int AuthorityLimit = 300;
    private const int ConnectionLimit = 600;

    /// <summary>The password of the address whose <c>://</c> stands at an index, or null.</summary>
    public static SecretMatch? InAddress(ReadOnlySpan<char> text, int mark)
    {
        if (mark == 0 || !char.IsAsciiLetterOrDigit(text[mark - 1])) return null;
        var from = mark + AddressMark.Length;
        var authority = text.Slice(from, Math.Min(text.Length - from, AuthorityLimit));
        var end = authority.IndexOfAny("/?# \t\r\n\"'`<>()[]{}|\\$,;");
        if (end >= 0) authority = authority[..end];
        var at = authority.LastIndexOf('@');
        var colon = authority.IndexOf(':');
        if (colon < 1 || at < colon) return null;
        var user = authority[..colon];
        var password = authority[(colon + 1)..at];
        var host = authority[(at + 1)..];
        if (!IsPassword(password, user) || !IsReachable(host)) return null;
        return new SecretMatch(SecretKinds.AddressPassword, from + colon + 1, password.Length, "", password.Length, SecretConfidence.Likely);
    }

    /// <summary>The value after a <c>password=</c> at an index, when the same string names a server; or null.</summary>
    public static SecretMatch? InConnectionString(ReadOnlySpan<char> text, int mark, int markLength)
    {
        var start = Math.Max(0, mark - ConnectionLimit);
        start += text[start..mark].LastIndexOfAny("\"'`\r\n<>") + 1;
        var from = mark + markLength;
        var rest = text.Slice(from, Math.Min(text.Length - from, ConnectionLimit));
        var end = rest.IndexOfAny("\"'`\r\n<>");
        var whole = text[start..(end < 0 ? from + rest.Length : from + end)];
        var password = end < 0 ? rest : rest[..end];
        var semicolon = password.IndexOf(';');
        // Without another member this is an assignment or a query, no connection string.
        if (whole.IndexOf(';') < 0) return null;
        if (semicolon >= 0) password = password[..semicolon];
        var host = Member(whole, "server=") ?? Member(whole, "data source=") ?? Member(whole, "host=");
        if (host is null) return null;
        var name = host.StartsWith("tcp:", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;
        if (!IsPassword(password, "") || !IsReachable(name.Split(',')[0])) return null;
        return new SecretMatch(SecretKinds.ConnectionPassword, from, password.Length, "", password.Length, SecretConfidence.Likely);
    }

    private static string? Member(ReadOnlySpan<char> whole, string name)
    {
        var at = whole.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return null;
        var value = whole[(at + name.Length)..];
        var end = value.IndexOf(';');
        return (end < 0 ? value : value[..end]).Trim().ToString();
    }

    /// <summary>Random enough that nobody wrote it as an example.</summary>
    private static bool IsPassword(ReadOnlySpan<char> password, ReadOnlySpan<char> user) =>
        password.Length is >= 8 and <= 200 && Randomness.IsMixed(password) && Randomness.Entropy(password) >= 3
        && !Randomness.IsPlaceholder(password) && !password.Contains("pass", StringComparison.OrdinalIgnoreCase) && !password.Contains("test", StringComparison.OrdinalIgnoreCase)
        && password.IndexOfAny("{}$%<>()*@:&=") < 0 && !password.Equals(user, StringComparison.OrdinalIgnoreCase)
        && (user.Length == 0 || !password.StartsWith(user, StringComparison.OrdinalIgnoreCase));

    /// <summary>A name or address on a network; not this machine, a composition's neighbour or a documentation's name.</summary>
    private static bool IsReachable(ReadOnlySpan<char> host)
    {
        var colon = host.IndexOf(':');
        if (colon >= 0) host = host[..colon];
        if (host.IndexOf('.') < 1 || host.IndexOfAnyExcept(HostCharacters) >= 0) return false;
        if (host.IndexOfAnyExcept("0123456789.") < 0)
            return !host.StartsWith("127.") && !host.StartsWith("10.") && !host.StartsWith("192.168.") && !host.StartsWith("172.") && !host.StartsWith("0.") && !host.StartsWith("1.2.3.")
                && !host.StartsWith("192.0.2.") && !host.StartsWith("198.51.100.") && !host.StartsWith("203.0.113.") && host.Count('.') == 3;
        var last = host[(host.LastIndexOf('.') + 1)..];
        return last.Length >= 2 && !last.ContainsAnyInRange('0', '9') && !host.Contains("example", StringComparison.OrdinalIgnoreCase) && !host.Contains("domain.", StringComparison.OrdinalIgnoreCase)
            && !host.EndsWith("host.com", StringComparison.OrdinalIgnoreCase) && !host.EndsWith("server.com", StringComparison.OrdinalIgnoreCase) && !host.Contains("your", StringComparison.OrdinalIgnoreCase)
            && !(last is "test" or "local" or "localhost" or "invalid" or "internal" or "localdomain" or "xxx" or "tld" or "svc");
    }

    private static readonly System.Buffers.SearchValues<char> HostCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
}

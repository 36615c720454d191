using System.Globalization;
using Npgsql;

namespace Charterhouse.Platform.Configuration;

/// <summary>Reads the two forms in which a PostgreSQL database is given.</summary>
internal static class PostgresConnection
{
    // libpq's name of a URL's parameter to Npgsql's keyword, where they differ.
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    /// <summary>An Npgsql connection string, or what is wrong (a continuation of "POSTGRES_CONNECTION_STRING …") without the text, which holds a password.</summary>
    public static (string? Value, string? Problem) Parse(string text)
    {
        try
        {
            var builder = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? OfUrl(text)
                : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host)) return (null, "names no host");
            if (string.IsNullOrEmpty(builder.Database)) return (null, "names no database");
            return (builder.ConnectionString, null);
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            // Npgsql's message may repeat a part of the text
            return (null, "is no connection string that PostgreSQL's driver understands");
        }
    }

    private static NpgsqlConnectionStringBuilder OfUrl(string text)
    {
        var url = new Uri(text, UriKind.Absolute);
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host, Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')) };
        if (url.Port > 0) builder.Port = url.Port;
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var (name, value) = (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
            builder[Parameters.GetValueOrDefault(name, name)] = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase) ? CultureInfo.InvariantCulture.TextInfo.ToTitleCase(value.Replace("-", "", StringComparison.Ordinal)) : value;
        }
        return builder;
    }
}

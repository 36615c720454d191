using System.Text;

namespace Charterhouse.Agents.Scan.Details;

/// <summary>The kinds of rows, each with its fields.</summary>
internal static class DetailKinds
{
}

/// <summary>Looks into a content for what the agents need of it. Pure; each reader takes the roles and languages that it knows.</summary>
internal static class DetailReaders
{
    /// <summary>The rows of a content, or null.</summary>
    /// <param name="role">See <see cref="DetailRoles"/>.</param>
    /// <param name="language">The language's name, or null.</param>
    public static string? Read(string role, string? language, ReadOnlySpan<byte> content)
    {
        var text = Encoding.UTF8.GetString(content);
        var writer = new DetailWriter();
        return writer.Rows;
    }
}

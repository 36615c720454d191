using System.Text;
using Charterhouse.Agents.Scan.Details.Secrets;
using Charterhouse.Agents.Scan.Details.Packages;

namespace Charterhouse.Agents.Scan.Details;

/// <summary>Looks into a text for rows. Pure, linear in the text's length, and quick: it runs over every text of the tree.</summary>
/// <param name="role">See <see cref="DetailRoles"/>.</param>
/// <param name="language">The language's name, or null.</param>
internal delegate void DetailReader(string role, string? language, string text, DetailWriter writer);

/// <summary>What contents are looked into for.</summary>
internal static class DetailReaders
{
    private static readonly DetailReader[] All =
    [
        PackageReader.Read,
        Tests.TestDetails.Read,
        Imports.ImportReader.Read,
        Projects.ProjectReader.Read,
        Certificates.Read,
    ];

    /// <summary>The rows of a content, or null.</summary>
    /// <param name="role">See <see cref="DetailRoles"/>.</param>
    /// <param name="language">The language's name, or null.</param>
    public static string? Read(string role, string? language, ReadOnlySpan<byte> content)
    {
        var writer = new DetailWriter();
        // First: no other reader may see, and so repeat, a credential.
        var text = SecretReader.ReadAndRedact(role, Encoding.UTF8.GetString(content), writer);
        foreach (var read in All) read(role, language, text, writer);
        return writer.Rows;
    }
}

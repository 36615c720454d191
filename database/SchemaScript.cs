using System.Security.Cryptography;
using System.Text;

namespace Charterhouse.Database;

/// <summary>One version of the schema: how to get there and how to go back.</summary>
/// <param name="Version">1, 2, 3 … without a gap.</param>
/// <param name="Name">As in the file name, for people.</param>
/// <param name="Up">Statements that lead from the version before to this one.</param>
/// <param name="Down">Statements that undo <paramref name="Up"/>.</param>
public sealed record SchemaScript(int Version, string Name, string Up, string Down)
{
    /// <summary>Lower-case hex SHA-256 of <see cref="Up"/>, line ends normalised: a script never changes once it has been applied anywhere.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Up.ReplaceLineEndings("\n"))));

    /// <summary>The scripts of this program for one database, in order.</summary>
    public static IReadOnlyList<SchemaScript> Load(SqlDialect dialect)
    {
        var assembly = typeof(SchemaScript).Assembly;
        var prefix = dialect == SqlDialect.Sqlite ? "sqlite/" : "postgresql/";
        var scripts = new List<SchemaScript>();
        foreach (var resource in assembly.GetManifestResourceNames()
                     .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".up.sql", StringComparison.Ordinal))
                     .Order(StringComparer.Ordinal))
        {
            var file = resource[prefix.Length..^".up.sql".Length];
            var separator = file.IndexOf('_', StringComparison.Ordinal);
            var version = int.Parse(file[..separator], System.Globalization.CultureInfo.InvariantCulture);
            scripts.Add(new SchemaScript(version, file[(separator + 1)..], Read(resource), Read($"{prefix}{file}.down.sql")));
        }
        return scripts;

        string Read(string resource)
        {
            using var stream = assembly.GetManifestResourceStream(resource)
                ?? throw new InvalidOperationException($"the embedded script {resource} is missing");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}

using System.Text;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Scan.Git;
using Charterhouse.Platform.Git;

namespace Charterhouse.Agents.Scan.History;

/// <summary>
/// The addresses that .mailmap ties to another one. Git asks for the name of a line as well, if it has one: a person who changed that name, or wrote it in another
/// way, stays two for git.
/// </summary>
internal sealed partial class Mailmap
{
    private const int LineLimit = 20_000;
    private const int LongestLine = 1_000;
    private readonly Dictionary<string, Person?> _proper = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The map of a text; lines that tie nothing are left out, and addresses that it gives to several people.</summary>
    public Mailmap(string text)
    {
        foreach (var line in text.Split('\n').Take(LineLimit))
        {
            if (line.Length > LongestLine || TwoAddresses().Match(line) is not { Success: true } match) continue;
            var (person, other) = (new Person(match.Groups["name"].Value.Trim(), match.Groups["proper"].Value.Trim()), match.Groups["other"].Value.Trim());
            if (person.Address.Equals(other, StringComparison.OrdinalIgnoreCase)) continue;
            _proper[other] = !_proper.TryGetValue(other, out var known) || person.Address.Equals(known?.Address, StringComparison.OrdinalIgnoreCase) ? person : null;
        }
    }

    /// <summary>The commit's own.</summary>
    /// <param name="exists">The tree has one.</param>
    public static async Task<Mailmap> ReadAsync(GitProcess git, string gitDir, string commit, bool exists, CancellationToken cancellationToken)
    {
        var text = "";
        if (exists)
            await GitRecords.ReadAsync(git, gitDir, ["cat-file", "blob", $"{commit}:.mailmap"], [], record =>
            {
                text = Encoding.UTF8.GetString(record[..Math.Min(record.Length, RepositoryScanner.LargeBytes)]);
                return false;
            }, cancellationToken);
        return new Mailmap(text);
    }

    /// <summary>The name and address that the person of an address goes by; the same when nothing is known of it.</summary>
    public (string Name, string Address) Of(string name, string address) =>
        _proper.GetValueOrDefault(address) is { } person ? (person.Name.Length > 0 ? person.Name : name, person.Address) : (name, address);

    [GeneratedRegex(@"^(?<name>[^<#]*)<(?<proper>[^<>]+)>[^<#]*<(?<other>[^<>]+)>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TwoAddresses();

    private sealed record Person(string Name, string Address);
}

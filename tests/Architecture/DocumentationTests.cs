using System.Text.RegularExpressions;
using Charterhouse.Contracts.Runs;

namespace Charterhouse.Architecture.Tests;

/// <summary>Documents that name things of the code are held against it.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void HandOverTable_EveryMessage_HasARow()
    {
        var table = File.ReadAllText(Repository.File("ARCHITECTURE.md"));
        table = table[table.IndexOf("## Hand-overs", StringComparison.Ordinal)..table.IndexOf("## Who owns which table", StringComparison.Ordinal)];
        foreach (var message in Messages()) table.ShouldContain(message, Case.Sensitive, $"{message} has no row in the hand-over table");
    }

    [Fact]
    public void OwnershipTable_EveryTable_HasAnOwner()
    {
        var text = File.ReadAllText(Repository.File("ARCHITECTURE.md"));
        text = text[text.IndexOf("## Who owns which table", StringComparison.Ordinal)..];
        var tables = TableName().Matches(string.Concat(Repository.Files("database/sqlite", "*.up.sql").Select(File.ReadAllText))).Select(match => match.Groups["name"].Value).ToList();
        tables.Count.ShouldBeGreaterThan(10);
        foreach (var table in tables) text.ShouldContain($"`{table}`", Case.Sensitive, $"{table} has no owner in ARCHITECTURE.md");
    }

    [Fact]
    public void Links_BetweenDocuments_LeadSomewhere()
    {
        foreach (var path in Repository.Files("docs", "*.md").Concat(Directory.EnumerateFiles(Repository.Root, "*.md")))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(path)))
            {
                var target = link.Groups["target"].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
                Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)).ShouldBeTrue($"{Path.GetRelativePath(Repository.Root, path)} links to {target}");
            }
        }
    }

    // Commands and events between services: the records whose first member is the run that they are about.
    private static IEnumerable<string> Messages() => typeof(StartRun).Assembly.GetExportedTypes()
        .Where(type => type.Namespace is "Charterhouse.Contracts.Runs" or "Charterhouse.Contracts.Steps" && type.GetProperty("RunId")?.PropertyType == typeof(Guid))
        .Select(type => type.Name);

    [GeneratedRegex(@"CREATE TABLE (?<name>\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TableName();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}

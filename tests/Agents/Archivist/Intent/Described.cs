using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Archivist.Intent;

/// <summary>What the archivist says of a real repository with these files.</summary>
internal static class Described
{
    public static async Task<(IReadOnlyList<IntentRecord> Records, IReadOnlyList<Finding> Findings)> AsAsync(params (string Path, string Text)[] files)
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <ada@example.org>", "2026-02-01T09:00:00").File("LICENSE", Licences.Mit);
        foreach (var (path, text) in files) repository.File(path, text);
        return await OfAsync(repository);
    }

    public static async Task<(IReadOnlyList<IntentRecord> Records, IReadOnlyList<Finding> Findings)> OfAsync(ImportedRepository repository)
    {
        var head = repository.Build();
        var result = ArchivistAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts);
        var section = System.Text.Json.JsonSerializer.Deserialize<IntentSection>(result.Sections.Single(section => section.Key == SectionNames.Intent).Value, CanonicalJson.Options)!;
        return (section.Records, [.. result.Findings.Where(finding => finding.Rule.StartsWith("intent/", StringComparison.Ordinal) || finding.Rule == "licence/contradiction")]);
    }

    /// <summary>Findings as <c>path:line what</c>.</summary>
    public static async Task<string[]> FindingsAsync(string rule, params (string Path, string Text)[] files) =>
        [.. (await AsAsync(files)).Findings.Where(finding => finding.Rule == rule).Select(finding => $"{finding.Path}:{finding.Line} {finding.Evidence}")];
}

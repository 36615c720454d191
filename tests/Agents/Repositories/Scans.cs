using System.Text.Json;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Git;

namespace Charterhouse.Agents.Tests.Repositories;

internal static class Scans
{
    public static ScanMemory Nothing { get; } = new(new Dictionary<BlobKey, BlobFacts>(), null);

    public static Task<ScanResult> ScanAsync(this ImportedRepository repository, string head, ScanMemory? memory = null) =>
        new RepositoryScanner(new GitProcess()).ScanAsync(repository.GitDir, head, memory ?? Nothing, _ => { }, TestContext.Current.CancellationToken);

    public static FileFact FileAt(this ScanResult result, string path) => result.Facts.Files.Single(file => file.Path == path);

    public static string? LanguageAt(this ScanResult result, string path) => result.FileAt(path).Language is var i and >= 0 ? result.Facts.Languages[i] : null;

    public static byte[] Bytes(this RepositoryFacts facts) => JsonSerializer.SerializeToUtf8Bytes(facts, CanonicalJson.Options);

    public static RepoContext Context(string head, string name = "acme/thing") => new()
    {
        Repository = new RepositoryInfo(ImportedRepository.Id, name, null, "main"),
        HeadSha = head,
        HeadBranch = "main",
        Tree = new TreeStatistics(0, 0, 0, 0, 0),
    };
}

using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Git;
using Charterhouse.Agents.Scan.Languages;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Testing;

namespace Charterhouse.Agents.Tests.Scan;

/// <summary>What a tree may cost, whatever it is made of.</summary>
public sealed class LargeTreeTests
{
    [Fact]
    public async Task ScanAsync_TreesWithinTreesWithoutEnd_ReadsTheFirstEntriesAndSaysSo()
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00").File("a.py", "x = 1\n").Build();
        // Entries that are all the same tree, level upon level: 300,000 files in a few objects.
        var tree = repository.Git("rev-parse", "main^{tree}").Trim();
        for (var level = 0; level < 6; level++)
            tree = GitCommand.Run(repository.CacheRoot, ["--git-dir=" + repository.GitDir, "mktree"], input: Lines(tree, level < 5 ? 10 : 3)).Trim();
        var head = GitCommand.Run(repository.CacheRoot, ["--git-dir=" + repository.GitDir, "-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", "-m", "bomb", tree]).Trim();

        var facts = (await repository.ScanAsync(head)).Facts;

        facts.Files.Count.ShouldBe(TreeReader.EntryLimit);
        facts.Notes.ShouldContain($"Only the first {TreeReader.EntryLimit} entries of the tree, in the order of their paths, were read; everything else is not part of the figures.");
    }

    [Fact]
    public void Budget_Exceeded_LeavesTheSourcesRowsOutAllTogether()
    {
        var budget = new DetailsBudget(characters: 10);
        var blobs = new Dictionary<BlobKey, BlobFacts>();
        foreach (var (blob, role) in new[] { ("1", DetailRoles.Code), ("2", "file:cargo.lock"), ("3", DetailRoles.Text), ("4", DetailRoles.Code) })
            blobs[new BlobKey(blob, null, 0, role)] = budget.Take(new BlobKey(blob, null, 0, role), new BlobFacts(null, new LineCounts(1, 0, 0), FileFlags.None, null, false, "sixrow"));
        budget.Exceeded.ShouldBeTrue();

        budget.Level(blobs);

        blobs.Values.Select(facts => facts.Details).ShouldBe([null, "sixrow", null, null], "which source came first is chance");
        blobs.Values.ShouldAllBe(facts => facts.Lines.Code == 1);
    }

    [Fact]
    public void Budget_NotExceeded_LeavesEverything()
    {
        var budget = new DetailsBudget(characters: 6);
        var key = new BlobKey("1", null, 0, DetailRoles.Code);
        var facts = new BlobFacts(null, default, FileFlags.None, null, false, "sixrow");
        budget.Take(key, facts).ShouldBe(facts);
        var blobs = new Dictionary<BlobKey, BlobFacts> { [key] = facts };

        budget.Level(blobs);

        (budget.Exceeded, blobs[key]).ShouldBe((false, facts));
    }

    private static byte[] Lines(string tree, int count) => System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $"040000 tree {tree}\td{i}\n")));
}

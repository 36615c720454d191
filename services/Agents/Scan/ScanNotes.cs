using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Git;
using Charterhouse.Agents.Scan.History;

namespace Charterhouse.Agents.Scan;

/// <summary>What a reader of the facts must know, one sentence each.</summary>
internal static class ScanNotes
{
    public static IReadOnlyList<string> Of(IReadOnlyList<FileFact> files, Tree tree, bool detailsCut, HistoryFacts history)
    {
        var notes = new List<string>();
        if (tree.Cut) notes.Add($"Only the first {files.Count} entries of the tree, in the order of their paths, were read; everything else is not part of the figures.");
        if (detailsCut) notes.Add("Imports, declarations and the like were left out: together they are beyond what an analysis keeps in memory.");
        var missing = files.Count(file => file.Has(FileFlags.Missing));
        if (missing > 0) notes.Add($"{Count(missing, "file")} could not be read: git does not have the content.");
        var large = files.Count(file => file.Has(FileFlags.Large));
        if (large > 0) notes.Add($"{Count(large, "file")} over {RepositoryScanner.LargeBytes / 1024 / 1024} MB {(large == 1 ? "was" : "were")} counted by size only.");
        if (tree.OddPaths > 0) notes.Add($"{Count(tree.OddPaths, "path")} {(tree.OddPaths == 1 ? "is" : "are")} not valid UTF-8; the bytes in question are shown as \\xNN.");
        if (history.Cut) notes.Add($"Only the last {HistoryReader.CommitLimit} commits were read; older history is not part of the figures.");
        return notes;
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}

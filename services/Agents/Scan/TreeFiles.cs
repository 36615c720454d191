using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Git;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Scan;

/// <summary>The entries of a tree with what their paths and attributes say; joined with the blobs' facts they are the facts.</summary>
internal sealed class TreeFiles
{
    private readonly IReadOnlyList<TreeEntry> _entries;
    private readonly GitAttributes _attributes;
    private readonly IReadOnlyDictionary<string, string> _links;
    private readonly FileFlags[] _flags;
    private readonly BlobKey?[] _keys;

    public TreeFiles(IReadOnlyList<TreeEntry> entries, GitAttributes attributes, IReadOnlyDictionary<string, string> links)
    {
        _links = links;
        _entries = entries;
        _attributes = attributes;
        _flags = new FileFlags[entries.Count];
        _keys = new BlobKey?[entries.Count];
        var languages = new string?[entries.Count];
        var vendored = PathKinds.VendoredFolders(entries.Select(entry => entry.Path));
        var testPackages = PathKinds.GoTestPackages(entries.Select(entry => entry.Path));
        for (var i = 0; i < entries.Count; i++)
        {
            var path = entries[i].Path;
            _flags[i] = PathKinds.FlagsOf(path);
            if (PathKinds.IsIn(path, testPackages)) _flags[i] |= FileFlags.Test;
            if (PathKinds.IsIn(path, vendored)) _flags[i] |= FileFlags.Vendored;
            var language = LanguageTable.OfPath(path);
            if (!attributes.IsEmpty)
            {
                (_flags[i], var named) = attributes.Apply(path, _flags[i]);
                language = named ?? language;
            }
            languages[i] = language?.Name ?? (LanguageTable.NeedsContent(path) ? BlobInspector.AskContent : null);
        }
        var excerpts = ExcerptChoice.Choose(Enumerable.Range(0, entries.Count).Where(IsRegular).Select(i => (entries[i].Path, _flags[i])), links.Keys);
        for (var i = 0; i < entries.Count; i++)
            // An object whose size git cannot tell is not there: asking for it again would be in vain.
            if (IsRegular(i) && entries[i].Size is <= RepositoryScanner.LargeBytes)
                _keys[i] = GitAttributes.IsAttributeFile(entries[i].Path)
                    ? GitAttributes.KeyOf(entries[i])
                    : new BlobKey(entries[i].Id, languages[i], excerpts.GetValueOrDefault(entries[i].Path), DetailRoles.Of(entries[i].Path, languages[i], _flags[i]));
    }

    /// <summary>What is to be known of which blobs.</summary>
    public IEnumerable<BlobKey> Keys => _keys.Where(key => key is not null).Select(key => key!.Value);

    /// <summary>The facts.</summary>
    public RepositoryFacts ToFacts(string commit, IReadOnlyDictionary<BlobKey, BlobFacts> blobs, HistoryFacts history, Tree tree, bool detailsCut)
    {
        var found = Array.ConvertAll(_keys, key => key is { } k ? blobs.GetValueOrDefault(k) : null);
        var headers = HeaderLanguage(found);
        var names = found.Select((facts, i) => LanguageOf(facts, i, headers)).ToArray();
        var languages = names.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var index = languages.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        var files = new FileFact[_entries.Count];
        var excerpts = new List<Excerpt>();
        var details = new List<FileDetails>();
        for (var i = 0; i < files.Length; i++)
        {
            var (entry, facts) = (_entries[i], found[i]);
            var lines = facts?.Lines ?? default;
            files[i] = new FileFact(
                entry.Path, entry.Mode, entry.Id, entry.Size ?? 0, names[i] is { } name ? index[name] : -1, lines.Code, lines.Comment, lines.Blank, FlagsOf(i, facts));
            if (facts?.Text is { } text && !GitAttributes.IsAttributeFile(entry.Path)) excerpts.Add(new Excerpt(entry.Path, text, facts.Truncated, _links.GetValueOrDefault(entry.Path)));
            if (facts?.Details is { } rows) details.Add(new FileDetails(i, rows));
        }
        return new RepositoryFacts
        {
            HeadSha = commit,
            Languages = languages,
            Files = files,
            Excerpts = excerpts.OrderBy(excerpt => excerpt.Path, StringComparer.Ordinal).ToArray(),
            Details = details,
            History = history,
            Notes = ScanNotes.Of(files, tree, detailsCut, history),
        };
    }

    private bool IsRegular(int i) => _entries[i].Mode is not (FileFact.SymbolicLink or FileFact.Submodule);

    private FileFlags FlagsOf(int i, BlobFacts? facts)
    {
        if (!IsRegular(i)) return _flags[i];
        if (_entries[i].Size is > RepositoryScanner.LargeBytes) return _flags[i] | FileFlags.Large;
        if (facts is null) return _flags[i] | FileFlags.Missing;
        // Attributes have the last word: "-linguist-generated" also overrules a header.
        return _attributes.IsEmpty || facts.Flags == FileFlags.None ? _flags[i] | facts.Flags : _attributes.Apply(_entries[i].Path, _flags[i] | facts.Flags).Flags;
    }

    private string? LanguageOf(BlobFacts? facts, int i, string headers) =>
        facts?.Language == "C" && _entries[i].Path.EndsWith(".h", StringComparison.OrdinalIgnoreCase) ? headers : facts?.Language;

    /// <summary>A .h belongs to whichever of C and C++ the tree has more source files of.</summary>
    private string HeaderLanguage(BlobFacts?[] found)
    {
        int c = 0, cpp = 0;
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i]?.Language == "C++") cpp++;
            else if (found[i]?.Language == "C" && !_entries[i].Path.EndsWith(".h", StringComparison.OrdinalIgnoreCase)) c++;
        }
        return cpp > c ? "C++" : "C";
    }
}

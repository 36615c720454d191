using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Changes;

/// <summary>The changed files with what head and base know of them.</summary>
internal sealed class TouchedFiles
{
    private readonly Dictionary<string, FileFact> _head;
    private readonly Dictionary<string, FileFact> _base;

    public TouchedFiles(RepoContext context, RepositoryFacts head, RepositoryFacts atBase)
    {
        Files = context.FilesChanged;
        ByPath = Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        _head = Index(head, Files.Select(file => file.Path));
        _base = Index(atBase, Files.Select(file => file.OldPath ?? file.Path));
    }

    public IReadOnlyList<ChangedFile> Files { get; }

    public IReadOnlyDictionary<string, ChangedFile> ByPath { get; }

    public ChangedFiles Counts => new(
        Count("added"), Files.Count(file => file.Status is "modified" or "type_changed"), Count("deleted"), Count("renamed"),
        Files.Sum(file => file.Additions ?? 0), Files.Sum(file => file.Deletions ?? 0));

    /// <summary>Test files that were added, changed or deleted.</summary>
    public IReadOnlyList<string> TestFiles => Files.Select(file => file.Path).Where(path => (AtHead(path) ?? _base.GetValueOrDefault(path))?.Has(FileFlags.Test) == true).ToArray();

    /// <summary>What the head knows of a changed file; null when it is gone.</summary>
    public FileFact? AtHead(string path) => _head.GetValueOrDefault(path);

    /// <summary>The base's facts with files under the names that they have at the head, so that a finding in a file that only moved is the same finding.</summary>
    public RepositoryFacts Renamed(RepositoryFacts atBase)
    {
        var names = Files.Where(file => file.OldPath is not null).ToDictionary(file => file.OldPath!, file => file.Path, StringComparer.Ordinal);
        if (names.Count == 0) return atBase;
        return atBase with
        {
            Files = atBase.Files.Select(file => names.TryGetValue(file.Path, out var name) ? file with { Path = name } : file).ToArray(),
            Excerpts = atBase.Excerpts.Select(excerpt => names.TryGetValue(excerpt.Path, out var name) ? excerpt with { Path = name } : excerpt).ToArray(),
        };
    }

    private int Count(string status) => Files.Count(file => file.Status == status);

    private static Dictionary<string, FileFact> Index(RepositoryFacts facts, IEnumerable<string> paths)
    {
        var wanted = paths.ToHashSet(StringComparer.Ordinal);
        return facts.Files.Where(file => wanted.Contains(file.Path)).ToDictionary(file => file.Path, StringComparer.Ordinal);
    }
}

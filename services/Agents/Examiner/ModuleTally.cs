using Charterhouse.Agents.Archivist;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Details.Tests;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Examiner;

/// <summary>Sets the tests against the modules: those that lie in a module, and those in folders of tests that are named after it.</summary>
internal sealed class ModuleTally
{
    private const int UntestedLines = 500;
    /// <summary>With fewer tests in all, that a module has none says little.</summary>
    private const int MeaningfulCases = 20;
    private const int PrefixLength = 6;

    private readonly RepositoryFacts _facts;
    private readonly TestFiles _files;
    private readonly ModuleMap _map;
    /// <summary>By path: the folder of the file's module.</summary>
    private readonly Dictionary<string, string> _folders;
    /// <summary>By path of a test: the folder of the module that it imports most.</summary>
    private readonly Dictionary<string, string> _imported;
    private readonly ScriptFolders _scripts;
    private readonly SortedDictionary<string, Sum> _modules = new(StringComparer.Ordinal);

    public ModuleTally(RepositoryFacts facts, TestFiles files)
    {
        var source = SourceMap.Of(facts);
        (_facts, _files, _map) = (facts, files, source.Modules);
        _folders = facts.Files.Select((file, i) => (file.Path, Folder: _map.FolderOf(source.Tree, i))).DistinctBy(file => file.Path, StringComparer.Ordinal).ToDictionary(file => file.Path, file => file.Folder, StringComparer.Ordinal);
        _imported = Imported(source);
        _scripts = new ScriptFolders(source);
        foreach (var file in files.Source)
        {
            var sum = Of(_folders[file.Path]);
            sum.Source += files.SourceLines(file);
            sum.Test += files.InlineLines(file);
            sum.Files.Add(file);
        }
        // A sample may be called as what it shows.
        var byName = _modules.Where(module => module.Value.Source > 0 && module.Key != ModuleMap.Top && !IsBeside(module.Key)).GroupBy(module => NameOf(module.Key), StringComparer.Ordinal)
            .Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.Single().Key, StringComparer.Ordinal);
        var main = _modules.Where(module => module.Value.Source > 0 && !IsBeside(module.Key)).Select(module => module.Key).Take(2).ToArray();
        var homes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files.Files) Of(homes[file.Path] = Home(file.Path, byName, main)).Test += file.Code + file.Comment;
        foreach (var test in files.Tests) Of(homes.GetValueOrDefault(test.File.Path) ?? _folders[test.File.Path]).Cases += test.Framework == "go test -bench" ? 0 : test.Cases;
    }

    /// <summary>Modules with source, the largest first; after them folders of tests that belong to none of them; then what stands beside: samples, tools.</summary>
    public IReadOnlyList<ModuleTests> Modules() =>
        _modules.Where(module => module.Value.Source + module.Value.Test > 0)
            .OrderBy(module => IsBeside(module.Key) && module.Value is { Test: 0, Cases: 0 }).ThenByDescending(module => module.Value.Source).ThenByDescending(module => module.Value.Test).ThenBy(module => module.Key, StringComparer.Ordinal)
            .Select(module => new ModuleTests(module.Key, module.Value.Source, module.Value.Test, module.Value.Cases, module.Value.Source == 0 ? 0 : Math.Round((double)module.Value.Test / module.Value.Source, 2)))
            .ToArray();

    /// <summary>Modules of which it is sure that no test is about them, the largest first.</summary>
    public IReadOnlyList<(string Module, long Lines)> Untested()
    {
        if (_files.Tests.Sum(test => test.Cases) < MeaningfulCases) return [];
        var tested = _files.Tests.Select(test => test.File.Language).ToHashSet();
        var names = _files.Files.Select(file => ImportWords.Plain(file.Path)).ToArray();
        var stems = _files.Files.Select(file => Bare(ImportWords.Plain(StemOf(file.Path)))).ToHashSet(StringComparer.Ordinal);
        var manifests = _facts.Excerpts.Where(file => ExcerptChoice.IsManifest(file.Path)).ToDictionary(file => file.Path, StringComparer.Ordinal);
        return _modules
            .Where(module => module.Value is { Test: 0, Cases: 0 } && module.Key != ModuleMap.Top && !IsBeside(module.Key))
            .Select(module => (Module: module.Key, Files: module.Value.Files.Where(file => tested.Contains(file.Language)).ToArray()))
            .Select(module => (module.Module, module.Files, Lines: module.Files.Sum(file => (long)file.Code)))
            .Where(module => module.Lines >= UntestedLines && !_scripts.Contains(module.Module, module.Files) && !IsMentioned(module.Module, module.Files))
            .OrderByDescending(module => module.Lines).ThenBy(module => module.Module, StringComparer.Ordinal)
            .Select(module => (module.Module, module.Lines)).ToArray();

        bool IsMentioned(string module, FileFact[] own)
        {
            // A manifest that was not read may give the module a name that tests know it by.
            var lists = _facts.Files.Where(file => file.IsFile && file.Path.StartsWith(module + "/", StringComparison.Ordinal) && file.Path.LastIndexOf('/') == module.Length && ExcerptChoice.IsManifest(file.Path)).ToArray();
            if (lists.Any(file => !manifests.ContainsKey(file.Path))) return true;
            var known = lists.SelectMany(file => ManifestReader.Read(manifests[file.Path])?.Package is { } package ? [package] : Array.Empty<string>()).Append(module[(module.LastIndexOf('/') + 1)..]);
            foreach (var name in known.SelectMany(name => (string[])[name, .. name.Split(['.', '/', '-', '_', ':'])[^1..]]).Select(ImportWords.Plain).Where(name => name.Length > 1))
            {
                if (_files.Words.Contains(name) || names.Any(path => path.Contains(name, StringComparison.Ordinal))) return true;
                if (manifests.Values.Any(file => _map.IsBeside(file.Path) && ImportWords.Plain(file.Text).Contains(name, StringComparison.Ordinal))) return true;
            }
            return own.Any(file => ImportWords.Plain(StemOf(file.Path)) is { Length: > 3 } stem && (stems.Contains(stem) || _files.Words.Contains(stem)));
        }
    }

    private string Home(string path, Dictionary<string, string> byName, string[] main)
    {
        var module = _folders[path];
        if (_modules.TryGetValue(module, out var sum) && sum.Source > 0) return module;
        var segments = path.Split('/');
        for (var i = segments.Length - 2; i >= 0; i--)
            if (byName.TryGetValue(Bare(ImportWords.Plain(segments[i])), out var named)) return named;
        if (_imported.TryGetValue(path, out var imported) && _modules.TryGetValue(imported, out var tested) && tested.Source > 0) return imported;
        // Kubernetes.Tests are the tests of Kubernetes.Controller, when nothing else begins like that.
        var start = Bare(NameOf(module));
        if (start.Length >= PrefixLength && byName.Keys.Where(name => name.StartsWith(start, StringComparison.Ordinal)).Take(2).ToArray() is [var only]) return byName[only];
        if (byName.TryGetValue(Bare(ImportWords.Plain(StemOf(path))), out var stem)) return stem;
        // With one module to test there is no doubt which one it is.
        return main.Length == 1 ? main[0] : module;
    }

    private static Dictionary<string, string> Imported(SourceMap map) =>
        map.Imports.Links.Where(link => map.Tree.Roles[link.From] == SourceRole.Test && map.Modules.Modules[link.Module].Files > 0)
            .GroupBy(link => link.From).ToDictionary(
                group => map.Tree.PathOf(group.Key),
                group => group.GroupBy(link => link.Module).OrderByDescending(links => links.Count()).ThenBy(links => links.Key).First().Key is var module && map.Modules.Modules[module].Folder is { Length: > 0 } folder ? folder : ModuleMap.Top,
                StringComparer.Ordinal);

    private Sum Of(string module) => _modules.TryGetValue(module, out var sum) ? sum : _modules[module] = new Sum();

    /// <summary>Beside the product: its samples, tools and documents.</summary>
    private bool IsBeside(string module) => module != ModuleMap.Top && _map.IsBeside(module + "/");

    private static string NameOf(string module) => ImportWords.Plain(module[(module.LastIndexOf('/') + 1)..]);

    private static string StemOf(string path) => path[(path.LastIndexOf('/') + 1)..].Split('.')[0];

    /// <summary>Without what says that it is a test.</summary>
    private static string Bare(string name)
    {
        foreach (var end in (string[])["unittests", "integrationtests", "functionaltests", "tests", "test", "specs", "spec"])
            if (name.Length > end.Length && name.EndsWith(end, StringComparison.Ordinal)) return name[..^end.Length];
        return name.Length > 4 && name.StartsWith("test", StringComparison.Ordinal) ? name[4..] : name;
    }

    private sealed class Sum
    {
        public long Source { get; set; }
        public long Test { get; set; }
        public int Cases { get; set; }
        public List<FileFact> Files { get; } = [];
    }
}

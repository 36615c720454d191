using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Examiner;

/// <summary>Which runner's globals a JavaScript test uses: what the nearest package.json depends on.</summary>
internal sealed class ScriptRunners
{
    /// <summary>When no manifest tells.</summary>
    public const string Unknown = "it/test (runner not recognised)";

    private static readonly (string Package, string Framework)[] Runners =
        [("\"vitest\"", "Vitest"), ("\"jest\"", "Jest"), ("\"react-scripts\"", "Jest"), ("\"jest-", "Jest"), ("\"@jest/", "Jest"), ("\"mocha\"", "Mocha"), ("\"jasmine", "Jasmine"), ("\"karma", "Karma"), ("\"qunit", "QUnit"), ("\"@playwright/test\"", "Playwright")];

    private readonly Dictionary<string, string> _byFolder = new(StringComparer.Ordinal);

    public ScriptRunners(RepositoryFacts facts)
    {
        foreach (var file in facts.Excerpts)
        {
            if (file.Path != "package.json" && !file.Path.EndsWith("/package.json", StringComparison.Ordinal)) continue;
            var runner = Array.Find(Runners, runner => file.Text.Contains(runner.Package, StringComparison.Ordinal));
            if (runner.Framework is not null) _byFolder[file.Path[..Math.Max(0, file.Path.Length - "/package.json".Length)]] = runner.Framework;
        }
        foreach (var file in facts.Files)
        {
            var slash = file.Path.LastIndexOf('/');
            var name = file.Path[(slash + 1)..];
            var framework = name.StartsWith("vitest.config.", StringComparison.Ordinal) ? "Vitest" : name.StartsWith("jest.config.", StringComparison.Ordinal) ? "Jest" : name.StartsWith(".mocharc", StringComparison.Ordinal) ? "Mocha" : null;
            if (framework is not null && !file.Has(FileFlags.Vendored)) _byFolder.TryAdd(slash < 0 ? "" : file.Path[..slash], framework);
        }
    }

    /// <summary>The runner for the file.</summary>
    public string Of(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            if (_byFolder.TryGetValue(path[..slash], out var near)) return near;
        return _byFolder.GetValueOrDefault("", Unknown);
    }
}

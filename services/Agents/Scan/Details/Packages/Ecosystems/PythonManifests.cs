using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>pyproject.toml (PEP 621, PEP 735, Poetry, PDM, uv), Pipfile, and the lists of setup.cfg and setup.py where they are plain.</summary>
internal static class PythonManifests
{
    public static void ReadProject(string text, DetailWriter writer)
    {
        var (name, traits) = ("", new SortedSet<string>(StringComparer.Ordinal));
        var found = new List<(PythonRequirement Requirement, string Scope, int Line)>();
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        var tables = new PoetryTables();
        var package = true;
        TomlReader.Read(text, (path, value, line) =>
        {
            switch (path)
            {
                case ["project", "name"] or ["tool", "poetry", "name"]: name = value; break;
                case ["build-system", "build-backend"]: traits.Add(Trait.Library); break;
                case ["project", "scripts" or "gui-scripts", ..] or ["tool", "poetry", "scripts", ..]: traits.Add(Trait.Program); break;
                case ["tool", "poetry", "package-mode"] or ["tool", "uv", "package"] or ["tool", "pdm", "distribution"] when value == "false": package = false; break;
                case ["tool", "uv", "workspace", ..]: traits.Add(Trait.Workspace); break;
                case ["project", "dependencies", _]: Add(value, Scope.Runtime, line); break;
                case ["project", "optional-dependencies", _, _]: Add(value, Scope.Optional, line); break;
                case ["dependency-groups", _, _] or ["tool", "uv", "dev-dependencies", _] or ["tool", "pdm", "dev-dependencies", _, _]: Add(value, Scope.Dev, line); break;
                case ["build-system", "requires", _]: Add(value, Scope.Build, line); break;
                case ["tool", "uv", "sources", var source, var kind]: sources.TryAdd(PythonRequirement.Normalise(source), kind); break;
                case ["tool", "uv", "sources", var source, _, var kind]: sources.TryAdd(PythonRequirement.Normalise(source), kind); break;
                case ["tool", "poetry", "dependencies", var key, ..]: tables.Add(key, path[4..], value, Scope.Runtime, line); break;
                case ["tool", "poetry", "dev-dependencies", var key, ..]: tables.Add(key, path[4..], value, Scope.Dev, line); break;
                case ["tool", "poetry", "group", _, "dependencies", var key, ..]: tables.Add(key, path[6..], value, Scope.Dev, line); break;
            }
        });
        if (!package) traits.Remove(Trait.Library);
        if (!package) traits.Add(Trait.Private);
        foreach (var (requirement, scope, line) in found)
            writer.Add(PackageRows.Requires, line, requirement.Name, requirement.Specifier, scope, sources.GetValueOrDefault(requirement.Name) switch { "workspace" or "path" => Source.Local, "git" => Source.GitBranch, "url" => Source.Url, _ => requirement.Source }, requirement.Conditional ? "conditional" : "");
        tables.Write(writer);
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.PyPi, name, string.Join(' ', traits));

        void Add(string value, string scope, int line)
        {
            if (PythonRequirement.Parse(value) is { } requirement) found.Add((requirement, scope, line));
        }
    }

    public static void ReadPipfile(string text, DetailWriter writer)
    {
        var tables = new PoetryTables();
        TomlReader.Read(text, (path, value, line) =>
        {
            if (path is ["packages" or "dev-packages", var key, ..]) tables.Add(key, path[2..], value, path[0] == "packages" ? Scope.Runtime : Scope.Dev, line);
        });
        tables.Write(writer);
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.PyPi, "", $"{Trait.Private} {Trait.Program}");
    }

    public static void ReadSetupCfg(string text, DetailWriter writer)
    {
        string section = "", key = "", name = "";
        var (number, any) = (0, false);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty || line[0] is '#' or ';') continue;
            if (line[0] == '[' && raw[0] == '[')
            {
                (section, key) = (line.Trim("[]").ToString(), "");
                continue;
            }
            if (!char.IsWhiteSpace(raw[0]))
            {
                var equals = line.IndexOfAny('=', ':');
                if (equals <= 0) continue;
                key = line[..equals].TrimEnd().ToString();
                line = line[(equals + 1)..].Trim();
                if (section == "metadata" && key == "name") name = line.ToString();
            }
            var scope = section == "options" && key == "install_requires" ? Scope.Runtime : section == "options.extras_require" ? Scope.Optional : null;
            if (scope is null || line.IsEmpty || PythonRequirement.Parse(line.ToString()) is not { } requirement) continue;
            any = true;
            writer.Add(PackageRows.Requires, number, requirement.Name, requirement.Specifier, scope, requirement.Source, requirement.Conditional ? "conditional" : "");
        }
        // Many a setup.cfg only holds the settings of tools.
        if (any || name.Length > 0) writer.Add(PackageRows.Manifest, 0, PackageEcosystems.PyPi, name, Trait.Library);
    }

    /// <summary>Only <c>install_requires=["…", "…"]</c>, written out: anything else is a program's business.</summary>
    public static void ReadSetupPy(string text, DetailWriter writer)
    {
        if (!text.Contains("setup(", StringComparison.Ordinal)) return;
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.PyPi, "", Trait.Library);
        var at = text.IndexOf("install_requires", StringComparison.Ordinal);
        if (at < 0) return;
        at += "install_requires".Length;
        while (at < text.Length && text[at] is ' ' or '=') at++;
        if (at >= text.Length || text[at] != '[') return;
        var found = new List<(string Text, int At)>();
        for (at++; at < text.Length && text[at] != ']'; at++)
        {
            if (char.IsWhiteSpace(text[at]) || text[at] == ',') continue;
            if (text[at] == '#')
            {
                while (at + 1 < text.Length && text[at + 1] != '\n') at++;
                continue;
            }
            if (text[at] is not ('"' or '\'')) return;
            var end = text.IndexOf(text[at], at + 1);
            if (end < 0) return;
            found.Add((text[(at + 1)..end], at));
            at = end;
        }
        foreach (var (value, place) in found)
            if (PythonRequirement.Parse(value) is { } requirement)
                writer.Add(PackageRows.Requires, text.AsSpan(0, place).Count('\n') + 1, requirement.Name, requirement.Specifier, Scope.Runtime, requirement.Source, requirement.Conditional ? "conditional" : "");
    }
}

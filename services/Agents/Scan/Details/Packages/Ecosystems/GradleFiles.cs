using System.Buffers;
using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>build.gradle(.kts) as far as its lines say plainly <c>configuration "group:name:version"</c>, version catalogs, gradle.lockfile.</summary>
internal static class GradleFiles
{
    private static readonly string[] Endings = ["implementation", "api", "compileonly", "runtimeonly", "compileonlyapi", "annotationprocessor", "kapt", "ksp", "classpath", "compile", "runtime", "testcompile", "developmentonly", "minecraft", "modimplementation", "desugaring"];

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    public static void Read(string text, DetailWriter writer)
    {
        var (number, comment) = (0, false);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (comment || line.StartsWith("/*"))
            {
                comment = !line.EndsWith("*/");
                continue;
            }
            var end = 0;
            while (end < line.Length && char.IsAsciiLetterOrDigit(line[end])) end++;
            if (end == 0 || end == line.Length || line[end] is not (' ' or '(')) continue;
            var configuration = line[..end].ToString().ToLowerInvariant();
            if (!Endings.Any(ending => configuration.EndsWith(ending, StringComparison.Ordinal))) continue;
            var rest = line[end..].Trim(" (");
            var platform = rest.StartsWith("platform(") || rest.StartsWith("enforcedPlatform(");
            if (platform) rest = rest[(rest.IndexOf('(') + 1)..].TrimStart();
            Dependency(rest, configuration, number, writer);
        }
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.Gradle, "", "");
    }

    public static void ReadCatalog(string text, DetailWriter writer)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        var libraries = new List<(string Alias, Dictionary<string, string> Members, int Line)>();
        TomlReader.Read(text, (path, value, line) =>
        {
            if (path is ["versions", var version, ..]) versions[version] = value;
            if (path is not ["libraries", var alias, ..]) return;
            if (libraries.Count == 0 || libraries[^1].Alias != alias) libraries.Add((alias, new Dictionary<string, string>(StringComparer.Ordinal), line));
            libraries[^1].Members[string.Join('.', path[2..].ToArray())] = value;
        });
        foreach (var (alias, members, line) in libraries)
        {
            string Member(string member) => members.GetValueOrDefault(member, "");
            var notation = Member("").Split(':');
            var module = Member("module") is { Length: > 0 } written ? written : Member("group").Length > 0 ? $"{Member("group")}:{Member("name")}" : notation.Length >= 2 ? $"{notation[0]}:{notation[1]}" : "";
            var version = notation.Length >= 3 ? notation[2] : Member("version.ref") is { Length: > 0 } reference ? versions.GetValueOrDefault(reference, "") : Member("version");
            if (module.Length > 0) writer.Add(PackageRows.Central, line, Accessor(alias), module, version);
        }
    }

    /// <summary>
    /// dependencies.gradle, the older form of a catalog: maps whose lines say <c>name: "group:name:$versions.x"</c>, used as <c>libs.name</c>, and
    /// <c>x: "1.0"</c>. Nothing is evaluated.
    /// </summary>
    public static void ReadMap(string text, DetailWriter writer)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        var libraries = new List<(string Alias, string[] Notation, int Line)>();
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            var colon = line.IndexOf(':');
            if (colon <= 0 || line[..colon].TrimEnd().ContainsAnyExcept(NameCharacters)) continue;
            var value = line[(colon + 1)..].TrimStart();
            if (value.Length < 2 || value[0] is not ('"' or '\'') || value[1..].IndexOf(value[0]) is not (> 0 and var end)) continue;
            var (name, written) = (line[..colon].TrimEnd().ToString(), value.Slice(1, end).ToString());
            if (written.Split(':') is { Length: 2 or 3 } notation) libraries.Add((name, notation, number));
            else versions.TryAdd(name, written);
        }
        foreach (var (alias, notation, line) in libraries)
            writer.Add(PackageRows.Central, line, Accessor(alias), $"{Filled(notation[0])}:{Filled(notation[1])}", notation.Length > 2 ? Filled(notation[2]) : "");

        // $versions.x, ${versions.x}
        string Filled(string part)
        {
            const string Variable = "versions.";
            var dollar = part.IndexOf('$', StringComparison.Ordinal);
            if (dollar < 0) return part;
            var name = part[(dollar + 1)..].Trim('{', '}');
            return name.StartsWith(Variable, StringComparison.Ordinal) && versions.TryGetValue(name[Variable.Length..], out var version) ? part[..dollar] + version : part;
        }
    }

    public static void ReadLock(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.Gradle);
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var equals = line.IndexOf('=');
            if (equals <= 0 || line[0] == '#') continue;
            var module = line[..equals].ToString().Split(':');
            if (module.Length == 3) writer.Add(PackageRows.Locked, number, $"{module[0]}:{module[1]}", module[2]);
        }
    }

    /// <summary>Gradle makes <c>libs.a.b</c> of the alias <c>a-b</c>, <c>a_b</c> or <c>a.b</c>.</summary>
    private static string Accessor(string alias) => alias.Replace('-', '.').Replace('_', '.').ToLowerInvariant();

    private static void Dependency(ReadOnlySpan<char> rest, string configuration, int line, DetailWriter writer)
    {
        var scope = configuration.Contains("test", StringComparison.Ordinal) ? Scope.Dev
            : configuration is "classpath" or "kapt" or "ksp" || configuration.EndsWith("annotationprocessor", StringComparison.Ordinal) ? Scope.Build : Scope.Runtime;
        if (rest.StartsWith("libs."))
        {
            var end = 5;
            while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] is '.' or '_')) end++;
            var accessor = Accessor(rest[5..end].ToString());
            if (accessor.EndsWith(".get", StringComparison.Ordinal)) accessor = accessor[..^4];
            if (!accessor.StartsWith("bundles.", StringComparison.Ordinal)) writer.Add(PackageRows.Requires, line, accessor, "", scope, Source.Central);
            return;
        }
        if (rest.StartsWith("group"))
        {
            var words = rest.ToString().Split('\'', '"');
            // group: 'g', name: 'n', version: 'v'
            if (words.Length >= 4 && words[2].Contains("name", StringComparison.Ordinal))
                writer.Add(PackageRows.Requires, line, $"{words[1]}:{words[3]}", words.Length >= 6 && words[4].Contains("version", StringComparison.Ordinal) ? words[5] : "", scope, words.Length >= 6 ? "" : Source.Central);
            return;
        }
        if (rest.IsEmpty || rest[0] is not ('"' or '\'')) return;
        var close = rest[1..].IndexOf(rest[0]);
        if (close <= 0) return;
        var parts = rest.Slice(1, close).ToString().Split(':');
        if (parts.Length < 2 || parts[0].Length == 0 || parts[1].Length == 0 || parts[0].Contains('$', StringComparison.Ordinal) || parts[1].Contains('$', StringComparison.Ordinal)) return;
        var version = parts.Length >= 3 ? parts[2].Split('@')[0] : "";
        writer.Add(PackageRows.Requires, line, $"{parts[0]}:{parts[1]}", version, scope, version.Length == 0 ? Source.Central : "");
    }
}

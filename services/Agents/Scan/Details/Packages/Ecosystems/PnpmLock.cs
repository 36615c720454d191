namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>
/// pnpm-lock.yaml of versions 5 to 9, by its lines: pnpm always writes it in one way, and a parser would take seconds for its megabytes.
/// </summary>
internal static class PnpmLock
{
    public static void Read(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.Npm);
        var direct = new HashSet<string>(StringComparer.Ordinal);
        string section = "", name = "";
        (string Name, string Version, int Line, bool Dev)? package = null;
        void Flush()
        {
            if (package is { } found) writer.Add(PackageRows.Locked, found.Line, found.Name, found.Version, (direct.Contains(found.Name + "@" + found.Version) ? "direct" : "") + (found.Dev ? " dev" : ""));
            package = null;
        }

        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.TrimEnd();
            var body = line.TrimStart(' ');
            if (body.IsEmpty || body[0] == '#') continue;
            var indent = line.Length - body.Length;
            if (indent == 0)
            {
                Flush();
                section = body.TrimEnd(':').ToString();
                continue;
            }
            if (section == "packages")
            {
                if (indent == 2 && body[^1] == ':')
                {
                    Flush();
                    if (Split(body[..^1].Trim("'\"")) is { } split) package = (split.Name, split.Version, number, false);
                }
                else if (indent == 4 && package is { } open && body is "dev: true")
                {
                    package = open with { Dev = true };
                }
            }
            else if (section == "importers" && indent == 2)
            {
                var folder = body.TrimEnd('}').TrimEnd(" {").TrimEnd(':').Trim("'\"").ToString();
                if (folder != ".") writer.Add(PackageRows.Covers, number, folder);
            }
            // importers: at 6 a name, in version 5 with its version, since 6 with it below; without workspaces the same two levels to the left.
            else if (section is "importers" or "dependencies" or "devDependencies" or "optionalDependencies")
            {
                var left = section == "importers" ? 6 : 2;
                var colon = body.LastIndexOf(": ");
                if (indent == left && body[^1] == ':') name = body[..^1].Trim("'\"").ToString();
                else if (indent == left && colon > 0) direct.Add(body[..colon].Trim("'\"").ToString() + "@" + Bare(body[(colon + 2)..]));
                else if (indent == left + 2 && body.StartsWith("version: ")) direct.Add(name + "@" + Bare(body["version: ".Length..]));
            }
        }
        Flush();
    }

    /// <summary><c>/name/1.0.0_peers</c>, <c>/name@1.0.0(peers)</c>, <c>name@1.0.0</c>; null for what is no package of a registry.</summary>
    private static (string Name, string Version)? Split(ReadOnlySpan<char> key)
    {
        key = key.TrimStart('/');
        var peers = key.IndexOf('(');
        if (peers > 0) key = key[..peers];
        if (key.Contains("://", StringComparison.Ordinal) || key.StartsWith("file:") || key.StartsWith("link:")) return null;
        var at = key.Length > 1 ? key[1..].LastIndexOf('@') + 1 : 0;
        // Version 5 parts the name from the version by a slash; its peers follow an underscore and may hold an @.
        var slash = LastName(key);
        if (slash > 0 && slash < key.Length - 1 && char.IsAsciiDigit(key[slash + 1])) return (key[..slash].ToString(), Bare(key[(slash + 1)..]));
        return at > 0 && at < key.Length - 1 && !key[(at + 1)..].Contains('/') && !key[(at + 1)..].Contains(':') ? (key[..at].ToString(), key[(at + 1)..].ToString()) : null;
    }

    private static int LastName(ReadOnlySpan<char> key)
    {
        var first = key.IndexOf('/');
        if (first < 0 || key[0] != '@') return first;
        var second = key[(first + 1)..].IndexOf('/');
        return second < 0 ? -1 : first + 1 + second;
    }

    private static string Bare(ReadOnlySpan<char> version)
    {
        version = version.Trim("'\" ");
        var end = version.IndexOfAny('(', '_');
        return (end > 0 ? version[..end] : version).ToString();
    }
}

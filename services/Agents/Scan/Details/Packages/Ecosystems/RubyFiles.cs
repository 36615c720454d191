namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>Gemfile, *.gemspec and Gemfile.lock, by their lines: what Ruby would compute is not known.</summary>
internal static class RubyFiles
{
    public static void Read(string text, DetailWriter writer)
    {
        var (number, group, spec) = (0, false, false);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.StartsWith("group ") || line.StartsWith("group(")) group = IsForDevelopment(line);
            else if (raw.StartsWith("end")) group = false;
            else if (line.StartsWith("gemspec")) spec = true;
            else if (line.StartsWith("gem ") || line.StartsWith("gem(")) Gem(line[4..], raw[0] != 'g', group || (line.Contains("group:", StringComparison.Ordinal) || line.Contains("groups:", StringComparison.Ordinal) || line.Contains(":group", StringComparison.Ordinal)) && IsForDevelopment(line), number, writer);
        }
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.RubyGems, "", spec ? Trait.Library : "");
    }

    public static void ReadSpec(string text, DetailWriter writer)
    {
        var (number, name) = (0, "");
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty || line[0] == '#') continue;
            var at = line.IndexOf(".add_");
            if (at > 0 && line[at..].IndexOf("dependency") is var word and > 0)
            {
                var rest = line[(at + word + "dependency".Length)..].TrimStart("( ");
                Gem(rest, true, line[at..].StartsWith(".add_development"), number, writer);
            }
            else if (name.Length == 0 && line.IndexOf(".name") is var dot and > 0 && line[(dot + 5)..].TrimStart() is ['=', ..] && Strings(line[(dot + 5)..]) is [var own, ..])
            {
                name = own;
            }
        }
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.RubyGems, name, Trait.Library);
    }

    public static void ReadLock(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.RubyGems);
        var (number, section) = (0, "");
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            if (raw.IsEmpty) continue;
            if (!char.IsWhiteSpace(raw[0])) section = raw.Trim().ToString();
            // Gems of this repository are listed under PATH.
            else if (section is "GEM" or "GIT" or "PATH" && raw.StartsWith("    ") && raw.Length > 4 && raw[4] != ' ')
            {
                var open = raw.IndexOf(" (");
                if (open > 4) writer.Add(PackageRows.Locked, number, raw[4..open].Trim().ToString(), section == "PATH" ? "" : Version(raw[(open + 2)..].TrimEnd(") ").ToString()), section == "PATH" ? "provided" : "");
            }
        }
    }

    /// <summary>A gem's platform follows its version.</summary>
    private static string Version(string version) => version.IndexOf('-', StringComparison.Ordinal) is var platform and > 0 ? version[..platform] : version;

    private static void Gem(ReadOnlySpan<char> rest, bool conditional, bool dev, int line, DetailWriter writer)
    {
        var options = rest.IndexOf(", :") is var old and >= 0 ? old : Keyword(rest);
        var words = Strings(options > 0 ? rest[..options] : rest);
        if (words.Count == 0 || words[0].Length == 0 || words[0].Contains('#', StringComparison.Ordinal)) return;
        var tail = options > 0 ? rest[options..] : default;
        var source = tail.Contains("path:", StringComparison.Ordinal) || tail.Contains(":path", StringComparison.Ordinal) ? Source.Local
            : tail.Contains("git", StringComparison.Ordinal) ? tail.Contains("ref:", StringComparison.Ordinal) || tail.Contains("tag:", StringComparison.Ordinal) || tail.Contains(":ref", StringComparison.Ordinal) || tail.Contains(":tag", StringComparison.Ordinal) ? Source.GitFixed : Source.GitBranch
            : Source.Registry;
        writer.Add(PackageRows.Requires, line, words[0], string.Join(", ", words.Skip(1)), dev ? Scope.Dev : Scope.Runtime, source,
            conditional || rest.Contains(" if ", StringComparison.Ordinal) || rest.Contains(" unless ", StringComparison.Ordinal) || tail.Contains("install_if", StringComparison.Ordinal) ? "conditional" : "");
    }

    /// <summary>Where the first <c>, name:</c> begins, or -1.</summary>
    private static int Keyword(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '"' or '\'')
            {
                var close = text[(i + 1)..].IndexOf(text[i]);
                if (close < 0) return -1;
                i += close + 1;
            }
            else if (text[i] == ',')
            {
                var word = text[(i + 1)..].TrimStart();
                var end = 0;
                while (end < word.Length && (char.IsAsciiLetter(word[end]) || word[end] == '_')) end++;
                if (end > 0 && end < word.Length && word[end] == ':') return i;
            }
            else if (text[i] == '#')
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>The quoted strings at the beginning, commas between them.</summary>
    private static List<string> Strings(ReadOnlySpan<char> text)
    {
        var found = new List<string>();
        for (var i = 0; i < text.Length && text[i] != '#'; i++)
        {
            if (text[i] is not ('"' or '\''))
            {
                // Behind the arguments comes a condition, whose strings are none of them.
                if (found.Count > 0 && text[i] is not (' ' or ',')) break;
                continue;
            }
            var close = text[(i + 1)..].IndexOf(text[i]);
            if (close < 0) break;
            found.Add(text.Slice(i + 1, close).ToString());
            i += close + 1;
        }
        return found;
    }

    private static bool IsForDevelopment(ReadOnlySpan<char> line) =>
        (line.Contains("dev", StringComparison.Ordinal) || line.Contains("test", StringComparison.Ordinal) || line.Contains("doc", StringComparison.Ordinal) || line.Contains("lint", StringComparison.Ordinal)) && !line.Contains("production", StringComparison.Ordinal) && !line.Contains(":default", StringComparison.Ordinal);
}

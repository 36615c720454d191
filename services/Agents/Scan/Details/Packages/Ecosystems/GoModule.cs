namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>go.mod, which is its own lock: the build uses exactly the versions that it names. go.sum only guards their contents.</summary>
internal static class GoModule
{
    public static void Read(string text, DetailWriter writer)
    {
        var local = new HashSet<string>(StringComparer.Ordinal);
        var required = new List<(string Name, string Version, bool Indirect, int Line)>();
        var (module, block, number) = ("", "", 0);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var slashes = raw.IndexOf("//");
            var indirect = slashes >= 0 && raw[slashes..].Contains("indirect", StringComparison.Ordinal);
            var words = (slashes >= 0 ? raw[..slashes] : raw).ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            if (words[0] == ")")
            {
                block = "";
                continue;
            }
            if (block.Length == 0 && words.Length >= 2 && words[1] == "(")
            {
                block = words[0];
                continue;
            }
            var directive = block.Length > 0 ? block : words[0];
            var rest = block.Length > 0 ? words : words[1..];
            if (directive == "module" && rest.Length > 0) module = rest[0].Trim('"');
            else if (directive == "require" && rest.Length >= 2) required.Add((rest[0].Trim('"'), rest[1], indirect, number));
            else if (directive == "replace" && Array.IndexOf(rest, "=>") is var arrow and > 0 && arrow + 1 < rest.Length && rest[arrow + 1][0] is '.' or '/') local.Add(rest[0]);
        }
        foreach (var (name, version, indirect, line) in required)
        {
            if (!indirect) writer.Add(PackageRows.Requires, line, name, version, Scope.Runtime, local.Contains(name) ? Source.Local : "");
            if (!local.Contains(name)) writer.Add(PackageRows.Locked, line, name, version, indirect ? "" : "direct");
        }
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.Go, module, "");
    }

    /// <summary>That it is there is all: it also names versions that are not used.</summary>
    public static void ReadSum(string text, DetailWriter writer)
    {
        if (!text.AsSpan().IsWhiteSpace()) writer.Add(PackageRows.Lock, 0, PackageEcosystems.Go);
    }
}

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>yarn.lock, classic and berry: entries at the left margin, their members indented.</summary>
internal static class YarnLock
{
    public static void Read(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.Npm);
        var (asked, version, resolution, at, number) = ("", "", "", 0, 0);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            if (raw.IsEmpty || raw[0] == '#') continue;
            if (!char.IsWhiteSpace(raw[0]))
            {
                Flush(writer, asked, version, resolution, at);
                (asked, version, resolution, at) = (raw.TrimEnd().TrimEnd(':').ToString().Replace("\"", "", StringComparison.Ordinal), "", "", number);
            }
            else if (raw.StartsWith("  version") && !raw.StartsWith("   "))
            {
                version = raw["  version".Length..].Trim(" :\"").ToString();
            }
            else if (raw.StartsWith("  resolution:"))
            {
                resolution = raw["  resolution:".Length..].Trim(" \"").ToString();
            }
        }
        Flush(writer, asked, version, resolution, at);
    }

    private static void Flush(DetailWriter writer, string asked, string version, string resolution, int line)
    {
        if (asked.Length == 0 || asked == "__metadata") return;
        var workspace = resolution.IndexOf("@workspace:", StringComparison.Ordinal);
        if (workspace > 0)
        {
            var folder = resolution[(workspace + "@workspace:".Length)..];
            if (folder != ".") writer.Add(PackageRows.Covers, line, folder);
            return;
        }
        var end = asked.IndexOf('@', 1);
        if (end > 0 && version.Length > 0) writer.Add(PackageRows.Locked, line, asked[..end], version, "", asked);
    }
}

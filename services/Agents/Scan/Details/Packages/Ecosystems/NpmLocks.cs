using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>package-lock.json and npm-shrinkwrap.json of versions 1 to 3, and bun.lock.</summary>
internal static class NpmLocks
{
    private const string Modules = "node_modules/";

    public static void Read(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.Npm);
        var (key, version, dev, link, at) = ("", "", false, false, 0);
        var packages = false;
        void Flush()
        {
            var last = key.LastIndexOf(Modules, StringComparison.Ordinal);
            if (last < 0)
            {
                if (key.Length > 0) writer.Add(PackageRows.Covers, at, key);
            }
            else if (version.Length > 0 && !link)
            {
                writer.Add(PackageRows.Locked, at, key[(last + Modules.Length)..], version, (last == 0 ? "direct" : "") + (dev ? " dev" : ""));
            }
        }

        JsonScalars.Read(text, (path, value, line) =>
        {
            if (path[0] == "packages" && path.Length >= 3)
            {
                packages = true;
                if (path[1] != key)
                {
                    Flush();
                    (key, version, dev, link, at) = (path[1], "", false, false, line);
                }
                if (path.Length != 3) return;
                if (path[2] == "version") version = value;
                else if (path[2] == "dev") dev = value == "true";
                else if (path[2] == "link") link = value == "true";
            }
            // Version 2 repeats everything in the shape of version 1.
            else if (!packages && path[0] == "dependencies" && path.Length >= 3 && path[^1] == "version" && path.Length % 2 == 1 && path[^3] == "dependencies")
            {
                writer.Add(PackageRows.Locked, line, path[^2], value, path.Length == 3 ? "direct" : "");
            }
        });
        Flush();
    }

    public static void ReadBun(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.Npm);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        JsonScalars.Read(text, (path, value, line) =>
        {
            if (path[0] == "workspaces" && path.Length >= 3 && path[1].Length > 0 && folders.Add(path[1])) writer.Add(PackageRows.Covers, line, path[1]);
            if (path is not ["packages", var key, "0"]) return;
            var at = value.LastIndexOf('@');
            if (at > 0 && !value.Contains("@workspace:", StringComparison.Ordinal))
                writer.Add(PackageRows.Locked, line, value[..at], value[(at + 1)..], key == value[..at] ? "direct" : "");
        });
    }
}

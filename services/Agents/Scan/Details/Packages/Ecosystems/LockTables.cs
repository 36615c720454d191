using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>Takes a <c>[[package]]</c>.</summary>
/// <param name="source">The source's kind (uv: <c>registry</c>, <c>editable</c> …) or text (Cargo); empty for none.</param>
/// <param name="place">What the source says: a path, an address.</param>
internal delegate void LockTable(string name, string version, string source, string place, int line);

/// <summary>The lock files that are a list of <c>[[package]]</c> tables: Cargo, Poetry, uv, PDM.</summary>
internal static class LockTables
{
    public static void Read(string text, LockTable package)
    {
        var (index, name, version, source, place, at) = ("", "", "", "", "", 0);
        void Flush()
        {
            if (name.Length > 0) package(name, version, source, place, at);
        }

        TomlReader.Read(text, (path, value, line) =>
        {
            if (path.Length < 3 || path[0] != "package") return;
            if (path[1] != index)
            {
                Flush();
                (index, name, version, source, place, at) = (path[1], "", "", "", "", line);
            }
            if (path.Length == 3 && path[2] == "name") name = value;
            else if (path.Length == 3 && path[2] == "version") version = value;
            else if (path.Length == 3 && path[2] == "source") source = value;
            // uv writes { editable = "path" }, Poetry { type = "git", url = "…" }.
            else if (path.Length == 4 && path[2] == "source" && source.Length == 0) (source, place) = path[3] == "type" ? (value, "") : (path[3], value);
        });
        Flush();
    }
}

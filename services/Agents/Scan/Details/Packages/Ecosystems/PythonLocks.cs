using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>poetry.lock, uv.lock, pdm.lock and Pipfile.lock.</summary>
internal static class PythonLocks
{
    public static void Read(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.PyPi);
        LockTables.Read(text, (name, version, source, place, line) =>
        {
            // The project itself, and members of its workspace.
            if (source is "editable" or "virtual" or "directory" && place is not ("" or ".")) writer.Add(PackageRows.Covers, line, place);
            else if (source is not ("editable" or "virtual") && version.Length > 0) writer.Add(PackageRows.Locked, line, PythonRequirement.Normalise(name), version);
        });
    }

    public static void ReadPipfile(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.PyPi);
        JsonScalars.Read(text, (path, value, line) =>
        {
            if (path is ["default" or "develop", var name, "version"]) writer.Add(PackageRows.Locked, line, PythonRequirement.Normalise(name), value.TrimStart('='), path[0] == "develop" ? "dev" : "");
        });
    }
}

using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>composer.json and composer.lock.</summary>
internal static class ComposerFiles
{
    public static void Read(string text, DetailWriter writer)
    {
        var (name, type, bin) = ("", "library", false);
        JsonScalars.Read(text, (path, value, line) =>
        {
            if (path is ["name"]) name = value;
            else if (path is ["type"]) type = value;
            else if (path[0] == "bin") bin = true;
            else if (path is ["require" or "require-dev", var package] && package.Contains('/', StringComparison.Ordinal))
                writer.Add(PackageRows.Requires, line, package.ToLowerInvariant(), value, path[0] == "require" ? Scope.Runtime : Scope.Dev, value.StartsWith("dev-", StringComparison.Ordinal) && !value.Contains('#', StringComparison.Ordinal) ? Source.GitBranch : Source.Registry);
        });
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.Composer, name, type == "project" ? Trait.Program : bin ? $"{Trait.Library} {Trait.Program}" : Trait.Library);
    }

    public static void ReadLock(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.Composer);
        var name = "";
        JsonScalars.Read(text, (path, value, line) =>
        {
            if (path.Length < 3 || path[0] is not ("packages" or "packages-dev")) return;
            if (path is [_, _, "name"]) name = value.ToLowerInvariant();
            else if (path is [_, _, "version"]) writer.Add(PackageRows.Locked, line, name, value.TrimStart('v'), path[0] == "packages" ? "" : "dev");
            else if (path is [_, _, "replace" or "provide", var other]) writer.Add(PackageRows.Locked, line, other.ToLowerInvariant(), "", "provided");
        });
    }
}

using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Librarian;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan.Details.Packages;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Manifests that leave every version open, with no lock file: there is nothing that a bot could raise.</summary>
internal static class OpenRequirements
{
    /// <summary>Where a requirement without a version gets none from a parent, a catalogue or the tool.</summary>
    private static readonly string[] Plain = [PackageEcosystems.PyPi, PackageEcosystems.Npm, PackageEcosystems.RubyGems, PackageEcosystems.Cargo, PackageEcosystems.Composer];

    /// <summary>True when all own manifests are like that.</summary>
    public static bool Only(RepositoryFacts facts)
    {
        var files = facts.Details.Select(details => (facts.Files[details.File].Path, details.Rows)).Where(file => !PathKinds.IsBeside(file.Path))
            .Select(file => PackageFile.Read(file.Path, file.Rows)).OfType<PackageFile>().ToArray();
        return files.Any(file => file.Requires.Count > 0) && files.All(file => !file.IsLock && Plain.Contains(file.Ecosystem, StringComparer.Ordinal) && file.Requires.All(one => IsOpen(one.Requirement)));
    }

    private static bool IsOpen(string requirement) =>
        requirement.Trim() is "" or "*" or "latest" or "x" || requirement.Split(',', StringSplitOptions.TrimEntries).All(part => part.StartsWith('>') || part.StartsWith("!=", StringComparison.Ordinal)) && !requirement.Contains('<', StringComparison.Ordinal);
}

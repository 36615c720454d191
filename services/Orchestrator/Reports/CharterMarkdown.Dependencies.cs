using System.Text;
using Charterhouse.Contracts.Charters;
using static Charterhouse.Orchestrator.Reports.CharterWords;
using static Charterhouse.Orchestrator.Reports.RepositoryText;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>The section on dependencies.</summary>
public static partial class CharterMarkdown
{
    private const int EcosystemRows = 8;
    private const int MostUsed = 8;
    private const int ImageNames = 8;

    private static void Dependencies(StringBuilder text, DependenciesSection? dependencies)
    {
        if (dependencies is null) return;
        var ecosystems = dependencies.Ecosystems.Where(HasAny).OrderByDescending(one => one.Runtime + one.Development).ThenBy(one => one.Name, StringComparer.Ordinal).ToArray();
        if (ecosystems.Length == 0 && dependencies.Images.Count == 0) return;
        text.Append("## Dependencies\n\n");
        if (ecosystems.Length > 0)
        {
            text.Append("| Ecosystem | Manifests | Direct | Development | Locked | Lock file |\n|---|--:|--:|--:|--:|---|\n");
            foreach (var one in ecosystems.Take(EcosystemRows))
                Row(text, Prose(one.Name), Number(one.Manifests) + (one.SideManifests > 0 ? $" (+{Number(one.SideManifests)} side)" : ""), Number(one.Runtime), Number(one.Development), one.Locked is { } locked ? Number(locked) : "–",
                    one.LockFiles.Count == 0 ? "none" : Code(one.LockFiles[0]) + (one.LockFileCount > 1 ? $" and {Number(one.LockFileCount - 1)} more" : ""));
            text.Append('\n');
            if (ecosystems.Take(EcosystemRows).Any(one => one.SideManifests > 0)) text.Append("Side: tests, samples, documentation, build tools; their requirements are left out.\n\n");
        }
        var before = text.Length;
        var shared = dependencies.Direct.Where(one => one.Manifests > 1).Take(MostUsed).ToArray();
        var most = shared.Length > 0 ? shared : dependencies.Direct.Take(MostUsed).ToArray();
        if (most.Length > 0)
            text.Append(shared.Length > 0 ? "- Required most: " : "- Direct: ").AppendJoin(", ", most.Select(one => Code(one.Name) + (Version(one) is { } version ? " " + Prose(version) : "") + (one.Manifests > 1 ? $" ({Count(one.Manifests, "manifest")})" : "")))
                .Append(dependencies.DirectCount > most.Length ? $" and {Number(dependencies.DirectCount - most.Length)} more" : "").Append('\n');
        foreach (var one in ecosystems.Where(one => one.SeveralVersions > 0).Take(3))
            text.Append("- ").Append(Prose(one.Name)).Append(": ").Append(Count(one.SeveralVersions, "package")).Append(" locked in several versions, such as ")
                .AppendJoin("; ", one.TopSeveralVersions.Take(3).Select(package => $"{Code(package.Name)} {string.Join(", ", package.Versions.Select(Prose))}")).Append('\n');
        Images(text, "Base images", dependencies.Images.Where(image => image.Kind == "base"));
        Images(text, "Images of compose files", dependencies.Images.Where(image => image.Kind == "service"));
        if (text.Length > before) text.Append('\n');
    }

    private static void Images(StringBuilder text, string title, IEnumerable<ImageUse> images)
    {
        var names = images.Select(image => image.Image).Distinct(StringComparer.Ordinal).ToArray();
        if (names.Length > 0) text.Append("- ").Append(title).Append(": ").AppendJoin(", ", names.Take(ImageNames).Select(Short)).Append(names.Length > ImageNames ? $" and {Number(names.Length - ImageNames)} more" : "").Append('\n');
    }

    private static string? Version(DirectDependency dependency) => dependency.Locked ?? dependency.Requirement;

    /// <summary>A digest is 64 digits that nobody reads.</summary>
    private static string Short(string image) => Code(image.IndexOf("@sha256:", StringComparison.Ordinal) is var at and > 0 ? image[..at] + "@sha256" : image);
}

using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.Modules;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Packages;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Librarian;

/// <summary>Says what a repository depends on, and what of that is loose. Pure.</summary>
internal static class LibrarianAgent
{
    /// <summary>The step's short name in findings.</summary>
    public const string Name = "librarian";
    private const int LockPaths = 20;
    private const int SeveralNames = 10;
    private const int SeveralVersions = 6;

    /// <summary>The section and the findings.</summary>
    public static AgentResult Describe(RepoContext context, RepositoryFacts facts)
    {
        var map = SourceMap.Of(facts);
        var (owner, roots) = (RepositoryOwner.Of(context), new InstallationRoots(facts));
        var invalid = new List<Finding>();
        var files = new List<PackageFile>();
        foreach (var details in facts.Details)
        {
            var path = facts.Files[details.File].Path;
            if (PackageFile.Read(path, details.Rows) is { } file) files.Add(file with { IsSide = map.IsBeside(path) });
            foreach (var row in DetailRows.Parse(details.Rows, PackageRows.Invalid))
                if (!map.IsBeside(path)) invalid.Add(ManifestFindings.Invalid(path, row));
        }
        var maps = files.GroupBy(file => file.Ecosystem, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new PackageMap(group.Key, group)).ToArray();
        var direct = maps.SelectMany(Direct).OrderByDescending(one => one.Manifests).ThenBy(one => one.Ecosystem, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal).ToArray();
        var bases = facts.Excerpts.Where(file => ContainerFiles.IsDockerfile(file.Path) && !DockerTemplate.Is(file.Path, file.Text)).SelectMany(Containers.BaseImages).ToArray();
        var images = bases.Select(image => new ImageUse(image.Image, "base", image.Path, image.Line))
            .Concat(facts.Excerpts.Where(file => ContainerFiles.IsCompose(file.Path)).SelectMany(Containers.Services))
            .OrderBy(image => map.IsBeside(image.Path)).ThenBy(image => image.Path, StringComparer.Ordinal).ThenBy(image => image.Line).Take(DependenciesSection.ListLimit).ToArray();
        var samples = SampleCollection.Is(facts);
        var section = new DependenciesSection(
            maps.Select(Figures).OfType<EcosystemDependencies>().ToArray(), direct.Take(DependenciesSection.DirectLimit).ToArray(), direct.Length,
            images, Actions.Of(facts).Take(DependenciesSection.ListLimit).ToArray());
        return new AgentResult(
            [AgentResult.Section(SectionNames.Dependencies, section)],
            [.. invalid, .. samples ? [] : maps.SelectMany(packages => ManifestFindings.Of(packages, facts)), .. samples ? [] : ImageFindings(bases.Where(image => !map.IsBeside(image.Path) && !image.IsOf(owner)), new DockerfileUses(facts)), .. maps.SelectMany(packages => SeveralVersionsFindings.Of(packages, roots))]);
    }

    private static EcosystemDependencies? Figures(PackageMap map)
    {
        if (map.Manifests.Count == 0) return null;
        var own = map.Own.ToArray();
        var required = own.SelectMany(file => file.Requires.Select(one => map.Resolve(file, one)))
            // Projects of tests stand in folders of tests; what they require is for development all the same.
            .Concat(map.Manifests.Where(file => file.IsSide && file.Traits.Contains(Trait.Test)).SelectMany(file => file.Requires.Select(one => map.Resolve(file, one) with { Scope = Scope.Dev })))
            .Where(one => one.Scope != Scope.Peer && !map.IsOwn(one)).ToArray();
        var runtime = required.Where(one => one.IsRuntime && !own.Any(file => file.Traits.Contains(Trait.Test) && file.Requires.Contains(one))).Select(one => map.Normal(one.Name)).ToHashSet(StringComparer.Ordinal);
        var development = required.Select(one => map.Normal(one.Name)).Where(name => !runtime.Contains(name)).ToHashSet(StringComparer.Ordinal);
        var locks = map.Locks.Where(file => !file.IsSide).ToArray();
        var holding = map.Ecosystem == PackageEcosystems.Go ? own : locks;
        var packages = holding.SelectMany(file => file.Locked).Where(one => one.Version.Length > 0).Select(one => (Name: map.Normal(one.Name), one.Version)).Distinct().ToArray();
        var several = Several(map, holding).OrderByDescending(one => one.Versions.Count).ThenBy(one => one.Name, StringComparer.Ordinal).ToArray();
        return new EcosystemDependencies(
            map.Ecosystem, own.Length, map.Manifests.Count - own.Length, runtime.Count, development.Count, holding.Length == 0 ? null : packages.Length,
            locks.Select(file => file.Path).OrderBy(path => path.Count(c => c == '/')).ThenBy(path => path, StringComparer.Ordinal).Take(LockPaths).ToArray(), locks.Length,
            several.Length, several.Take(SeveralNames).Select(one => one with { Versions = one.Versions.Take(SeveralVersions).ToArray() }).ToArray());
    }

    /// <summary>What one installation gets twice. The projects of a solution are loaded together, so NuGet's lock files count as one.</summary>
    private static IEnumerable<PackageVersions> Several(PackageMap map, PackageFile[] locks)
    {
        var together = map.Ecosystem == PackageEcosystems.NuGet ? [locks] : locks.Select(file => new[] { file });
        return together.SelectMany(files => files.SelectMany(file => file.Locked).Where(one => one.Version.Length > 0).GroupBy(one => map.Normal(one.Name), StringComparer.Ordinal)
                .Select(group => new PackageVersions(group.First().Name, group.Select(one => one.Version).Distinct(StringComparer.Ordinal).Order(VersionOrder.Instance).ToArray())))
            .Where(one => one.Versions.Count > 1)
            .GroupBy(one => one.Name, StringComparer.Ordinal).Select(group => group.OrderByDescending(one => one.Versions.Count).First());
    }

    private static IEnumerable<DirectDependency> Direct(PackageMap map) =>
        map.Own.Where(file => !file.Traits.Contains(Trait.Test))
            .SelectMany(file => file.Requires.Where(one => one.IsRuntime).Select(one => (File: file, Required: map.Resolve(file, one))))
            .Where(use => !map.IsOwn(use.Required))
            .GroupBy(use => map.Normal(use.Required.Name), StringComparer.Ordinal)
            .Select(group =>
            {
                var (file, required) = group.OrderBy(use => use.File.Path.Count(c => c == '/')).ThenBy(use => use.File.Path, StringComparer.Ordinal).ThenBy(use => use.Required.Line).First();
                var locked = map.Ecosystem == PackageEcosystems.Go ? map.LockedVersion(file, required) : map.LocksOf(file).Select(one => map.LockedVersion(one, required)).FirstOrDefault(version => version is not null);
                return new DirectDependency(
                    map.Ecosystem, required.Name,
                    required.Requirement.Length == 0 || required.Requirement.Contains("$(", StringComparison.Ordinal) || required.Requirement.Contains("${", StringComparison.Ordinal) ? null : required.Requirement,
                    locked, group.Select(use => use.File.Path).Distinct(StringComparer.Ordinal).Count(), file.Path, required.Line,
                    map.LocksOf(file).Count == 0 ? Requirements.Floating(map.Ecosystem, required) : null);
            });

    private static IEnumerable<Finding> ImageFindings(IEnumerable<BaseImage> bases, DockerfileUses uses) =>
        bases.Where(image => image.IsFloating)
            .DistinctBy(image => (image.Path, image.Image))
            .Select(image => Findings.Make(Name, "dependencies/image-unpinned", ContainerFiles.IsForDevelopment(image.Path) || !uses.Contains(image.Path) ? Severities.Low : Severities.Medium, "A base image is not pinned", image.Path,
                $"{image.Path}:{image.Line} builds FROM {image.Image}, {(image.Image.EndsWith(":latest", StringComparison.Ordinal) ? "which moves with every release" : "without a tag: that is :latest")}.",
                "Name a version, best with its digest (image:tag@sha256:…), and let a bot propose updates.", image.Line, image.Image));
}

namespace Charterhouse.Agents.Scan.Details.Packages;

/// <summary>The ecosystems' names, as a charter shows them.</summary>
internal static class PackageEcosystems
{
    public const string NuGet = "NuGet";
    public const string Npm = "npm";
    public const string PyPi = "PyPI";
    public const string Go = "Go";
    public const string Cargo = "Cargo";
    public const string Maven = "Maven";
    public const string Gradle = "Gradle";
    public const string RubyGems = "RubyGems";
    public const string Composer = "Composer";
}

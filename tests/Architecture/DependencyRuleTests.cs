using System.Reflection;
using System.Xml.Linq;

namespace Charterhouse.Architecture.Tests;

/// <summary>Who may reference whom, as ARCHITECTURE.md says.</summary>
public sealed class DependencyRuleTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Charterhouse.Contracts"] = [],
        ["Charterhouse.Engine"] = [],
        ["Charterhouse.Database"] = [],
        ["Charterhouse.Platform"] = ["Charterhouse.Contracts", "Charterhouse.Database"],
        ["Charterhouse.Ingest"] = ["Charterhouse.Contracts", "Charterhouse.Platform"],
        ["Charterhouse.RepoSync"] = ["Charterhouse.Contracts", "Charterhouse.Platform"],
        ["Charterhouse.Agents"] = ["Charterhouse.Contracts", "Charterhouse.Platform"],
        ["Charterhouse.Orchestrator"] = ["Charterhouse.Contracts", "Charterhouse.Engine", "Charterhouse.Platform"],
        ["charter"] =
        [
            "Charterhouse.Agents", "Charterhouse.Contracts", "Charterhouse.Database", "Charterhouse.Engine", "Charterhouse.Ingest", "Charterhouse.Orchestrator",
            "Charterhouse.Platform", "Charterhouse.RepoSync",
        ],
    };

    // What a service's assembly may also name: a leaf below the platform comes with it.
    private static readonly string[] Leaves = ["Charterhouse.Database"];

    public static TheoryData<string> Assemblies => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Assembly_References_OnlyWhatTheRuleAllows(string name)
    {
        var own = Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(reference => reference == "charter" || reference.StartsWith("Charterhouse.", StringComparison.Ordinal));
        var rule = Allowed[name].Length == 0 ? [] : Allowed[name].Concat(Leaves);
        own.Except(rule, StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Charterhouse.Contracts")]
    [InlineData("Charterhouse.Engine")]
    [InlineData("Charterhouse.Database")]
    public void Leaf_References_OnlyTheBaseLibrary(string name) =>
        Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(reference => !reference.StartsWith("System.", StringComparison.Ordinal) && reference is not ("netstandard" or "System"))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("contracts/Charterhouse.Contracts.csproj")]
    [InlineData("engine/Charterhouse.Engine.csproj")]
    public void PureProject_ProjectFile_BansClocksAndIO(string path)
    {
        var project = XDocument.Load(Repository.File(path));
        project.Descendants("AdditionalFiles").Select(item => (string?)item.Attribute("Include")).ShouldContain("../BannedSymbols.pure.txt");
        project.Descendants("PackageReference").ShouldBeEmpty();
        project.Descendants("ProjectReference").ShouldBeEmpty();
    }

    [Fact]
    public void MassTransit_Version_StaysAtTheLastFreeOne() =>
        typeof(MassTransit.IBus).Assembly.GetName().Version!.ToString(2).ShouldBe("8.4");
}

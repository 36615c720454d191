using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Checkpoints;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Architecture.Tests;

/// <summary>docs/reference/charter-json.md names every member that a program can read.</summary>
public sealed class CharterJsonTests
{
    private static readonly string Reference = File.ReadAllText(Repository.File("docs/reference/charter-json.md"));

    [Theory]
    [InlineData(typeof(IdentitySection))]
    [InlineData(typeof(PurposeSection))]
    [InlineData(typeof(IntentSection))]
    [InlineData(typeof(LicenceSection))]
    [InlineData(typeof(DocumentationSection))]
    [InlineData(typeof(LanguageRow))]
    [InlineData(typeof(StructureSection))]
    [InlineData(typeof(ConnectionsSection))]
    [InlineData(typeof(EntryPointsSection))]
    [InlineData(typeof(ActivitySection))]
    [InlineData(typeof(ContributorsSection))]
    [InlineData(typeof(BusFactorSection))]
    [InlineData(typeof(HotspotsSection))]
    [InlineData(typeof(SecuritySection))]
    [InlineData(typeof(Finding))]
    [InlineData(typeof(SettingsSection))]
    [InlineData(typeof(FindingRecord))]
    [InlineData(typeof(FindingPoint))]
    [InlineData(typeof(FindingDecision))]
    [InlineData(typeof(RunError))]
    [InlineData(typeof(RunArtifact))]
    [InlineData(typeof(CheckpointView))]
    [InlineData(typeof(StateDifference))]
    [InlineData(typeof(RepositoryInfo))]
    public void Reference_MembersOfType_AreAllThere(Type type)
    {
        foreach (var member in Members(type).Distinct(StringComparer.Ordinal)) ShouldName(member);
    }

    [Fact]
    public void Reference_Sections_AreAllThere()
    {
        foreach (var section in SectionNames.All) Reference.ShouldContain($"| `{section}` |", Case.Sensitive);
    }

    [Fact]
    public void Reference_Severities_AreAllThere()
    {
        foreach (var severity in Severities.All) ShouldName(severity);
    }

    [Fact]
    public void Reference_StatesOfFindings_AreAllThere()
    {
        foreach (var state in new[] { FindingStates.New, FindingStates.Returned, FindingStates.Open, FindingStates.Fixed, FindingStates.Dismissed }) ShouldName(state);
        ShouldName("state");
    }

    [Theory]
    [InlineData("tests/Agents/approved/service.charter.approved.json", "")]
    [InlineData("tests/Cli/Runs/envelope.approved.json", "runs")]
    [InlineData("tests/Cli/Runs/list.approved.json", "runs")]
    [InlineData("tests/Cli/Findings/list.approved.json", "findings")]
    public void Reference_MembersOfApprovedFile_AreAllThere(string path, string list)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.File(path)));
        foreach (var member in document.RootElement.EnumerateObject()) ShouldName(member.Name);
        if (list.Length == 0) return;
        foreach (var member in document.RootElement.GetProperty(list).EnumerateArray().SelectMany(run => run.EnumerateObject())) ShouldName(member.Name);
    }

    private static void ShouldName(string member) => Reference.ShouldContain($"`{member}`", Case.Sensitive, $"charter-json.md does not name '{member}'");

    private static IEnumerable<string> Members(Type type)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonIgnoreAttribute>() is not null) continue;
            yield return property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var inner = property.PropertyType.IsGenericType && typeof(IEnumerable).IsAssignableFrom(property.PropertyType) ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
            if (inner.Assembly != type.Assembly) continue;
            foreach (var member in Members(inner)) yield return member;
        }
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace Charterhouse.Architecture.Tests.Schemas;

/// <summary>docs/reference/charter.schema.json says what charter.json is. Written again by running with <c>CHARTER_APPROVE=1</c>.</summary>
public sealed class CharterSchemaTests
{
    private const string Published = "docs/reference/charter.schema.json";
    private static readonly JsonSerializerOptions Style = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Charters => [.. Repository.Files("tests/Agents/approved", "*.charter.approved.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Schema_Published_IsThatOfTheTypes()
    {
        var schema = CharterSchema.Create().ToJsonString(Style) + "\n";
        var path = Repository.File(Published);
        if (Environment.GetEnvironmentVariable("CHARTER_APPROVE") == "1") File.WriteAllText(path, schema);
        File.ReadAllText(path).ShouldBe(schema, "write it again with CHARTER_APPROVE=1");
    }

    [Theory]
    [MemberData(nameof(Charters))]
    public async Task Validate_GoldenCharter_HasNoProblems(string name) =>
        (await ProblemsAsync(JsonNode.Parse(File.ReadAllText(Repository.File("tests/Agents/approved/" + name)))!)).ShouldBeEmpty();

    [Theory]
    [InlineData("version", "\"1\"")]
    [InlineData("findings", "[{\"id\":\"x\"}]")]
    [InlineData("languages", "{}")]
    [InlineData("later", "1")]
    public async Task Validate_OtherShape_IsAProblem(string member, string value)
    {
        var charter = JsonNode.Parse(File.ReadAllText(Repository.File("tests/Agents/approved/service.charter.approved.json")))!;
        charter[member] = JsonNode.Parse(value);
        (await ProblemsAsync(charter)).ShouldNotBeEmpty();
    }

    private static async Task<IEnumerable<string>> ProblemsAsync(JsonNode charter)
    {
        var schema = JsonNode.Parse(File.ReadAllText(Repository.File(Published)))!;
        Close(schema);
        var validator = await JsonSchema.FromJsonAsync(schema.ToJsonString(), TestContext.Current.CancellationToken);
        return validator.Validate(charter.ToJsonString()).Select(problem => problem.ToString());
    }

    // The published schema lets a reader meet members of later versions; what this version writes is all described.
    private static void Close(JsonNode? node)
    {
        if (node is JsonArray array)
            foreach (var item in array) Close(item);
        if (node is not JsonObject schema) return;
        foreach (var (_, child) in schema.ToList()) Close(child);
        if (schema["properties"] is JsonObject && schema.ContainsKey("type")) schema["additionalProperties"] = false;
    }
}

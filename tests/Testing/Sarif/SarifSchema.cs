using System.Text.Json.Nodes;
using NJsonSchema;

namespace Charterhouse.Testing.Sarif;

/// <summary>
/// The standard's own schema of SARIF 2.1.0, as npm's @microsoft/jest-sarif distributes it under MIT (THIRD-PARTY-NOTICES.md). Errata 01, which
/// OASIS published later under terms of its own, corrected three things in it: a region says where it begins, a language is a language's code,
/// and runs may be null. The first is added here; of the others nothing is written.
/// </summary>
public static class SarifSchema
{
    /// <summary>What is wrong with a log; empty when it is SARIF 2.1.0.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(string log) => [.. (await ReadAsync()).Validate(log).Select(problem => problem.ToString())];

    private static async Task<JsonSchema> ReadAsync()
    {
        await using var resource = typeof(SarifSchema).Assembly.GetManifestResourceStream("sarif-2.1.0-rtm.5.json")!;
        var schema = (await JsonNode.ParseAsync(resource))!;
        schema["definitions"]!["region"]!["anyOf"] = new JsonArray([.. new[] { "startLine", "charOffset", "byteOffset" }.Select(name => (JsonNode)new JsonObject { ["required"] = new JsonArray(name) })]);
        return await JsonSchema.FromJsonAsync(schema.ToJsonString());
    }
}

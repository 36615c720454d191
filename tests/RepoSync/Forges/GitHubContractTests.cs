using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Tests.Forges;

/// <summary>What is sent to GitHub and read of it, held against GitHub's own description (scripts/github-openapi).</summary>
public sealed class GitHubContractTests
{
    public static TheoryData<string> Operations => [.. All.Keys];

    private static readonly Dictionary<string, ForgeOperation> All = typeof(GitHubApi).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<ForgeOperation>()
        .ToDictionary(operation => $"{operation.Method} {operation.Template}", StringComparer.Ordinal);

    [Fact]
    public void Description_HasTheOperationsThatAreCalled_AndNoOthers()
    {
        using var description = Description();

        description.RootElement.EnumerateObject().Select(one => one.Name).ShouldBe(All.Keys, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_IsAsGitHubDescribesIt(string name)
    {
        using var description = Description();
        var (operation, described) = (All[name], description.RootElement.GetProperty(name));
        var problems = new List<string>();

        if (operation.Asks is { } asks) ShouldBeSent(described.GetProperty("request"), asks, "request", problems);
        else if (described.GetProperty("request") is { ValueKind: JsonValueKind.Object } request) Required(request).ShouldBeEmpty("a body is needed");
        if (operation.Answers is { } answers)
        {
            described.GetProperty("responses").GetArrayLength().ShouldBeGreaterThan(0);
            foreach (var response in described.GetProperty("responses").EnumerateArray()) ShouldBeRead(response, answers, "response", problems);
        }

        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Test_FindsWhatIsWrong()
    {
        var problems = new List<string>();
        using var schema = JsonDocument.Parse("""{"type":"object","required":["body","state"],"properties":{"body":{"type":["string","null"]},"state":{"type":"integer"}}}""");

        ShouldBeSent(schema.RootElement, GitHubJson.Default.GitHubIssueChange, "request", problems);
        problems.ShouldBe(["request.title is not described", "request.state is no integer"], ignoreOrder: true);
        problems.Clear();
        ShouldBeSent(schema.RootElement, GitHubJson.Default.GitHubBody, "request", problems);
        problems.ShouldBe(["request.state is needed and not always sent"]);
        problems.Clear();
        ShouldBeRead(schema.RootElement, GitHubJson.Default.GitHubBody, "response", problems);
        problems.ShouldBe(["response.body may be missing or null"]);
    }

    /// <summary>Every property that is sent is described, of that type; what is needed is always sent.</summary>
    private static void ShouldBeSent(JsonElement schema, JsonTypeInfo type, string place, List<string> problems)
    {
        foreach (var property in type.Properties)
        {
            var described = PropertiesOf(schema, property.Name).ToList();
            if (described.Count == 0) problems.Add($"{place}.{property.Name} is not described");
            else Compare(described, property.PropertyType, $"{place}.{property.Name}", problems, ShouldBeSent);
        }
        foreach (var name in Required(schema))
        {
            if (type.Properties.FirstOrDefault(property => property.Name == name) is not { IsGetNullable: false }) problems.Add($"{place}.{name} is needed and not always sent");
        }
    }

    /// <summary>Every property that is read is described, of that type; what may be missing or null may be so here too.</summary>
    private static void ShouldBeRead(JsonElement schema, JsonTypeInfo type, string place, List<string> problems)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            Compare([schema], type.Type, place, problems, ShouldBeRead);
            return;
        }
        foreach (var property in type.Properties)
        {
            var described = PropertiesOf(schema, property.Name).ToList();
            if (described.Count == 0) problems.Add($"{place}.{property.Name} is not described");
            else if (property.IsRequired && (!IsAlways(schema, property.Name) || described.Exists(IsNullable))) problems.Add($"{place}.{property.Name} may be missing or null");
            else Compare(described, property.PropertyType, $"{place}.{property.Name}", problems, ShouldBeRead);
        }
    }

    private static void Compare(IReadOnlyList<JsonElement> schemas, Type type, string place, List<string> problems, Action<JsonElement, JsonTypeInfo, string, List<string>> deeper)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var types = schemas.SelectMany(Alternatives).SelectMany(TypesOf).Where(word => word != "null").ToHashSet(StringComparer.Ordinal);
        var kind = GitHubJson.Default.GetTypeInfo(type) ?? JsonTypeInfo.CreateJsonTypeInfo(type, JsonSerializerOptions.Web);
        var expected = type == typeof(string) || type == typeof(DateTimeOffset) ? "string"
            : type == typeof(long) || type == typeof(int) ? "integer"
            : type == typeof(bool) ? "boolean"
            : kind.Kind == JsonTypeInfoKind.Enumerable ? "array" : "object";
        if (!types.Contains(expected)) problems.Add($"{place} is no {string.Join(" or ", types)}");
        else if (expected == "array")
        {
            var item = type.GetGenericArguments()[0];
            var items = schemas.SelectMany(Alternatives).Where(schema => schema.TryGetProperty("items", out _)).Select(schema => schema.GetProperty("items")).ToList();
            Compare(items, item, place + "[]", problems, deeper);
        }
        else if (kind.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var schema in schemas.SelectMany(Alternatives).Where(schema => TypesOf(schema).Contains("object", StringComparer.Ordinal)).Take(1)) deeper(schema, kind, place, problems);
        }
    }

    private static IEnumerable<JsonElement> PropertiesOf(JsonElement schema, string name) =>
        Alternatives(schema).Where(one => one.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _)).Select(one => one.GetProperty("properties").GetProperty(name));

    /// <summary>The schema and all that it may be or is made of.</summary>
    private static IEnumerable<JsonElement> Alternatives(JsonElement schema) =>
        new[] { "oneOf", "anyOf", "allOf" }.Where(name => schema.TryGetProperty(name, out _)).SelectMany(name => schema.GetProperty(name).EnumerateArray()).SelectMany(Alternatives).Prepend(schema);

    private static IEnumerable<string> TypesOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? schema.TryGetProperty("properties", out _) ? ["object"] : []
        : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    /// <summary>True when each of what it may be that has the property at all always has it.</summary>
    private static bool IsAlways(JsonElement schema, string name) =>
        Alternatives(schema).Where(one => one.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _)).All(one => Required(one).Contains(name, StringComparer.Ordinal));

    private static List<string> Required(JsonElement schema) => schema.TryGetProperty("required", out var names) ? [.. names.EnumerateArray().Select(one => one.GetString()!)] : [];

    private static bool IsNullable(JsonElement schema) => TypesOf(schema).Contains("null", StringComparer.Ordinal)
        || (schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True) || Alternatives(schema).Skip(1).Any(IsNullable);

    private static JsonDocument Description()
    {
        using var packed = typeof(GitHubContractTests).Assembly.GetManifestResourceStream("github-openapi.json.gz")!;
        using var plain = new GZipStream(packed, CompressionMode.Decompress);
        return JsonDocument.Parse(plain);
    }
}

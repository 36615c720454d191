using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using System.Xml.Linq;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Orchestrator.Reports;

namespace Charterhouse.Architecture.Tests.Schemas;

/// <summary>charter.json's schema (JSON Schema 2020-12), made of the types that write it and of their documentation.</summary>
internal static class CharterSchema
{
    private static readonly Dictionary<string, string> Documentation = new[] { typeof(Finding), typeof(CharterDocument) }
        .SelectMany(type => XDocument.Load(Path.ChangeExtension(type.Assembly.Location, ".xml")).Descendants("member"))
        .SelectMany(Descriptions).DistinctBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions Options = new(CanonicalJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver(), RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    private static readonly JsonSchemaExporterOptions Exporting = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };

    public static JsonObject Create()
    {
        var charter = Of(typeof(CharterDocument));
        var members = charter["properties"]!.AsObject();
        members.Remove("sections");
        var own = members.Select(member => member.Key).ToList();
        members["schema"]!["const"] = CharterDocument.CurrentSchema;
        members["findings"]!["items"]!["properties"]!["severity"]!["enum"] = new JsonArray([.. Severities.All.Select(severity => (JsonNode)severity)]);
        foreach (var section in SectionNames.All) members[section] = Of(SectionType(section));
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = $"urn:charterhouse:charter:{CharterDocument.CurrentSchema}",
            ["title"] = "charter.json",
            ["description"] = "A version of a repository's charter, as this version of Charterhouse writes it. A section is there when the workflow has the step that writes it; sections and members are only ever added.",
            ["type"] = "object",
            ["properties"] = members.DeepClone(),
            ["required"] = new JsonArray([.. own.Select(name => (JsonNode)name)]),
        };
    }

    /// <summary>By convention <c>bus_factor</c> is a <c>BusFactorSection</c>; the languages are an array of rows.</summary>
    private static Type SectionType(string name) => name == SectionNames.Languages
        ? typeof(LanguageRow[])
        : typeof(SectionNames).Assembly.GetType($"{typeof(SectionNames).Namespace}.{string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}Section")
            ?? throw new InvalidOperationException($"The section '{name}' has no record of its name and 'Section' in {typeof(SectionNames).Namespace}.");

    private static JsonObject Of(Type type)
    {
        var root = Options.GetJsonSchemaAsNode(type, Exporting).AsObject();
        return Inlined(root, root, depth: 0).AsObject();
    }

    /// <summary>The exporter refers to a type's first place where it stands a second time; within the whole schema that place has another path.</summary>
    private static JsonNode Inlined(JsonNode node, JsonObject root, int depth)
    {
        if (depth > 40) throw new InvalidOperationException("a section holds itself: it has no schema without references");
        if (node is JsonArray array) return new JsonArray([.. array.Select(item => item is null ? null : Inlined(item, root, depth + 1))]);
        if (node is not JsonObject schema) return node.DeepClone();
        if (schema.TryGetPropertyValue("$ref", out var reference))
        {
            var target = reference!.GetValue<string>().Split('/').Skip(1).Aggregate((JsonNode)root, (at, part) => at is JsonArray list ? list[int.Parse(part, CultureInfo.InvariantCulture)]! : at[part]!);
            var inlined = Inlined(target, root, depth + 1).AsObject();
            foreach (var (name, value) in schema.Where(member => member.Key != "$ref")) inlined[name] = value?.DeepClone();
            return inlined;
        }
        return new JsonObject(schema.Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : (JsonNode?)Inlined(member.Value, root, depth + 1))));
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is not JsonObject schema) return node;
        var property = context.PropertyInfo?.AttributeProvider as PropertyInfo;
        var type = context.TypeInfo.Type;
        var text = (property is null ? null : Documentation.GetValueOrDefault($"{property.DeclaringType!.FullName}.{property.Name}")) ?? Documentation.GetValueOrDefault(type.FullName ?? "");
        if (text is not null) schema.Insert(0, "description", text);
        return schema;
    }

    // By full name of the type, and by that of the property: a record's parameters are documented at the record.
    private static IEnumerable<KeyValuePair<string, string>> Descriptions(XElement member)
    {
        var name = member.Attribute("name")!.Value;
        if (name[0] is not ('T' or 'P')) yield break;
        name = name[2..];
        if (member.Element("summary") is { } summary) yield return KeyValuePair.Create(name, Plain(summary));
        foreach (var parameter in member.Elements("param")) yield return KeyValuePair.Create($"{name}.{parameter.Attribute("name")!.Value}", Plain(parameter));
    }

    private static string Plain(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "see" } see => see.Value.Length > 0 ? see.Value : see.Attribute("cref")?.Value.Split('.', ':')[^1],
                XElement other => other.Value,
                _ => "",
            });
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}

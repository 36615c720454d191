using System.Text.Encodings.Web;
using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>Why a charter is partial.</summary>
/// <param name="Step">The step that failed, or null when the run ended for another reason.</param>
public sealed record CharterFailure(string? Step, string Code, string Message, string? Remedy);

/// <summary>
/// A version of a charter: what charter.json holds and every rendering starts from. Its strings are clean (see
/// <see cref="RepositoryText"/>), its sections are kept as they are and decoded tolerantly, so that an older reader shows what it knows.
/// </summary>
public sealed record CharterDocument
{
    /// <summary>The version of charter.json's shape.</summary>
    public const int CurrentSchema = 1;

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "schema", "version", "repository", "head_sha", "head_branch", "head_date", "partial", "failure", "missing_steps", "notes", "agents", "findings", "dismissed_findings",
    };

    public int Schema { get; init; } = CurrentSchema;
    /// <summary>1 for the repository's first charter; 0 in a partial one.</summary>
    public required int Version { get; init; }
    /// <summary>Null only in a partial charter of a run that failed before the repository was known.</summary>
    public RepositoryInfo? Repository { get; init; }
    public string? HeadSha { get; init; }
    public string? HeadBranch { get; init; }
    /// <summary>The head commit's committer date.</summary>
    public DateTimeOffset? HeadDate { get; init; }
    public bool Partial { get; init; }
    public CharterFailure? Failure { get; init; }
    /// <summary>Steps that did not complete, in workflow order.</summary>
    public IReadOnlyList<string> MissingSteps { get; init; } = [];
    public IReadOnlyList<string> Notes { get; init; } = [];
    /// <summary>By name; those of <see cref="SectionNames"/> first, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Sections { get; init; } = [];
    /// <summary>The agents that ran to their end, in ordinal order: what only others look for is not known to be absent.</summary>
    public IReadOnlyList<string> Agents { get; init; } = [];
    /// <summary>Most severe first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
    /// <summary>Findings that are there and that a person dismissed; they are not listed.</summary>
    public int DismissedFindings { get; init; }
    /// <summary>Findings that the repository's settings switch off. Known only while the charter is put together.</summary>
    internal IReadOnlyList<Finding> HiddenFindings { get; init; } = [];

    /// <summary>A section in its type, or null when it is absent or has another shape.</summary>
    public T? Section<T>(string name) where T : class =>
        Sections.FirstOrDefault(section => section.Key == name) is { Value.ValueKind: not JsonValueKind.Undefined } found ? TolerantJson.Read<T>(found.Value) : null;

    /// <summary>The charter of a run's state.</summary>
    /// <param name="state">The channels' values; any may be absent.</param>
    /// <param name="failure">Given, or with missing steps, the charter is partial.</param>
    public static CharterDocument Create(
        int version, IReadOnlyDictionary<string, JsonElement> state, CharterFailure? failure = null, IReadOnlyList<string>? missingSteps = null)
    {
        var hidden = false;
        JsonElement? Channel(string name) => state.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null) ? RepositoryText.Clean(value, ref hidden) : null;
        var context = Channel(Channels.Context) is { } c ? TolerantJson.Read<RepoContext>(c) : null;
        var sections = Channel(Channels.Sections) is { ValueKind: JsonValueKind.Object } s ? Order(s.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, m.Value))) : [];
        var findings = Channel(Channels.Findings) is { } f ? ReadFindings(f) : [];
        var hiddenFindings = findings.Where(finding => finding.State == FindingStates.Hidden).ToArray();
        var notes = new List<string>(context?.Notes ?? []);
        if (Channel(Channels.Facts) is { ValueKind: JsonValueKind.Object } facts && facts.TryGetProperty("notes", out var more)) notes.AddRange(TolerantJson.Read<string[]>(more) ?? []);
        if (hidden) notes.Add("Invisible or direction-changing characters in the repository's text were removed here.");
        missingSteps ??= [];
        var document = new CharterDocument
        {
            Version = version,
            Repository = context?.Repository,
            HeadSha = context?.HeadSha,
            HeadBranch = context?.HeadBranch,
            Partial = failure is not null || missingSteps.Count > 0,
            Failure = failure,
            MissingSteps = missingSteps,
            Notes = notes.Distinct(StringComparer.Ordinal).ToArray(),
            Sections = Shown(sections, hiddenFindings.Length),
            Agents = sections.Where(section => section.Key.StartsWith(SectionNames.AgentPrefix, StringComparison.Ordinal)).Select(section => section.Key[SectionNames.AgentPrefix.Length..]).ToArray(),
            Findings = Sort(findings.Where(finding => finding.State != FindingStates.Hidden)),
            HiddenFindings = hiddenFindings,
        };
        return document with { HeadDate = document.Section<IdentitySection>(SectionNames.Identity)?.HeadDate ?? document.Section<ActivitySection>(SectionNames.Activity)?.Last.Date };
    }

    /// <summary>charter.json as an element: the sections are members by name.</summary>
    public JsonElement ToElement()
    {
        using var document = JsonDocument.Parse(ToJson(indented: false));
        return document.RootElement.Clone();
    }

    /// <summary>charter.json as UTF-8, the same bytes for the same document.</summary>
    public byte[] ToJson(bool indented = true)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            void Member<T>(string name, T value)
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, value, CanonicalJson.Options);
            }

            writer.WriteStartObject();
            Member("schema", Schema);
            Member("version", Version);
            Member("repository", Repository);
            Member("head_sha", HeadSha);
            Member("head_branch", HeadBranch);
            Member("head_date", HeadDate);
            Member("partial", Partial);
            Member("failure", Failure);
            Member("missing_steps", MissingSteps);
            Member("notes", Notes);
            Member("agents", Agents);
            foreach (var (name, value) in Sections) Member(name, value);
            Member("findings", Findings);
            Member("dismissed_findings", DismissedFindings);
            writer.WriteEndObject();
        }
        return memory.ToArray();
    }

    /// <summary>Reads charter.json. What is absent or has another shape is left out; null when it is no object.</summary>
    public static CharterDocument? FromElement(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        T? Member<T>(string name) => element.TryGetProperty(name, out var value) ? TolerantJson.Read<T>(value) : default;
        return new CharterDocument
        {
            Schema = Member<int?>("schema") ?? CurrentSchema,
            Version = Member<int?>("version") ?? 0,
            Repository = Member<RepositoryInfo>("repository"),
            HeadSha = Member<string>("head_sha"),
            HeadBranch = Member<string>("head_branch"),
            HeadDate = Member<DateTimeOffset?>("head_date"),
            Partial = Member<bool?>("partial") ?? false,
            Failure = Member<CharterFailure>("failure"),
            MissingSteps = Member<string[]>("missing_steps") ?? [],
            Notes = Member<string[]>("notes") ?? [],
            Agents = Member<string[]>("agents") ?? [],
            DismissedFindings = Member<int?>("dismissed_findings") ?? 0,
            Sections = Order(element.EnumerateObject().Where(m => !Reserved.Contains(m.Name)).Select(m => KeyValuePair.Create(m.Name, m.Value))),
            Findings = element.TryGetProperty("findings", out var findings) ? Sort(ReadFindings(findings)) : [],
        };
    }

    /// <summary>The findings of an array, each id once: several agents may say the same of the repository's settings.</summary>
    internal static IReadOnlyList<Finding> ReadFindings(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? element.EnumerateArray().Select(TolerantJson.Read<Finding>).OfType<Finding>().DistinctBy(finding => finding.Id, StringComparer.Ordinal).ToArray() : [];

    private static KeyValuePair<string, JsonElement>[] Shown(KeyValuePair<string, JsonElement>[] sections, int hidden) =>
        [.. sections.Where(section => !section.Key.StartsWith(SectionNames.AgentPrefix, StringComparison.Ordinal))
            .Select(section => section.Key == SectionNames.Settings && TolerantJson.Read<SettingsSection>(section.Value) is { } settings
                ? KeyValuePair.Create(section.Key, CanonicalJson.ToElement(settings with { Hidden = hidden })) : section)];

    private static KeyValuePair<string, JsonElement>[] Order(IEnumerable<KeyValuePair<string, JsonElement>> sections)
    {
        var order = SectionNames.All.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        return sections.Where(section => !Reserved.Contains(section.Key))
            .OrderBy(section => order.GetValueOrDefault(section.Key, int.MaxValue)).ThenBy(section => section.Key, StringComparer.Ordinal)
            .ToArray();
    }

    /// <summary>Most severe first, then by rule and path.</summary>
    internal static Finding[] Sort(IEnumerable<Finding> findings)
    {
        var order = Severities.All.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        return findings.OrderBy(finding => order.GetValueOrDefault(finding.Severity, int.MaxValue))
            .ThenBy(finding => finding.Rule, StringComparer.Ordinal).ThenBy(finding => finding.Path, StringComparer.Ordinal).ThenBy(finding => finding.Id, StringComparer.Ordinal)
            .ToArray();
    }
}

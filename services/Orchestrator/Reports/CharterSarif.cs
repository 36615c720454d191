using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Orchestrator.Reports;

/// <summary>
/// The charter's findings as SARIF 2.1.0 (OASIS), for editors and code scanning services. What GitHub asks for beyond the standard (a location
/// for every result, its own fingerprint, help for every rule) is there as well:
/// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
/// </summary>
public static class CharterSarif
{
    /// <summary>What the file is called beside charter.md and charter.json.</summary>
    public const string FileName = "charter.sarif";

    private const string SourceRoot = "%SRCROOT%";
    private static readonly JsonWriterOptions Style = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The SARIF log as UTF-8, the same bytes for the same documents.</summary>
    /// <param name="previous">The version before, which says what is new; without it, or when one of the two is partial, results have no baseline state.</param>
    public static byte[] Render(CharterDocument document, CharterDocument? previous = null)
    {
        var rules = document.Findings.DistinctBy(finding => finding.Rule, StringComparer.Ordinal).OrderBy(finding => finding.Rule, StringComparer.Ordinal).ToArray();
        var indexes = rules.Select((finding, i) => (finding.Rule, i)).ToDictionary(pair => pair.Rule, pair => pair.i, StringComparer.Ordinal);
        var known = previous is null || previous.Partial || document.Partial ? null : previous.Findings.Select(finding => finding.Id).ToHashSet(StringComparer.Ordinal);
        var whole = WholeRepository(document);
        var run = new JsonObject
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "Charterhouse",
                    ["version"] = typeof(CharterSarif).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
                    ["rules"] = new JsonArray([.. rules.Select(SarifRules.Describe)]),
                },
            },
            ["invocations"] = new JsonArray(Invocation(document)),
            ["originalUriBaseIds"] = new JsonObject { [SourceRoot] = new JsonObject { ["description"] = Text("The root of the repository's tree.") } },
            ["results"] = new JsonArray([.. document.Findings.Select(finding => Result(finding, indexes[finding.Rule], whole, known))]),
        };
        if (Provenance(document) is { } provenance) run["versionControlProvenance"] = new JsonArray(provenance);
        return Write(new JsonArray(run));
    }

    /// <summary>Several logs as one, with the runs of all.</summary>
    public static byte[] Merge(IEnumerable<ReadOnlyMemory<byte>> logs)
    {
        var runs = logs.SelectMany(log => JsonNode.Parse(log.Span)!["runs"]!.AsArray()).Select(run => run!.DeepClone());
        return Write(new JsonArray([.. runs]));
    }

    private static byte[] Write(JsonArray runs)
    {
        var log = new JsonObject { ["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", ["version"] = "2.1.0", ["runs"] = runs };
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, Style)) log.WriteTo(writer);
        return memory.ToArray();
    }

    private static JsonObject Result(Finding finding, int rule, string whole, HashSet<string>? known)
    {
        var place = new JsonObject { ["artifactLocation"] = new JsonObject { ["uri"] = finding.Path is { Length: > 0 } path ? UriOf(path) : whole, ["uriBaseId"] = SourceRoot } };
        if (finding is { Path: not null, Line: > 0 and { } line }) place["region"] = new JsonObject { ["startLine"] = line };
        var result = new JsonObject
        {
            ["ruleId"] = finding.Rule,
            ["ruleIndex"] = rule,
            ["level"] = SarifRules.Level(finding.Severity),
            ["message"] = Text(Message($"{finding.Title}. {finding.Evidence} {finding.Recommendation}")),
            ["locations"] = new JsonArray(new JsonObject { ["physicalLocation"] = place }),
            ["partialFingerprints"] = new JsonObject
            {
                ["charterhouseFindingId/v1"] = finding.Id,
                // The only key that GitHub reads. The id survives moved lines better than a hash of the line would.
                ["primaryLocationLineHash"] = finding.Id,
            },
        };
        if (known is not null) result["baselineState"] = known.Contains(finding.Id) ? "unchanged" : "new";
        result["properties"] = new JsonObject { ["agent"] = finding.Agent, ["severity"] = finding.Severity };
        return result;
    }

    private static JsonObject Invocation(CharterDocument document)
    {
        var notifications = document.Notes.Select(note => new JsonObject { ["level"] = "note", ["message"] = Text(Message(note)) }).ToList();
        if (document.Failure is { } failure)
            notifications.Insert(0, new JsonObject { ["level"] = "error", ["message"] = Text(Message((failure.Step is null ? "" : $"Step {failure.Step} failed: ") + failure.Message)) });
        var invocation = new JsonObject { ["executionSuccessful"] = !document.Partial };
        if (notifications.Count > 0) invocation["toolExecutionNotifications"] = new JsonArray([.. notifications]);
        return invocation;
    }

    private static JsonObject? Provenance(CharterDocument document)
    {
        // The standard wants an absolute URI: a repository without a remote has no provenance to give.
        if (document.Repository?.Url is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out var uri)) return null;
        var provenance = new JsonObject { ["repositoryUri"] = uri.AbsoluteUri };
        if (document.HeadSha is { } sha) provenance["revisionId"] = sha;
        if (document.HeadBranch is { } branch) provenance["branch"] = branch;
        provenance["mappedTo"] = new JsonObject { ["uriBaseId"] = SourceRoot };
        return provenance;
    }

    // Code scanning shows no result without a file: one about the repository stands at its README, else at the root.
    private static string WholeRepository(CharterDocument document) =>
        document.Section<DocumentationSection>(SectionNames.Documentation)?.Documents.FirstOrDefault(one => one is { Name: "README", Path: not null })?.Path is { } readme ? UriOf(readme) : "./";

    private static string UriOf(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    // '[text](target)' is a link in a message (3.11.6); what a repository wrote must not become one.
    private static string Message(string text)
    {
        text = RepositoryText.Clean(text).Trim();
        return text.Contains("](", StringComparison.Ordinal) ? text.Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal) : text;
    }

    private static JsonObject Text(string text) => new() { ["text"] = text };
}

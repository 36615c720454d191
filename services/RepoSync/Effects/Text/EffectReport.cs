using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.RepoSync.Effects.Text;

/// <summary>
/// What is said of a run at a forge: a charter, or what a change does to it. Read tolerantly from charter.json: what is absent or has another shape is left
/// out. Every string of it may come from outside; nothing is made harmless yet.
/// </summary>
internal sealed record EffectReport
{
    private const string NoFailure = "a step did not complete";

    public required string RunId { get; init; }
    /// <summary>Where people look at the run; null where the house has no public address.</summary>
    public Uri? RunUrl { get; init; }
    /// <summary>The repository's pages; null where it is at no forge.</summary>
    public required ForgeLinks? Links { get; init; }
    public required RunTrigger Trigger { get; init; }
    /// <summary>For people: <c>owner/name</c>; null where the run did not get that far.</summary>
    public string? Repository { get; init; }
    /// <summary>0 for what is no version of a charter.</summary>
    public int Version { get; init; }
    /// <summary>The analysed commit; null where the run did not get that far.</summary>
    public string? HeadSha { get; init; }
    /// <summary>Why it is incomplete, in one sentence; null for a complete one.</summary>
    public string? Incomplete { get; init; }
    public IReadOnlyList<string> Notes { get; init; } = [];
    /// <summary>What it is about: of a change the introduced ones. Most severe first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
    /// <summary>Findings that are there and that people dismissed; they are not listed.</summary>
    public int Dismissed { get; init; }
    /// <summary>Null for a whole charter.</summary>
    public ChangeSection? Change { get; init; }
    /// <summary>What differs from the version before, in sentences, where the caller knows it.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>The report of a run.</summary>
    /// <param name="charter">charter.json.</param>
    /// <param name="runUrl">Where people look at the run; null for nowhere.</param>
    /// <param name="links">The repository's pages at the forge; null where it is at none.</param>
    public static EffectReport Read(JsonElement charter, RunTrigger trigger, string runId, Uri? runUrl, ForgeLinks? links)
    {
        var change = Tidy(Member<ChangeSection>(charter, SectionNames.Change));
        return new EffectReport
        {
            RunId = runId,
            RunUrl = runUrl,
            Links = links,
            Trigger = trigger,
            Repository = Member<RepositoryInfo>(charter, "repository")?.Name,
            Version = Member<int?>(charter, "version") ?? 0,
            HeadSha = Member<string>(charter, "head_sha") is { } sha && ForgeLinks.IsSha(sha) ? sha : null,
            Incomplete = Member<bool?>(charter, "partial") ?? false ? Member<Failure>(charter, "failure")?.Message ?? NoFailure : null,
            Notes = (Member<string?[]>(charter, "notes") ?? []).OfType<string>().ToArray(),
            Findings = Sort(Elements(charter, "findings").Select(TryRead<Finding>)),
            Dismissed = Math.Max(0, Member<int?>(charter, "dismissed_findings") ?? 0),
            Change = change,
        };
    }

    /// <summary>Most severe first, then by rule, path and line, each id once.</summary>
    private static Finding[] Sort(IEnumerable<Finding?> findings) =>
        [.. findings.OfType<Finding>().Select(Tidy).DistinctBy(finding => finding.Id, StringComparer.Ordinal)
            .OrderBy(finding => Words.RankOf(finding.Severity)).ThenBy(finding => finding.Rule, StringComparer.Ordinal)
            .ThenBy(finding => finding.Path, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Id, StringComparer.Ordinal)];

    // What JSON leaves out is null, whatever the type says.
    private static Finding Tidy(Finding finding) => finding with
    {
        Id = finding.Id ?? "",
        Severity = Severities.All.Contains(finding.Severity, StringComparer.Ordinal) ? finding.Severity : Severities.Info,
        Title = string.IsNullOrWhiteSpace(finding.Title) ? finding.Rule ?? "" : finding.Title,
        Path = string.IsNullOrEmpty(finding.Path) ? null : finding.Path,
        Line = finding.Line is > 0 ? finding.Line : null,
    };

    private static ChangeSection? Tidy(ChangeSection? change) => change is null ? null : change with
    {
        Files = change.Files ?? new ChangedFiles(0, 0, 0, 0, 0, 0),
        Modules = Whole(change.Modules),
        Hotspots = Whole(change.Hotspots),
        Owners = Whole(change.Owners),
        Dependencies = Whole(change.Dependencies),
        Tests = change.Tests is { } tests ? tests with { ModulesWithoutTests = Whole(tests.ModulesWithoutTests) } : new ChangedTests(0, 0, []),
        Introduced = Whole(change.Introduced),
        Settled = [.. Whole(change.Settled).Select(Tidy)],
    };

    private static T[] Whole<T>(IReadOnlyList<T>? list) where T : class => list is null ? [] : [.. list.OfType<T>()];

    private static IEnumerable<JsonElement> Elements(JsonElement charter, string name) =>
        charter.ValueKind == JsonValueKind.Object && charter.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : [];

    private static T? Member<T>(JsonElement charter, string name) =>
        charter.ValueKind == JsonValueKind.Object && charter.TryGetProperty(name, out var value) ? TryRead<T>(value) : default;

    private static T? TryRead<T>(JsonElement element)
    {
        try
        {
            return element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? default : element.Deserialize<T>(CanonicalJson.Options);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private sealed record Failure(string? Message);
}

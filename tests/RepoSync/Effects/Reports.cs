using System.Text.Json;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.RepoSync.Effects.Text;

namespace Charterhouse.RepoSync.Tests.Effects;

/// <summary>Reports to render: made as charter.json, read as the product reads it.</summary>
internal static class Reports
{
    public const string Sha = "0123456789abcdef0123456789abcdef01234567";
    public const string Base = "89abcdef0123456789abcdef0123456789abcdef";
    public const string Run = "run_01jd0000000000000000000000";
    public static readonly Uri RunUrl = new("https://charter.example/runs/" + Run);

    public static ForgeLinks GitHub => new("github", new Uri("https://github.example"), "acme/orders");

    public static ForgeLinks GitLab => new("gitlab", new Uri("https://gitlab.example/"), "acme/backend/orders");

    /// <summary>Of a pull request.</summary>
    public static EffectReport Change(IReadOnlyList<Finding> findings, IReadOnlyList<Finding>? settled = null, Func<ChangeSection, ChangeSection>? with = null, ForgeLinks? links = null, string[]? notes = null, Uri? runUrl = null)
    {
        var change = new ChangeSection("main", Base, Sha, 3, new ChangedFiles(1, 2, 0, 0, 40, 7), [], [], [], [], new ChangedTests(2, 1, []), [.. findings.Select(finding => finding.Id)], settled ?? [], 12);
        return Read(Json(0, findings, with is null ? change : with(change), notes), links, runUrl);
    }

    /// <summary>Of a whole charter.</summary>
    public static EffectReport Whole(IReadOnlyList<Finding> findings, string repository = "acme/orders", string[]? notes = null, ForgeLinks? links = null) => Read(Json(7, findings, null, notes, repository), links, RunUrl);

    public static EffectReport Read(object charter, ForgeLinks? links = null, Uri? runUrl = null) =>
        EffectReport.Read(CanonicalJson.ToElement(charter), new RunTrigger { Source = "webhook", Target = "https://github.example/acme/orders", PullRequest = 17 }, Run, runUrl, links ?? GitHub);

    public static Finding Finding(int number, string severity, string title, string? path = null, int? line = null, string evidence = "It is there.", string recommendation = "Take it out.") =>
        new(Id(number), "sentinel", "secrets/token", severity, title, path, line, evidence, recommendation);

    public static string Id(int number) => $"fnd_{number:x20}";

    private static Dictionary<string, object?> Json(int version, IReadOnlyList<Finding> findings, ChangeSection? change, string[]? notes, string repository = "acme/orders")
    {
        var charter = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["schema"] = 1,
            ["version"] = version,
            ["repository"] = new RepositoryInfo("repo_x", repository, "https://github.example/acme/orders", "main"),
            ["head_sha"] = Sha,
            ["partial"] = false,
            ["notes"] = notes ?? [],
            ["findings"] = findings,
            ["dismissed_findings"] = 1,
        };
        if (change is not null) charter["change"] = change;
        return charter;
    }
}

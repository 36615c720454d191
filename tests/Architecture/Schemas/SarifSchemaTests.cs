using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Reports;
using NJsonSchema;

namespace Charterhouse.Architecture.Tests.Schemas;

/// <summary>
/// charter.sarif against a closed schema of the part of SARIF that is written, and, when <c>CHARTER_SARIF_SCHEMA</c> names a copy of it,
/// against the standard's own (OASIS publishes it; its terms are not plain enough to keep a copy here).
/// </summary>
public sealed class SarifSchemaTests
{
    private const string Variable = "CHARTER_SARIF_SCHEMA";

    public static TheoryData<string> Logs => ["every kind of finding", "compared", "partial", "merged", .. Repository.Files("tests/Agents/approved", "*.sarif.approved.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Validate_PartThatIsWritten_HasNoProblems(string name) => (await ProblemsAsync(Repository.File("tests/Architecture/Schemas/sarif-subset.schema.json"), Log(name))).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Validate_Standard_HasNoProblems(string name)
    {
        var schema = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(schema is { Length: > 0 }, $"{Variable} is not set to a copy of sarif-schema-2.1.0.json");
        (await ProblemsAsync(schema!, Log(name))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"version\": \"2.1.0\"", "\"version\": \"2.0.0\"")]
    [InlineData("\"level\": \"error\"", "\"level\": \"high\"")]
    [InlineData("\"executionSuccessful\": true", "\"successful\": true")]
    [InlineData("\"uriBaseId\"", "\"base\"")]
    public async Task Validate_OtherShape_IsAProblem(string there, string instead)
    {
        var wrong = Log("every kind of finding").Replace(there, instead, StringComparison.Ordinal);
        (await ProblemsAsync(Repository.File("tests/Architecture/Schemas/sarif-subset.schema.json"), wrong)).ShouldNotBeEmpty();
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } standard) (await ProblemsAsync(standard, wrong)).ShouldNotBeEmpty();
    }

    private static async Task<IEnumerable<string>> ProblemsAsync(string schema, string log)
    {
        var validator = await JsonSchema.FromJsonAsync(await File.ReadAllTextAsync(schema, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        return validator.Validate(log).Select(problem => problem.ToString());
    }

    private static string Log(string name)
    {
        var document = Document([.. RuleCatalog.All.Select(rule => Finding(rule.Name, rule.Agent, rule.Severity)),
            .. Severities.All.Select(severity => Finding("secrets/x", "sentinel", severity)), Finding("unheard/of", "someone", Severities.Low)]);
        return Encoding.UTF8.GetString(name switch
        {
            "every kind of finding" => CharterSarif.Render(document),
            "compared" => CharterSarif.Render(document, document with { Findings = [document.Findings[0]] }),
            "partial" => CharterSarif.Render(document with { Partial = true, Failure = new CharterFailure("scan", "timeout", "Too slow.", null), Repository = null }),
            "merged" => CharterSarif.Merge([CharterSarif.Render(document), CharterSarif.Render(Document([]))]),
            _ => File.ReadAllBytes(Repository.File("tests/Agents/approved/" + name)),
        });
    }

    private static Finding Finding(string rule, string agent, string severity) =>
        new($"fnd_{rule}_{severity}", agent, rule, severity, "A [title](x)", severity == Severities.Info ? null : "src/a b#c?/ü:%/d|e.cs", severity == Severities.Low ? null : 7, "Evidence {0}.", "Do it.");

    private static CharterDocument Document(IReadOnlyList<Finding> findings) => new()
    {
        Version = 2,
        Repository = new RepositoryInfo("repo_x", "acme/x", "https://example.org/acme/x", "main"),
        HeadSha = "0123456789abcdef0123456789abcdef01234567",
        HeadBranch = "feature/x",
        Notes = ["The working tree has changes."],
        Findings = findings,
    };
}

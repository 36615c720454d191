using System.Text;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Testing.Sarif;
using NJsonSchema;

namespace Charterhouse.Architecture.Tests.Schemas;

/// <summary>
/// charter.sarif against the standard's own schema, and against a closed one of the part of SARIF that is written, which also holds what the
/// standard's leaves to its text and what GitHub requires.
/// </summary>
public sealed class SarifSchemaTests
{
    public static TheoryData<string> Logs => ["every kind of finding", "compared", "partial", "merged", .. Repository.Files("tests/Agents/approved", "*.sarif.approved.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Validate_PartThatIsWritten_HasNoProblems(string name) => (await ProblemsAsync(Repository.File("tests/Architecture/Schemas/sarif-subset.schema.json"), Log(name))).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Validate_Standard_HasNoProblems(string name) => (await SarifSchema.ProblemsAsync(Log(name))).ShouldBeEmpty();

    [Theory]
    [InlineData("\"version\": \"2.1.0\"", "\"version\": \"2.0.0\"")]
    [InlineData("\"level\": \"error\"", "\"level\": \"high\"")]
    [InlineData("\"executionSuccessful\": true", "\"successful\": true")]
    [InlineData("\"uriBaseId\"", "\"base\"")]
    [InlineData("\"startLine\": 7", "\"endLine\": 7")]
    public async Task Validate_OtherShape_IsAProblem(string there, string instead)
    {
        var wrong = Log("every kind of finding").Replace(there, instead, StringComparison.Ordinal);
        (await ProblemsAsync(Repository.File("tests/Architecture/Schemas/sarif-subset.schema.json"), wrong)).ShouldNotBeEmpty();
        (await SarifSchema.ProblemsAsync(wrong)).ShouldNotBeEmpty();
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

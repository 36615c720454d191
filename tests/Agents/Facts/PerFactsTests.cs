using Charterhouse.Agents.Archivist.Intent;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.GitHubWorkflows;
using Charterhouse.Agents.Tests.Repositories;

namespace Charterhouse.Agents.Tests.Facts;

public sealed class PerFactsTests
{
    [Fact]
    public async Task Of_TheSameFacts_AreReadOnceAndACopyAnew()
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <ada@example.org>", "2026-01-02T10:00:00").File("README.md", "# Thing\n").File(".github/workflows/a.yml", "on: push\njobs: { a: { runs-on: x } }\n");
        var facts = (await repository.ScanAsync(repository.Build())).Facts;
        var copy = facts with { Excerpts = [] };

        IntentDocuments.Of(facts).ShouldBeSameAs(IntentDocuments.Of(facts));
        Workflow.All(facts).ShouldBeSameAs(Workflow.All(facts));
        IntentDocuments.Of(facts).Declarations.ShouldHaveSingleItem();
        Workflow.All(facts).ShouldHaveSingleItem();
        IntentDocuments.Of(copy).Declarations.ShouldBeEmpty();
        Workflow.All(copy).ShouldBeEmpty();
    }
}

using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Configuration;
using Charterhouse.Testing;

namespace Charterhouse.Cli.Tests.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_NestedShape_IsTheSameAsTheFlatOne()
    {
        const string nested = """
            orchestration:
                langgraph:
                    max_concurrent_runs: 7
                    timeout_seconds: 60
                    retry_attempts: 2
                    recursion_limit: 30
                    checkpointer:
                      type: memory
            """;
        const string flat = "orchestration: { max_concurrent_runs: 7, timeout_seconds: 60, retry_attempts: 2, recursion_limit: 30, checkpointer: memory }";

        Load(nested).Options.ShouldBe(Load(flat).Options);
        Load(flat).Options.MaxConcurrentRuns.ShouldBe(7);
        Load(flat).Options.Checkpointer.ShouldBe(Checkpointer.Memory);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("orchestration:\n")]
    public void Read_Empty_IsFine(string text) => Load(text).Options.RetryAttempts.ShouldBe(3);

    [Theory]
    [InlineData("repositories:\n  - https://forge.example/a\n  - ${FORGE}/b\n")]
    [InlineData("repositories: https://forge.example/a; https://forge.example/b\n")]
    public void Read_Repositories_AreAListOrSeparatedBySemicolons(string text) =>
        Load(text, [("FORGE", "https://forge.example")]).Options.Repositories.Select(one => one.Url).ShouldBe(["https://forge.example/a", "https://forge.example/b"]);

    [Theory]
    [InlineData("repositories: [https://forge.example/a, ../b]", "holds '../b'; give https:// URLs without a user")]
    [InlineData("repositories: [https://ada:hunter2@forge.example/a]", "holds '***'; give https:// URLs without a user")]
    [InlineData("repositories: [[https://forge.example/a]]", "holds an item that is no address")]
    [InlineData("repositories: [{triggers: {drafts: true}}]", "holds an item without an address; add 'url: https://HOST/OWNER/NAME'")]
    [InlineData("repositories: [{url: https://forge.example/a, trigers: {}}]", "repositories.trigers is not a setting; did you mean 'triggers'?")]
    [InlineData("repositories: [{url: https://forge.example/a, triggers: {branch: main}}]", "repositories.triggers.branch is not a setting; did you mean 'branches'?")]
    [InlineData("repositories: [{url: https://forge.example/a, triggers: {branches: ['!main']}}]", "repositories.triggers.branches holds '!main'; give patterns such as")]
    [InlineData("repositories: [{url: https://forge.example/a, triggers: {drafts: maybe}}]", "repositories.triggers.drafts is 'maybe'; give true or false")]
    [InlineData("repositories: [{url: https://forge.example/a, schedule: noon}]", "repositories.schedule is 'noon'; give minute, hour")]
    [InlineData("repositories: [{url: [], schedule: '0 3 * * *'}]", "repositories.url has no such value")]
    [InlineData("repositories: []", "has no value")]
    [InlineData("urls: [http://127.0.0.1:1]", "is not a single value")]
    public void Read_RepositoriesThatAreNone_AreAProblem(string text, string problem) => Problems(text).ShouldHaveSingleItem().ToString().ShouldContain(problem);

    [Fact]
    public void Read_RepositoryWithRulesOfItsOwn_HasThem()
    {
        var options = Load("triggers:\n  branches: [main, 'release/*']\n  window_seconds: 0\nrepositories:\n  - https://forge.example/a\n  - url: ${FORGE}/b\n    triggers:\n      paths: ['src/**', docs]\n      branches: []\n      forks: true\n    schedule: 0 3 * * 1\n", [("FORGE", "https://forge.example")]).Options;

        options.Repositories.Select(one => (one.Url, one.Rules.Count, one.Schedule)).ShouldBe([("https://forge.example/a", 0, null), ("https://forge.example/b", 3, "0 3 * * 1")]);
        var own = options.Repositories[1].Rules;
        (own["paths"], own["branches"], own["forks"]).ShouldBe(("src/**,docs", "", "true"));
        (options.Triggers["branches"], options.Triggers["window_seconds"], options.Triggers["events"]).ShouldBe(("main,release/*", "0", "push,pull_request"));
        options.TriggersSet.Order().ShouldBe(["branches", "window_seconds"]);
        Load("repositories:\n  - url: https://forge.example/b\n    schedule: 0 3 * * 1\n", [("CHARTER_REPOSITORIES", "https://forge.example/b")]).Options.Repositories[0].Schedule.ShouldBeNull("the variable's list is another one");
    }

    [Theory]
    [InlineData("triggers:\n  events: [push, sunrise]", "triggers.events holds 'sunrise'; give one or more of push, pull_request, issues")]
    [InlineData("triggers:\n  window_seconds: 3601", "triggers.window_seconds is '3601'; give a whole number from 0 to 3600")]
    [InlineData("triggers:\n  edge: sideways", "triggers.edge is 'sideways'; give trailing or leading")]
    [InlineData("triggers:\n  supersede: always", "triggers.supersede is 'always'; give none or queued or running")]
    [InlineData("triggers:\n  paths: '{a,b}'", "triggers.paths holds '{a'")]
    [InlineData("triggers:\n  branch: main", "triggers.branch is not a setting; did you mean 'branches'?")]
    [InlineData("prune:\n  schedule: noon", "prune.schedule is 'noon'")]
    public void Read_RulesThatAreNone_AreAProblem(string text, string problem) => Problems(text).ShouldHaveSingleItem().ToString().ShouldContain(problem);

    [Fact]
    public void Default_Rules_AreThoseOfTheOrchestrator()
    {
        var (rules, plain) = (new TriggerRules().With(RuleTexts.Read(Load("").Options.Triggers)), new TriggerRules());
        rules.Events.ShouldBe(plain.Events);
        (rules.Branches.Count, rules.Paths.Count).ShouldBe((plain.Branches.Count, plain.Paths.Count));
        (rules with { Events = plain.Events, Branches = plain.Branches, Paths = plain.Paths }).ShouldBe(plain);
    }

    [Theory]
    [InlineData("orchestration:\n  retry_atempts: 3", 2, "orchestration.retry_atempts is not a setting; did you mean 'retry_attempts'?")]
    [InlineData("orchestraton:\n  retry_attempts: 3", 1, "orchestraton is not a setting; did you mean 'orchestration'?")]
    [InlineData("orchestration:\n  langraph: {}", 2, "orchestration.langraph is not a setting; did you mean 'langgraph'?")]
    [InlineData("orchestration:\n  langgraph:\n    recursionlimit: 3", 3, "orchestration.langgraph.recursionlimit is not a setting; did you mean 'recursion_limit'?")]
    [InlineData("retry_attempts: 3", 1, "retry_attempts is not a setting; write it as orchestration.retry_attempts")]
    [InlineData("github_token: abc", 1, "github_token is not a setting; secrets are read from the environment only: remove the line")]
    [InlineData("rabbitmq_url: amqp://h", 1, "rabbitmq_url is a secret and is not read from a file; remove the line and set RABBITMQ_URL or RABBITMQ_URL_FILE")]
    [InlineData("xyz: 1", 1, "xyz is not a setting; remove the line ('charter config show' lists the settings)")]
    [InlineData("orchestration: 5", 1, "orchestration is not a mapping; put its settings on indented lines below it")]
    [InlineData("worker_concurrency: [1]", 1, "worker_concurrency is not a single value; write it as 'key: value'")]
    [InlineData("worker_concurrency:", 1, "worker_concurrency has no value; give one or remove the line")]
    [InlineData("\nworker_concurrency: ${NOT_THERE}", 2, "worker_concurrency needs the environment variable NOT_THERE, which is not set; set NOT_THERE or write the value")]
    [InlineData("orchestration: { checkpointer: postgres }", 1, "orchestration.checkpointer is postgres, but no database is given; set POSTGRES_CONNECTION_STRING")]
    [InlineData("orchestration:\n  checkpointer: { pool_size: 5, type: sqlite }", 2, "orchestration.checkpointer.pool_size belongs to a checkpointer of type postgres; remove the line")]
    [InlineData("orchestration:\n  checkpointer: { kind: sqlite }", 2, "orchestration.checkpointer has no type; add 'type: sqlite' or 'type: postgres'")]
    [InlineData("- a", 1, "the file is not a mapping; write settings as 'key: value' lines")]
    [InlineData("worker_concurrency: 1\n---\nworker_concurrency: 2", 3, "document is a second one in the file; keep one YAML document")]
    public void Read_Problem_NamesLineKeyAndFix(string text, int line, string expected) =>
        Problems(text)[0].ToString().ShouldBe($"{File}:{line}: {expected}");

    [Fact]
    public void Read_PostgresCheckpointerObject_TakesItsParts()
    {
        var loaded = Load("""
            orchestration:
              langgraph:
                checkpointer:
                  type: postgres
                  connection_string: ${DATABASE}
                  pool_size: 8
                  max_overflow: 2
                  table_name: orchestration_checkpoints
            """, [("DATABASE", "postgresql://user:hunter2@localhost/db"), ("RABBITMQ_URL", "amqp://h")]);

        var distributed = loaded.Options.Distributed.ShouldNotBeNull();
        distributed.PostgresConnectionString.ShouldContain("Password=hunter2");
        (distributed.PoolSize, distributed.MaxOverflow).ShouldBe((8, 2));
        string.Join('\n', loaded.Values).ShouldNotContain("hunter2");
    }

    [Fact]
    public void Read_PasswordInTheFile_IsRefusedAndNotRepeated()
    {
        var problems = string.Join('\n', Problems("orchestration:\n  checkpointer:\n    type: postgres\n    connection_string: postgresql://user:hunter2@localhost/db"));

        problems.ShouldContain("would keep a password in the file");
        problems.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Read_SameSettingInBothShapes_IsAProblem() =>
        Problems("orchestration:\n  retry_attempts: 1\n  langgraph:\n    retry_attempts: 2").ShouldHaveSingleItem().ToString()
            .ShouldBe($"{File}:4: orchestration.langgraph.retry_attempts is given twice (also at {File}:2); remove one");

    [Theory]
    [InlineData("a: [1")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a:\n\tb: 1")]
    public void Read_BadYaml_IsOneLineWithTheFile(string text)
    {
        var problem = Problems(text).ShouldHaveSingleItem().ToString();

        problem.ShouldStartWith($"{File}:");
        problem.ShouldContain("is not valid YAML");
        problem.ShouldNotContain("\n");
    }

    [Fact]
    public void Read_Expansion_TakesTheVariable()
    {
        Load("worker_concurrency: ${WORKERS}", [("WORKERS", "3")]).Options.WorkerConcurrency.ShouldBe(3);
        Load("data: ${BASE}/x", [("BASE", "/srv")]).Options.DataFolder.ShouldBe("/srv/x");
    }

    [Fact]
    public void Read_ExpansionOfASecret_IsNeverShown()
    {
        Load("data: /srv/${MY_TOKEN}", [("MY_TOKEN", "hunter2")]).Values[0].Value.ShouldBe("***");
        Problems("worker_concurrency: ${MY_TOKEN}", [("MY_TOKEN", "hunter2")]).ShouldHaveSingleItem().Message.ShouldBe("is '***'");
    }

    private string File => Path.Combine(folder.FullPath, "c.yaml");

    private LoadedConfiguration Load(string text, (string, string)[]? environment = null)
    {
        folder.Write("c.yaml", text);
        var variables = (environment ?? []).ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
        variables["HOME"] = folder.FullPath;
        variables["CHARTER_CONFIG"] = File;
        return ConfigurationLoader.Load(new ConfigurationInput { Environment = variables, WorkingFolder = folder.FullPath });
    }

    private IReadOnlyList<ConfigurationProblem> Problems(string text, (string, string)[]? environment = null) =>
        Should.Throw<ConfigurationException>(() => Load(text, environment)).Problems;
}

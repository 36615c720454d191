using Charterhouse.Agents.Examiner;
using Charterhouse.Agents.Examiner.Ci;
using Charterhouse.Agents.Scan.Details;
using Charterhouse.Agents.Scan.Details.Tests;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Agents.Tests.Examiner;

public sealed class ExaminerTests
{
    private const string Ada = "Ada Example <ada@example.org>";

    [Theory]
    [InlineData("C#", "[Fact]\npublic void A() {}\n[Theory, InlineData(1)]\n[InlineData(2)]\npublic void B(int x) {}\n// [Fact]\nvar s = @\"\n[Fact]\n\";\n[Fact(Skip = \"x\")] public void C() {}\n", "xunit 3 1")]
    [InlineData("C#", "[TestCase(1)]\n[TestCase(2)]\npublic void B(int x) {}\n[Test]\npublic void C() {}\n", "NUnit 2 0")]
    [InlineData("C#", "[TestMethod]\npublic void C() {}\n", "MSTest 1 0")]
    [InlineData("Java", "import org.junit.jupiter.api.Test;\n@Test void a() {}\n/* @Test */\n@TestParameter int x;\n@ParameterizedTest\nvoid b() {}\n", "JUnit 5 2 0")]
    [InlineData("Kotlin", "import io.kotest.core.spec.style.FunSpec\nclass A : FunSpec({\n  test(\"x\") { }\n})\n", "Kotest 1 0")]
    [InlineData("Python", "def test_a():\n    def test_inner(): pass\nclass TestB:\n    def test_c(self): pass\nclass Other:\n    def test_d(self): pass\n\"\"\"\ndef test_e(): pass\n\"\"\"\n", "pytest 2 0")]
    [InlineData("Python", "class A(unittest.TestCase):\n    def test_a(self): pass\n", "unittest 1 0")]
    [InlineData("Go", "func TestMain(m *testing.M) {}\nfunc TestA(t *testing.T) {}\nfunc FuzzB(f *testing.F) {}\nfunc ExampleC() {\n}\nvar s = `\nfunc TestD(t *testing.T) {}\n`\n", "go test 3 0")]
    [InlineData("Rust", "fn a<'a>() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n    #[tokio::test]\n    #[ignore]\n    async fn b() {}\n}\n", "Rust #[test] 2 1")]
    [InlineData("TypeScript", "import { it } from 'vitest';\nit('a', () => {});\nit.each([1])('b', () => {});\nre.test(x);\nconst s = `\nit('c')\n`;\nit.skip('d', () => {});\n", "Vitest 3 1")]
    [InlineData("JavaScript", "const test = require('node:test');\ntest('a', () => {});\n", "node:test 1 0")]
    [InlineData("Ruby", "RSpec.describe A do\n  it 'a' do\n  end\n  xit 'b' do\n  end\nend\n", "RSpec 2 1")]
    [InlineData("PHP", "class A extends TestCase {\n  public function testA() {}\n}\n", "PHPUnit 1 0")]
    [InlineData("C++", "#include <gtest/gtest.h>\nTEST(A, B) {}\nTEST_F(A, C) {}\n#define TEST(x)\n", "GoogleTest 2 0")]
    [InlineData("Tcl", "start_server {} {\n    test {SET and GET} {\n    }\n    # test {no} {\n}\n", "Tcl test 1 0")]
    public void Read_TestsOfALanguage_AreCountedByTheirMarks(string language, string text, string expected)
    {
        var writer = new DetailWriter();
        TestDetails.Read(DetailRoles.Code, language, text, writer);

        DetailRows.Parse(writer.Rows ?? "", TestDetails.Cases).Select(row => $"{row[0]} {row[1]} {row[2]}").ShouldBe([expected]);
    }

    [Theory]
    [InlineData("dotnet test -c Release", "test:dotnet")]
    [InlineData("uv run --group dev tox run", "test:python")]
    [InlineData("tox run -e typing", "lint:python")]
    [InlineData("${{ env.CARGO }} test --workspace", "test:rust")]
    [InlineData("pnpm run --filter @a/b test:all", "test:js")]
    [InlineData("npm ci && npm run build", "build:js")]
    [InlineData("CFLAGS='-Werror' ./runtest-moduleapi --verbose", "test:")]
    [InlineData("mvn install -DskipTests", "build:jvm")]
    [InlineData("./gradlew check", "test:jvm")]
    [InlineData("make -C tests/modules 32bit", "build:")]
    [InlineData("make check", "test:")]
    [InlineData("./utils/gen-test-certs.sh", "")]
    [InlineData("git fetch latest", "")]
    [InlineData("echo test", "")]
    public void Read_Command_IsRecognised(string script, string expected) =>
        string.Join(",", CommandReader.Read(script, 1).Select(command => $"{command.Kind}:{command.Ecosystem}")).ShouldBe(expected);

    [Fact]
    public async Task Describe_TestsAndWorkflow_AreSetAgainstModulesAndCommands()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00")
            .File("src/Orders/Orders.csproj", "<Project/>\n").File("src/Orders/Order.cs", "class Order;\n")
            .File("tests/Orders.Tests/Orders.Tests.csproj", "<Project><PackageReference Include=\"coverlet.collector\" /></Project>\n")
            .File("tests/Orders.Tests/OrderTests.cs", "class OrderTests\n{\n    [Fact]\n    public void A() {}\n}\n")
            .File(".github/workflows/ci.yml", "name: CI\non:\n  push: { branches: [main] }\n  pull_request:\njobs:\n  test:\n    runs-on: ${{ matrix.os }}\n    strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }\n    steps:\n      - run: |\n          dotnet build\n          dotnet test --no-build\n");
        var result = await DescribeAsync(repository);

        var tests = Section<TestsSection>(result, SectionNames.Tests);
        tests.Frameworks.ShouldHaveSingleItem().Ci.ShouldBe(new CiEvidence("dotnet test --no-build", ".github/workflows/ci.yml", 12));
        tests.Modules[0].ShouldBe(new ModuleTests("src/Orders", 1, 5, 1, 5));
        tests.Coverage.ShouldHaveSingleItem().Tool.ShouldBe("Coverlet");
        var workflow = Section<CiSection>(result, SectionNames.Ci).Workflows.ShouldHaveSingleItem();
        workflow.Triggers.Select(trigger => $"{trigger.Event} {string.Join(' ', trigger.Filter)}".Trim()).ShouldBe(["push main", "pull_request"]);
        workflow.Runners.ShouldBe(["ubuntu-latest", "windows-latest"]);
        result.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Describe_SourceWithoutTests_IsAFinding()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("app.py", string.Concat(Enumerable.Range(0, 600).Select(i => $"x{i} = {i}\n")));

        (await DescribeAsync(repository)).Findings.Select(finding => (finding.Rule, finding.Severity)).ShouldBe([("tests/none", "low")]);
    }

    [Fact]
    public async Task Describe_ModuleWithoutTests_IsMeasuredInLinesOfCode()
    {
        string Lines(int count, string line) => string.Concat(Enumerable.Range(0, count).Select(i => $"{line} X{i};\n"));
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00")
            .File("src/Orders/Orders.csproj", "<Project/>\n").File("src/Orders/Order.cs", "class Order;\n")
            .File("src/Billing/Billing.csproj", "<Project/>\n").File("src/Billing/Invoice.cs", Lines(600, "class") + Lines(300, "//"))
            .File("src/Stock/Stock.csproj", "<Project/>\n").File("src/Stock/Shelf.cs", Lines(300, "class") + Lines(400, "//"))
            .File("tests/Orders.Tests/Orders.Tests.csproj", "<Project/>\n").File("tests/Orders.Tests/OrderTests.cs", string.Concat(Enumerable.Repeat("[Fact] public void A() {}\n", 20)));

        (await DescribeAsync(repository)).Findings.Where(finding => finding.Rule == "tests/module-untested").ShouldHaveSingleItem().Evidence
            .ShouldBe("src/Billing/ has 600 lines of code; no test lies in it, is named after it or imports it.");
    }

    [Theory]
    [InlineData("echo hello", true)]
    [InlineData("./build.sh", false)]
    [InlineData("pytest", false)]
    public async Task Describe_WorkflowWithoutTests_IsAFindingOnlyWhenNothingCouldHideThem(string command, bool found)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("a/test_x.py", "def test_a():\n    pass\n")
            .File(".github/workflows/ci.yml", $"on: push\njobs:\n  a:\n    steps:\n      - run: {command}\n");

        (await DescribeAsync(repository)).Findings.Any(finding => finding.Rule == "tests/not-in-ci").ShouldBe(found);
    }

    [Fact]
    public async Task Describe_FocusedTest_IsAFindingWithItsLine()
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("a.test.js", "describe('a', () => {\n  it.only('b', () => {});\n});\n// it.only('c')\n").File("fixtures/b.test.js", "it.only('b', () => {});\n");

        var finding = (await DescribeAsync(repository)).Findings.Single(finding => finding.Rule == "tests/focused");
        (finding.Path, finding.Line).ShouldBe(("a.test.js", 2));
    }

    /// <summary>What a formatter is tried on, and what lies beside the test that reads it, no runner collects.</summary>
    [Theory]
    [InlineData("tests/format/js/jest-each.js", "tests/format/js/format.test.js", false)]
    [InlineData("tests/rules/each.js", "tests/rules/rules.spec.js", false)]
    [InlineData("tests/format/js/a.test.js", "a.js", false)]
    [InlineData("tests/each.js", "a.js", false)]
    [InlineData("src/__tests__/each.js", "a.js", true)]
    [InlineData("tests/rules/each.test.js", "tests/rules/rules.spec.js", true)]
    public async Task Describe_FocusedTest_CountsWhereTheRunnerCollectsIt(string path, string beside, bool found)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("package.json", "{ \"devDependencies\": { \"jest\": \"1\" } }").File(path, "describe('a', () => {\n  it.only('b', () => {});\n});\n").File(beside, "run();\n");

        (await DescribeAsync(repository)).Findings.Any(finding => finding.Rule == "tests/focused").ShouldBe(found);
    }

    [Theory]
    [InlineData("tests/test-ping.js", 2)]
    [InlineData("tests/shared.js", 1)]
    public async Task Describe_ScriptsBesideACollectedOne_CountWhenTheirNameSaysTest(string path, int cases)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File("tests/a.test.js", "it('a', () => {});\n").File(path, "it('b', () => {});\n");

        Section<TestsSection>(await DescribeAsync(repository), SectionNames.Tests).Cases.ShouldBe(cases);
    }

    [Theory]
    [InlineData("measure", "[tool.black]\nextend-exclude = '''\n/(\n  tests/data/\n  | measure/\n)\n'''\n", "", false)]
    [InlineData("measure", "[tool.black]\nextend-exclude = '''/measure_all/'''\n", "", true)]
    [InlineData("measure", "", "run: python measure/big.py", false)]
    [InlineData("measure", "", "run: python other.py", true)]
    [InlineData("extra", "", "", false)]
    public async Task Describe_AFolderOfScripts_NeedsNoTests(string folder, string pyproject, string step, bool found)
    {
        using var repository = new ImportedRepository();
        repository.Commit(Ada, "2026-01-02T10:00:00").File($"{folder}/big.py", string.Concat(Enumerable.Range(0, 600).Select(i => $"def f{i}(): pass\n")))
            .File("thing/__init__.py", "def a(): pass\n").File("tests/test_thing.py", "import thing\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"def test_{i}(): pass\n")))
            .File("pyproject.toml", "[project]\nname = \"thing\"\n" + pyproject).File(".github/workflows/ci.yml", $"on: push\njobs:\n  a:\n    steps:\n      - {(step.Length > 0 ? step : "run: pytest")}\n");

        (await DescribeAsync(repository)).Findings.Any(finding => finding.Rule == "tests/module-untested").ShouldBe(found);
    }

    private static async Task<AgentResult> DescribeAsync(ImportedRepository repository)
    {
        var head = repository.Build();
        return ExaminerAgent.Describe(Scans.Context(head), (await repository.ScanAsync(head)).Facts);
    }

    private static T Section<T>(AgentResult result, string name) => CanonicalJson.FromElement<T>(result.Sections.Single(section => section.Key == name).Value);
}

using Charterhouse.Agents.Architect;
using Charterhouse.Agents.Archivist.Intent;
using Charterhouse.Agents.Tests.Repositories;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Tests.Archivist.Intent;

public sealed class ContradictionTests
{
    private const string Path = "intent/path-missing";
    private const string Command = "intent/command-missing";

    [Fact]
    public async Task Links_ToWhatIsNotThere_AreFoundOnce()
    {
        (await Described.FindingsAsync(Path,
            ("README.md", "# T\n\nSee [the guide](docs/guide.md#start), [it](docs/guide.md) and\n[notes](/docs/notes%20old.md?plain=1), [Setup](docs/SETUP.md).\n"), ("docs/setup.md", "# Setup\n")))
            .ShouldBe([
                "README.md:4 README.md:4 links to docs/SETUP.md; the tree has docs/setup.md, whose letters differ in case.",
                "README.md:3 README.md:3 links to docs/guide.md#start; there is no docs/guide.md in the tree, nor docs/notes old.md (line 4).",
            ]);
    }

    [Fact]
    public async Task Links_OfOneTable_AreFoundTogether() =>
        (await Described.FindingsAsync(Path, ("README.md", "# T\n\n| what | where |\n|---|---|\n| a | [a](ui/a.js) |\n| b | [b](ui/b.js) |\n\nSee [c](ui/c.js).\n"), ("ui/d.js", "x\n")))
            .ShouldBe(["README.md:5 README.md:5 links to ui/a.js; there is no ui/a.js in the tree, nor ui/b.js (line 6).", "README.md:8 README.md:8 links to ui/c.js; there is no ui/c.js in the tree."]);

    [Fact]
    public async Task Links_OfALinkedReadme_AreMeantFromEitherFolder()
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <ada@example.org>", "2026-02-01T09:00:00").File("web/README.md", "# T\n\nSee [a](examples/a.rs).\n\nOr [b](examples/b.rs).\n").File("web/examples/a.rs", "fn main() {}\n").File("examples/c.rs", "fn main() {}\n").Link("README.md", "web/README.md");
        (await Described.OfAsync(repository)).Findings.Select(finding => finding.Line).ShouldBe([5]);
    }

    [Theory]
    [InlineData("server/types/MONITORING_TYPE.js", false)]
    [InlineData("server/PROVIDER_NAME/a.js", false)]
    [InlineData("server/types/monitor.js", true)]
    [InlineData("server/CODE_OF_CONDUCT.md", true)]
    public async Task Spans_WithANameToFillIn_AreNoPaths(string path, bool found) =>
        (await Described.FindingsAsync(Path, ("CONTRIBUTING.md", $"# Contributing\n\nThe code is in `{path}`.\n"), ("server/a.js", "x\n"))).Any().ShouldBe(found);

    [Theory]
    [InlineData("[a](#part) [b](https://x.example/y.md) [c](mailto:a@b.example) [d](//x.example/y.md)")]
    [InlineData("[a](../../wiki) [b](../../issues/new) [c](issues/1) [d](/acme/thing/pull/3)")]
    [InlineData("[a](docs/) [b](docs/setup.md) [c](./docs/../docs/setup.md#x) [d](docs)")]
    [InlineData("[a](<your-file>.md) [b](path/to/file.md) [c](docs/*.md) [d](docs/{name}.md) [e](dist/app.js)")]
    [InlineData("`docs/gone.md` and ```docs/gone.md```")]
    [InlineData("[a](sub/file.md) [b](link/file.md)")]
    public async Task Links_ThatAreThereOrElsewhere_AreNotFound(string text)
    {
        using var repository = new ImportedRepository();
        repository.Commit("Ada Example <ada@example.org>", "2026-02-01T09:00:00").File("README.md", "# T\n\n" + text + "\n").File("docs/setup.md", "# S\n")
            .Submodule("sub", "1111111111111111111111111111111111111111").Link("link", "docs");
        (await Described.OfAsync(repository)).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Spans_InRules_MustBePathsOfTheTree()
    {
        (await Described.FindingsAsync(Path,
            ("AGENTS.md", "# A\n\n- Handlers are in `src/handlers/main.py`; start with `src/app.py`.\n- Create `src/new_thing.py` for it.\n- Branches: `src/fix`. Types: `application/json`. Tests: `unit/test_app.py`.\n- The layout is `src/api/`.\n"),
            ("src/app.py", "x = 1\n"), ("tests/unit/test_app.py", "x = 1\n")))
            .ShouldBe([
                "AGENTS.md:3 AGENTS.md:3 names src/handlers/main.py; there is no src/handlers/main.py in the tree.",
                "AGENTS.md:6 AGENTS.md:6 names src/api/; there is no src/api in the tree.",
            ]);
    }

    [Fact]
    public async Task Links_OfADocumentationSite_AreItsOwn()
    {
        (await Described.FindingsAsync(Path, ("docs/README.md", "# T\n\n[a](guide/start.md)\n"), ("README.md", "# T\n\n[a](/guide) [b](guide/start)\n"), ("mkdocs.yml", "site_name: T\n"), ("guide/x.md", "x\n"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Commands_ThatNothingDefines_AreFound()
    {
        (await Described.FindingsAsync(Command,
            ("CONTRIBUTING.md", "# C\n\n```sh\nnpm run build && npm run lint\nnpm run deploy -- --now   # all\nmake check\nmake docs\n./scripts/gone.sh\nbash scripts/here.sh\ndotnet run --project src/Gone/Gone.csproj\n```\n\nThen `npm run format`.\n"),
            ("package.json", "{ \"scripts\": { \"build\": \"x\" } }\n"), ("web/package.json", "{ \"scripts\": { \"lint\": \"x\" } }\n"),
            ("Makefile", ".PHONY: check\nV := 1\ncheck: build\n\ttrue\nbuild:\n\ttrue\n"), ("scripts/here.sh", "true\n"), ("src/a.cs", "// a\n")))
            .ShouldBe([
                "CONTRIBUTING.md:5 CONTRIBUTING.md:5 gives the command “npm run deploy -- --now”; no package.json of the repository has a script deploy.",
                "CONTRIBUTING.md:7 CONTRIBUTING.md:7 gives the command “make docs”; no Makefile of the repository has a target docs.",
                "CONTRIBUTING.md:8 CONTRIBUTING.md:8 gives the command “./scripts/gone.sh”; there is no scripts/gone.sh in the tree.",
                "CONTRIBUTING.md:10 CONTRIBUTING.md:10 gives the command “dotnet run --project src/Gone/Gone.csproj”; there is no src/Gone/Gone.csproj in the tree.",
                "CONTRIBUTING.md:13 CONTRIBUTING.md:13 gives the command “npm run format”; no package.json of the repository has a script format.",
            ]);
    }

    [Theory]
    [InlineData("npm run <script>\nnpm run $X\nnpm run a -w web\nyarn tsc\npnpm lint")]
    [InlineData("curl -o scripts/get.sh https://x.example/get.sh\nbash scripts/get.sh")]
    [InlineData("cd ../elsewhere/thing\nbash scripts/gone.sh")]
    [InlineData("make\nmake X=1 all\nmake -C sub all\nmake \\\n  gone")]
    [InlineData("$ npm run build\nnpm run printed by it\n> gone")]
    public async Task Commands_ThatProveNothing_AreNotFound(string commands)
    {
        (await Described.FindingsAsync(Command, ("CONTRIBUTING.md", $"# C\n\n```\n{commands}\n```\n"), ("package.json", "{ \"scripts\": { \"build\": \"x\" } }\n"), ("Makefile", "all:\n\ttrue\n"), ("scripts/x.sh", "true\n"))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("include common.make\nall:\n")]
    [InlineData("%.o: %.c\n\tcc\nall:\n")]
    [InlineData("$(BINS): x\n\ttrue\n")]
    public async Task Commands_OfMakefilesThatSayNotAll_AreNotFound(string makefile) =>
        (await Described.FindingsAsync(Command, ("CONTRIBUTING.md", "# C\n\n```sh\nmake gone\n```\n"), ("Makefile", makefile))).ShouldBeEmpty();

    [Fact]
    public async Task Commands_OfAReadme_CountBesideOneThatIsRight()
    {
        const string package = "{ \"scripts\": { \"build\": \"x\" } }\n";
        (await Described.FindingsAsync(Command, ("README.md", "# T\n\n```sh\nnpm run dev\n```\n"), ("package.json", package))).ShouldBeEmpty();
        (await Described.FindingsAsync(Command, ("README.md", "# T\n\n```sh\nnpm run build\nnpm run dev\n```\n"), ("package.json", package))).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("Licensed under the Apache License, Version 2.0.", true)]
    [InlineData("[GPLv3](LICENSE)", true)]
    [InlineData("MIT", false)]
    [InlineData("This project is under the [MIT License](LICENSE).", false)]
    [InlineData("MIT or Apache-2.0, as you like.", false)]
    [InlineData("The documentation is licensed under the Apache License 2.0.", false)]
    [InlineData("See LICENSE.", false)]
    public async Task Licence_OfTheReadme_MustBeThatOfTheFile(string statement, bool differs) =>
        (await Described.FindingsAsync("licence/contradiction", ("README.md", $"# T\n\nA tool.\n\n## License\n\n{statement}\n"))).Length.ShouldBe(differs ? 1 : 0);

    [Fact]
    public void LayerCheck_ForbiddenAndReversedImports_AreFound()
    {
        var never = Quotation.Make(IntentKinds.LayerRule, "`engine` must not depend on `services`", "ARCHITECTURE.md", 3, layers: new LayerRule("engine", "services", LayerRule.MustNotDependOn));
        var arrow = Quotation.Make(IntentKinds.LayerRule, "`cli` → `engine`", "ARCHITECTURE.md", 5, layers: new LayerRule("cli", "engine", LayerRule.DependsOn));
        ModuleEdge[] edges = [new("src/engine", "src/services", "src/engine/a.cs", 4), new("src/engine", "src/cli", "src/engine/b.cs", 2), new("src/cli", "src/engine", "src/cli/c.cs", 1), new("src/services", "src/engine", "src/services/d.cs", 1)];

        LayerCheck.Find([never, arrow], edges).Select(finding => finding.Evidence).ShouldBe([
            "src/engine imports src/services here, but ARCHITECTURE.md:3 says that it must not: “`engine` must not depend on `services`”.",
            "src/engine imports src/cli here, but ARCHITECTURE.md:5 declares cli → engine only: “`cli` → `engine`”.",
        ]);
        var back = Quotation.Make(IntentKinds.LayerRule, "`engine` → `cli`", "ARCHITECTURE.md", 6, layers: new LayerRule("engine", "cli", LayerRule.DependsOn));
        LayerCheck.Find([arrow, back], edges).ShouldBeEmpty();
    }
}

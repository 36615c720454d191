using static Charterhouse.Agents.Examiner.Ci.CommandReader;

namespace Charterhouse.Agents.Examiner.Ci;

/// <summary>What a program does when it is called with these words.</summary>
internal static class Programs
{
    private static readonly string[] Preparing = ["gen", "setup", "install", "prepare", "download", "create", "deploy", "publish", "upload", "report", "start", "stop", "clean"];

    /// <summary>Kind and ecosystem; null for a program that neither builds, tests nor checks.</summary>
    /// <param name="words">The program and its arguments, at least one.</param>
    public static (string Kind, string Ecosystem)? Of(IReadOnlyList<string> words)
    {
        var first = words[0].Trim('"', '\'');
        var name = NameOf(first);
        var rest = words.Skip(1).Select(word => word.Trim('"', '\'')).ToArray();
        var plain = rest.Where((word, i) => !word.StartsWith('-') && !word.StartsWith('+') && !word.Contains('=', StringComparison.Ordinal) && !(i > 0 && rest[i - 1] is "-C" or "-f" or "--directory")).ToArray();
        var verb = plain.FirstOrDefault() ?? "";
        return name switch
        {
            "dotnet" => verb switch
            {
                "test" or "vstest" => (Test, "dotnet"),
                "build" or "publish" or "pack" or "msbuild" => (Build, "dotnet"),
                "format" => (Lint, "dotnet"),
                "run" or "exec" when rest.Any(IsTestWord) => (Test, "dotnet"),
                _ when verb.EndsWith("Tests.dll", StringComparison.Ordinal) => (Test, "dotnet"),
                _ => null,
            },
            "msbuild" => (Build, "dotnet"),
            "go" => verb switch { "test" => (Test, "go"), "build" => (Build, "go"), "install" when !rest.Any(word => word.Contains('@', StringComparison.Ordinal)) => (Build, "go"), "vet" => (Lint, "go"), _ => null },
            "gotestsum" or "ginkgo" => (Test, "go"),
            "golangci-lint" or "staticcheck" or "gofmt" or "gofumpt" => (Lint, "go"),
            "cargo" or "cross" => verb switch
            {
                "test" or "nextest" or "tarpaulin" or "llvm-cov" or "t" => (Test, "rust"),
                "miri" or "hack" when plain.Contains("test", StringComparer.Ordinal) => (Test, "rust"),
                "build" or "check" or "b" or "c" or "rustc" => (Build, "rust"),
                "clippy" or "fmt" or "deny" or "audit" => (Lint, "rust"),
                _ => null,
            },
            "pytest" or "py.test" or "nosetests" or "trial" => (Test, "python"),
            "tox" or "nox" => (rest.Any(word => word.Contains("lint", StringComparison.Ordinal) || word.Contains("typing", StringComparison.Ordinal) || word.Contains("mypy", StringComparison.Ordinal) || word.Contains("style", StringComparison.Ordinal) || word.Contains("format", StringComparison.Ordinal) || word is "docs" or "types" or "pre-commit") ? Lint : Test, "python"),
            "coverage" => verb == "run" ? (Test, "python") : null,
            "hatch" => verb == "test" ? (Test, "python") : verb == "build" ? (Build, "python") : null,
            "python" or "python3" or "py" or "pypy" or "pypy3" => Python(rest, plain),
            "ruff" or "flake8" or "black" or "isort" or "mypy" or "pyright" or "pylint" or "pre-commit" or "prek" => (Lint, "python"),
            "npm" or "pnpm" or "yarn" or "bun" => Script(rest),
            "jest" or "vitest" or "mocha" or "ava" or "tap" or "karma" or "wtr" or "jasmine" or "cypress" or "qunit" or "uvu" => (Test, "js"),
            "playwright" => verb == "test" ? (Test, "js") : null,
            "node" => rest.Contains("--test", StringComparer.Ordinal) || plain.Any(IsTestWord) ? (Test, "js") : null,
            "deno" => verb switch { "test" => (Test, "js"), "lint" or "fmt" or "check" => (Lint, "js"), _ => null },
            "turbo" or "nx" or "lerna" or "rush" or "wireit" => OfTarget(plain, "js"),
            "eslint" or "prettier" or "biome" or "oxlint" or "stylelint" or "xo" => (Lint, "js"),
            "tsc" => (rest.Contains("--noEmit", StringComparer.Ordinal) ? Lint : Build, "js"),
            "mvn" or "mvnw" => Maven(rest, plain),
            "gradle" or "gradlew" => Gradle(rest, plain),
            "sbt" or "mill" or "ant" => plain.Any(IsTestWord) ? (Test, "jvm") : (Build, "jvm"),
            "lein" or "clojure" or "clj" => plain.Any(IsTestWord) ? (Test, "jvm") : null,
            "make" or "gmake" or "nmake" or "ninja" or "just" or "task" or "mage" or "invoke" or "inv" or "earthly" => OfTarget(plain, "") ?? (Build, ""),
            "ctest" => (Test, "cpp"),
            "cmake" => rest.Contains("--build", StringComparer.Ordinal) ? (plain.Contains("test", StringComparer.Ordinal) || plain.Contains("check", StringComparer.Ordinal) ? Test : Build, "cpp") : null,
            "meson" => verb switch { "test" => (Test, "cpp"), "compile" => (Build, "cpp"), _ => null },
            "bazel" or "bazelisk" or "buck2" => verb switch { "test" or "coverage" => (Test, ""), "build" => (Build, ""), _ => null },
            "rspec" or "cucumber" => (Test, "ruby"),
            "rake" => plain.Length == 0 ? (Test, "ruby") : OfTarget(plain, "ruby"),
            "rails" => verb.StartsWith("test", StringComparison.Ordinal) ? (Test, "ruby") : null,
            "rubocop" or "standardrb" => (Lint, "ruby"),
            "phpunit" or "pest" or "paratest" or "codecept" or "behat" or "simple-phpunit" => (Test, "php"),
            "composer" => OfTarget(plain.Where(word => word is not ("run" or "run-script")).Take(1).ToArray(), "php"),
            "php" => plain is ["artisan", "test", ..] || plain.Take(1).Any(IsTestWord) ? (Test, "php") : null,
            "phpstan" or "psalm" or "php-cs-fixer" or "phpcs" or "pint" => (Lint, "php"),
            "swift" => verb switch { "test" => (Test, "swift"), "build" => (Build, "swift"), _ => null },
            "xcodebuild" => plain.Contains("test", StringComparer.Ordinal) ? (Test, "swift") : (Build, "swift"),
            "mix" => verb switch { "test" or "coveralls" => (Test, "elixir"), "compile" => (Build, "elixir"), "credo" or "format" or "dialyzer" => (Lint, "elixir"), _ => null },
            "dart" or "flutter" => verb switch { "test" => (Test, "dart"), "analyze" or "format" => (Lint, "dart"), "build" or "compile" => (Build, "dart"), _ => null },
            "bats" or "prove" or "busted" => (Test, ""),
            "cabal" or "stack" => verb switch { "test" => (Test, "haskell"), "build" => (Build, "haskell"), _ => null },
            "zig" => verb == "build" || verb == "test" ? (plain.Contains("test", StringComparer.Ordinal) ? Test : Build, "zig") : null,
            "shellcheck" or "actionlint" or "hadolint" or "markdownlint" or "markdownlint-cli2" or "yamllint" or "codespell" or "zizmor" or "typos" => (Lint, ""),
            _ => ScriptFile(first, name, rest),
        };
    }

    /// <summary>A word with test as a part of its own: <c>test</c>, <c>run-tests.py</c>, <c>testAll</c>; not <c>latest</c>.</summary>
    private static bool IsTestWord(string word)
    {
        for (var at = word.IndexOf("test", StringComparison.OrdinalIgnoreCase); at >= 0; at = word.IndexOf("test", at + 1, StringComparison.OrdinalIgnoreCase))
            if (at == 0 || !char.IsLetter(word[at - 1]) || char.IsUpper(word[at]) || word.AsSpan(0, at).EndsWith("run", StringComparison.OrdinalIgnoreCase) || word.AsSpan(0, at).EndsWith("unit", StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static string NameOf(string word)
    {
        // ${{ env.CARGO }} and $CARGO stand for what their names say.
        if (word.StartsWith("${{", StringComparison.Ordinal) && word.EndsWith("}}", StringComparison.Ordinal)) word = word[3..^2].Split('.')[^1].ToLowerInvariant();
        else if (word.StartsWith('$')) word = word.Trim('$', '{', '}').ToLowerInvariant();
        word = word[(word.LastIndexOfAny(['/', '\\']) + 1)..];
        foreach (var extension in (string[])[".exe", ".cmd", ".bat"])
            if (word.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) word = word[..^4];
        return word;
    }

    private static (string, string)? Python(string[] rest, string[] plain)
    {
        var module = Array.IndexOf(rest, "-m") is >= 0 and var at && at + 1 < rest.Length ? rest[at + 1] : null;
        if (module is not null) return module is "unittest" ? (Test, "python") : module is "build" ? (Build, "python") : Of([module, .. rest[(Array.IndexOf(rest, "-m") + 2)..]]) is { } found ? found : null;
        return plain.Take(2).Any(IsTestWord) ? (Test, "python") : null;
    }

    private static (string, string)? Script(string[] rest)
    {
        for (var i = 0; i < rest.Length; i++)
        {
            var word = rest[i];
            if (word is "--filter" or "-F" or "--prefix" or "-C" or "--dir" or "-w" or "--workspace" or "workspace" or "--cwd") i++;
            else if (word.StartsWith('-') || word is "run" or "run-script" or "recursive" or "workspaces" or "foreach" or "--") continue;
            else if (word == "t") return (Test, "js");
            else return OfTarget([word], "js");
        }
        return null;
    }

    private static (string, string)? OfTarget(string[] targets, string ecosystem)
    {
        if (targets.Any(IsTest)) return (Test, ecosystem);
        if (targets.Any(IsLint)) return (Lint, ecosystem);
        return targets.Any(target => target.StartsWith("build", StringComparison.OrdinalIgnoreCase) || target.StartsWith("compile", StringComparison.OrdinalIgnoreCase)) ? (Build, ecosystem) : null;

        static bool IsTest(string target) =>
            IsTestWord(target) && !target.Contains("lint", StringComparison.OrdinalIgnoreCase) || target is "check" or "spec" or "specs" or "e2e" or "coverage" or "cover" || target.StartsWith("jest", StringComparison.Ordinal) || target.StartsWith("vitest", StringComparison.Ordinal)
            || target.StartsWith("e2e:", StringComparison.Ordinal);

        static bool IsLint(string target) =>
            target.Contains("lint", StringComparison.OrdinalIgnoreCase) || target.StartsWith("format", StringComparison.OrdinalIgnoreCase) || target.StartsWith("fmt", StringComparison.OrdinalIgnoreCase)
            || target.StartsWith("check:", StringComparison.Ordinal) || target.StartsWith("check-", StringComparison.Ordinal) || target is "typecheck" or "type-check" or "types" or "vet" or "tsc" or "eslint" or "prettier";
    }

    private static (string, string)? Maven(string[] rest, string[] plain)
    {
        if (plain.Any(word => word.EndsWith(":check", StringComparison.Ordinal)) && !plain.Any(IsPhase)) return (Lint, "jvm");
        if (!plain.Any(IsPhase)) return plain.Contains("compile", StringComparer.Ordinal) ? (Build, "jvm") : null;
        var skips = rest.Any(word => word is "-DskipTests" or "-DskipTests=true" or "-Dmaven.test.skip" or "-Dmaven.test.skip=true" or "-Pfast");
        return (skips ? Build : Test, "jvm");

        static bool IsPhase(string word) => word is "test" or "verify" or "install" or "package" or "deploy" or "integration-test";
    }

    private static (string, string)? Gradle(string[] rest, string[] plain)
    {
        var left = Array.IndexOf(rest, "-x") is >= 0 and var at && at + 1 < rest.Length ? rest[at + 1] : "";
        var tasks = plain.Where(task => task != left).Select(task => task[(task.LastIndexOf(':') + 1)..]).ToArray();
        if (tasks.Any(task => task == "test" || task.EndsWith("Test", StringComparison.Ordinal) || task.EndsWith("Tests", StringComparison.Ordinal) || task is "check" or "build" && left is not "test")) return (Test, "jvm");
        if (tasks.Any(task => task.StartsWith("spotless", StringComparison.Ordinal) || task.StartsWith("ktlint", StringComparison.Ordinal) || task is "detekt" or "lint" or "checkstyleMain")) return (Lint, "jvm");
        return tasks.Any(task => task.StartsWith("assemble", StringComparison.Ordinal) || task is "build" or "classes" or "jar" or "publish") ? (Build, "jvm") : null;
    }

    /// <summary>A script of the repository, by its name and its switches.</summary>
    private static (string, string)? ScriptFile(string word, string name, string[] rest)
    {
        if (name is "bash" or "sh" or "pwsh" or "powershell" or "tclsh" or "cmd" or "source" or ".")
        {
            var file = rest.FirstOrDefault(argument => !argument.StartsWith('-') && !argument.StartsWith('/'));
            return file is null ? null : ScriptFile(file, NameOf(file), rest.SkipWhile(argument => argument != file).Skip(1).ToArray());
        }
        if (!word.Contains('/', StringComparison.Ordinal) && !word.Contains('\\', StringComparison.Ordinal) && !name.EndsWith(".sh", StringComparison.Ordinal) && !name.EndsWith(".ps1", StringComparison.Ordinal)) return null;
        if (word.StartsWith("http", StringComparison.Ordinal) || word.StartsWith('~') || word.StartsWith("/etc", StringComparison.Ordinal)) return null;
        // What prepares for tests runs none.
        if (Array.Exists(Preparing, name.StartsWith)) return null;
        if (IsTestWord(name) || rest.Any(argument => argument is "-test" or "--test" or "-t:Test" or "/t:test")) return (Test, "");
        if (name.Contains("lint", StringComparison.OrdinalIgnoreCase) || name.Contains("format", StringComparison.OrdinalIgnoreCase)) return (Lint, "");
        return name.StartsWith("build", StringComparison.OrdinalIgnoreCase) || name.StartsWith("cibuild", StringComparison.OrdinalIgnoreCase) ? (Build, "") : null;
    }
}

using System.Globalization;
using System.Text;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>100,000 files: what an analysis keeps in memory is bounded, whatever the machine has.</summary>
public sealed class When_a_repository_is_very_large : IDisposable
{
    private const int Files = 100_000;
    /// <summary>Bytes of live objects that the runtime lets a process have before it fails with an OutOfMemoryException.</summary>
    private const int HeapLimit = 320 * 1024 * 1024;

    private readonly TemporaryFolder folder = new TemporaryFolder("charter large");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Its_analysis_and_the_next_one_work_within_a_small_heap()
    {
        var repository = folder.File("repository.git");
        GitCommand.Run(folder.FullPath, ["init", "--quiet", "--bare", "--initial-branch=main", repository]);
        GitCommand.Run(folder.FullPath, ["--git-dir=" + repository, "fast-import", "--quiet"], input: Stream());
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("x", CultureInfo.InvariantCulture) };

        for (var i = 0; i < 2; i++)
        {
            var result = await CharterProcess.RunAsync(folder.File("data"), ["analyze", repository, "--format", "json"], environment);

            result.ExitCode.ShouldBe(0, result.Error);
            result.Run.GetProperty("charter").GetProperty("identity").GetProperty("files").GetInt32().ShouldBe(Files);
            result.Run.GetProperty("charter").GetProperty("structure").GetProperty("modules").GetArrayLength().ShouldBeGreaterThan(1);
        }
    }

    /// <summary>Sources in several languages that import each other, in packages, with some history: every reader has something to keep.</summary>
    private static byte[] Stream()
    {
        var stream = new StringBuilder();
        var file = 0;
        for (var commit = 0; commit < 50; commit++)
        {
            stream.Append(CultureInfo.InvariantCulture, $"commit refs/heads/main\ncommitter Ada {commit % 7} <ada{commit % 7}@example.org> {1_700_000_000 + commit * 86_400} +0000\ndata 1\nc\n");
            for (; file < Files * (commit + 1) / 50; file++) Add(stream, file);
            for (var again = 0; again < 40 && commit > 0; again++) Add(stream, (commit * 977 + again * 131) % file, $"// {commit}\n");
        }
        return Encoding.UTF8.GetBytes(stream.ToString());
    }

    private static void Add(StringBuilder stream, int file, string suffix = "")
    {
        var (package, other) = (file % 200, (file + 1) % 200);
        var (path, text) = (file / 200, file % 4) switch
        {
            (0, _) => ($"packages/package-number-{package}/package.json", $"{{ \"name\": \"@acme/package-{package}\", \"version\": \"1.0.0\", \"dependencies\": {{ \"@acme/package-{other}\": \"^1.0.0\", \"left-pad\": \"1.3.{package}\" }} }}\n"),
            (_, 0) => ($"packages/package-number-{package}/source/component-of-the-application-{file}.ts", $"import {{ a }} from './component-of-the-application-{file - 200}';\nimport b from '@acme/package-{other}';\nimport c from 'left-pad';\nexport const value{file} = a + b + c;\n"),
            (_, 1) => ($"packages/package-number-{package}/python/component_of_the_application_{file}.py", $"import os\nfrom collections import OrderedDict\nfrom .component_of_the_application_{file - 200} import thing\n\n\ndef function_{file}():\n    return thing\n"),
            (_, 2) => ($"packages/package-number-{package}/src/main/java/org/example/acme/Component{file}.java", $"package org.example.acme;\n\nimport java.util.List;\nimport org.example.acme.Component{file - 200};\n\npublic class Component{file} {{\n    Component{file - 200} other;\n}}\n"),
            _ => ($"packages/package-number-{package}/native/component_{file}.c", $"#include <stdio.h>\n#include \"component_{file - 200}.h\"\n\nint function_{file}(void) {{ return {file}; }}\n"),
        };
        stream.Append(CultureInfo.InvariantCulture, $"M 100644 inline {path}\ndata {text.Length + suffix.Length}\n{text}{suffix}\n");
    }
}

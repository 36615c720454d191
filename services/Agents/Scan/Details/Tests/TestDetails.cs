using System.Collections.Frozen;

namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>Counts the test functions of a file by the marks of its language's frameworks. Whether the file is run by them its path tells, elsewhere.</summary>
internal static class TestDetails
{
    /// <summary>A framework's tests in the file, at the first: framework, test functions, those of them that are disabled, lines of tests within source.</summary>
    public const string Cases = "test";
    /// <summary>A mark that leaves out all other tests: the mark.</summary>
    public const string Focused = "test-focused";
    /// <summary>What a file with tests imports: the words of its imports, each once.</summary>
    public const string Imports = "test-imports";
    private const int LengthLimit = 2_000_000;

    private static readonly FrozenDictionary<string, Syntax> Languages = new Dictionary<string, Syntax>(StringComparer.Ordinal)
    {
        ["C#"] = new(MaskStyle.Slashes | MaskStyle.Triple | MaskStyle.Verbatim, ["Fact", "Theory", "[Test", ",Test", ", Test", "TestMethod"], AttributeTests.CSharp),
        ["Java"] = new(MaskStyle.Slashes | MaskStyle.Triple, ["@Test", "Test\n", "TestFactory", "@ParameterizedTest", "@RepeatedTest", "TestCase"], AttributeTests.Jvm),
        ["Kotlin"] = new(MaskStyle.Slashes | MaskStyle.Triple, ["@Test", "@ParameterizedTest", "@RepeatedTest", "kotest"], AttributeTests.Jvm),
        ["Groovy"] = new(MaskStyle.Slashes | MaskStyle.Triple | MaskStyle.SingleQuotes, ["@Test", "Specification"], AttributeTests.Jvm),
        ["Scala"] = new(MaskStyle.Slashes | MaskStyle.Triple, ["scalatest", "munit"], BlockTests.Scala),
        ["Python"] = new(MaskStyle.Hash | MaskStyle.Triple | MaskStyle.SingleQuotes, ["def test", "TestCase"], PythonTests.Read),
        ["Go"] = new(MaskStyle.Slashes | MaskStyle.RawBackticks, ["func Test", "func Benchmark", "func Fuzz", "func Example", ") Test", "ginkgo"], NativeTests.Go),
        ["Rust"] = new(MaskStyle.Slashes | MaskStyle.Rust, ["test"], NativeTests.Rust),
        ["C"] = new(MaskStyle.Slashes, ["TEST", "START_TEST"], NativeTests.Cpp),
        ["C++"] = new(MaskStyle.Slashes | MaskStyle.RawCpp, ["TEST", "SCENARIO"], NativeTests.Cpp),
        ["CMake"] = new(MaskStyle.Hash, ["add_test"], NativeTests.CMake),
        ["JavaScript"] = new(MaskStyle.Slashes | MaskStyle.SingleQuotes | MaskStyle.Script, ["it(", "test(", "it.", "test.", "specify("], ScriptTests.Read),
        ["TypeScript"] = new(MaskStyle.Slashes | MaskStyle.SingleQuotes | MaskStyle.Script, ["it(", "test(", "it.", "test.", "specify("], ScriptTests.Read),
        ["Ruby"] = new(MaskStyle.None, ["it ", "specify", "scenario", "def test_", "test "], BlockTests.Ruby),
        ["PHP"] = new(MaskStyle.Slashes | MaskStyle.SingleQuotes | MaskStyle.Hash, ["function test", "Test]", "Test(", "it(", "test("], BlockTests.Php),
        ["Elixir"] = new(MaskStyle.None, ["ExUnit", "test \""], BlockTests.Elixir),
        ["Dart"] = new(MaskStyle.Slashes | MaskStyle.SingleQuotes | MaskStyle.Triple, ["test(", "testWidgets("], BlockTests.Dart),
        ["Swift"] = new(MaskStyle.Slashes | MaskStyle.Triple, ["XCTest", "@Test"], BlockTests.Swift),
        ["Tcl"] = new(MaskStyle.None, ["test "], BlockTests.Tcl),
        ["Shell"] = new(MaskStyle.None, ["@test "], BlockTests.Bats),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True when a test of this language would be seen.</summary>
    public static bool Knows(string language) => Languages.ContainsKey(language);

    /// <summary>The reader.</summary>
    public static void Read(string role, string? language, string text, DetailWriter writer)
    {
        if (role != DetailRoles.Code || language is null || text.Length > LengthLimit || !Languages.TryGetValue(language == "TSX" ? "TypeScript" : language, out var syntax)) return;
        if (!Array.Exists(syntax.Marks, mark => text.Contains(mark, StringComparison.Ordinal))) return;
        var sure = true;
        var source = new TestSource(text, syntax.Mask == MaskStyle.None ? text : SourceMask.Of(text, syntax.Mask, out sure), sure);
        var tally = new TestTally();
        syntax.Scan(source, tally);
        if (!tally.Any) return;
        tally.Write(writer);
        var words = ImportWords.Of(source);
        if (words.Length > 0) writer.Add(Imports, 0, words);
    }

    /// <summary>How a language is read.</summary>
    /// <param name="Marks">A text without any of these has no tests: cheap to ask.</param>
    private sealed record Syntax(MaskStyle Mask, string[] Marks, Action<TestSource, TestTally> Scan);
}

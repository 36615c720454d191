namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>Languages whose tests are calls with a title or functions with a prefix.</summary>
internal static class BlockTests
{
    /// <summary>RSpec, Minitest, Rails' <c>test "…" do</c>.</summary>
    public static void Ruby(TestSource source, TestTally tally)
    {
        var rspec = source.Mentions("describe") || source.Mentions("RSpec") || source.Mentions("feature ");
        var minitest = source.Mentions("Test::Unit") ? "test-unit" : "Minitest";
        var isClass = source.Mentions("Test") || source.Mentions("Minitest");
        foreach (var line in source.Lines())
        {
            if (isClass && (line.Begins("def test_") || line.Begins("test \"") || line.Begins("test '"))) tally.Add(minitest, line.Number);
            else if (rspec && IsExample(line, out var disabled)) tally.Add("RSpec", line.Number, disabled);
        }
    }

    private static bool IsExample(TestLine line, out bool disabled)
    {
        disabled = line.Begins("xit ") || line.Begins("xspecify ");
        var code = line.Code;
        var space = code.IndexOf(' ');
        if (space < 0 || space + 1 >= code.Length) return false;
        return code[..space] is "it" or "specify" or "scenario" or "example" or "xit" or "xspecify" or "its" && code[space + 1] is '"' or '\'' or '{' or ':' || code is "it do";
    }

    /// <summary>PHPUnit and Pest.</summary>
    public static void Php(TestSource source, TestTally tally)
    {
        var isCase = source.Mentions("TestCase") || source.Mentions("PHPUnit");
        foreach (var line in source.Lines())
        {
            if (isCase && (line.Begins("public function test") || line.Begins("function test") || line.Begins("#[Test]"))) tally.Add("PHPUnit", line.Number);
            else if (!isCase && (line.Begins("it('") || line.Begins("test('") || line.Begins("it(\"") || line.Begins("test(\""))) tally.Add("Pest", line.Number, line.Has("->skip("));
        }
    }

    /// <summary>ExUnit.</summary>
    public static void Elixir(TestSource source, TestTally tally)
    {
        if (!source.Mentions("ExUnit") && !source.Mentions("Case")) return;
        var skip = false;
        foreach (var line in source.Lines())
        {
            if (line.Begins("test \"")) tally.Add("ExUnit", line.Number, skip);
            skip = line.Begins("@tag :skip") || line.Begins("@tag skip:");
        }
    }

    /// <summary>package:test and Flutter's.</summary>
    public static void Dart(TestSource source, TestTally tally)
    {
        var framework = source.Mentions("flutter_test") ? "flutter_test" : "Dart test";
        foreach (var line in source.Lines())
            if (line.Begins("test(") || line.Begins("testWidgets(")) tally.Add(framework, line.Number);
    }

    /// <summary>XCTest and Swift Testing.</summary>
    public static void Swift(TestSource source, TestTally tally)
    {
        var (xctest, testing) = (source.Mentions("import XCTest"), source.Mentions("import Testing"));
        foreach (var line in source.Lines())
        {
            if (xctest && (line.Begins("func test") || line.Begins("public func test"))) tally.Add("XCTest", line.Number);
            else if (testing && line.Begins("@Test")) tally.Add("Swift Testing", line.Number, line.Has(".disabled"));
        }
    }

    /// <summary>ScalaTest and MUnit.</summary>
    public static void Scala(TestSource source, TestTally tally)
    {
        var framework = source.Mentions("munit") ? "MUnit" : "ScalaTest";
        foreach (var line in source.Lines())
            if (line.Begins("test(\"") || line.Code.TrimEnd().EndsWith("\" in {", StringComparison.Ordinal)) tally.Add(framework, line.Number);
    }

    /// <summary>tcltest and what reads like it: <c>test {title} {</c>, <c>test name "…"</c>.</summary>
    public static void Tcl(TestSource source, TestTally tally)
    {
        var framework = source.Mentions("tcltest") ? "tcltest" : "Tcl test";
        foreach (var line in source.Lines())
            if (line.Begins("test {") || line.Begins("test \"") || line.Begins("test ") && line.Has("{") && line.Has("-")) tally.Add(framework, line.Number);
    }

    /// <summary>Bats.</summary>
    public static void Bats(TestSource source, TestTally tally)
    {
        foreach (var line in source.Lines())
            if (line.Begins("@test ")) tally.Add("Bats", line.Number);
    }
}

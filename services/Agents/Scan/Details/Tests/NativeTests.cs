namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>Go, Rust, C and C++.</summary>
internal static class NativeTests
{
    /// <summary>What <c>go test</c> runs, benchmarks apart; testify suites, Ginkgo.</summary>
    public static void Go(TestSource source, TestTally tally)
    {
        var suite = source.Mentions("testify/suite\"");
        var ginkgo = source.Mentions("onsi/ginkgo");
        foreach (var line in source.Lines())
        {
            if (line.Begins("func "))
            {
                var name = line.Code[5..];
                if (Takes(name, "Test", "*testing.T)") || Takes(name, "Fuzz", "*testing.F)") || Example(name)) tally.Add("go test", line.Number);
                else if (Takes(name, "Benchmark", "*testing.B)")) tally.Add("go test -bench", line.Number);
                else if (suite && name.StartsWith("(", StringComparison.Ordinal) && name.Contains(") Test", StringComparison.Ordinal) && name.Contains("()", StringComparison.Ordinal)) tally.Add("testify suite", line.Number);
            }
            else if (ginkgo && (line.Begins("It(\"") || line.Begins("Entry(\"") || line.Begins("Specify(\""))) tally.Add("Ginkgo", line.Number);
            else if (ginkgo && line.Begins("FIt(\"") || ginkgo && line.Begins("FDescribe(\""))
            {
                if (line.Begins("FIt")) tally.Add("Ginkgo", line.Number);
                if (source.Sure) tally.Focus(line.Number, line.Begins("FIt") ? "FIt(" : "FDescribe(");
            }
            else if (ginkgo && line.Begins("PIt(\"")) tally.Add("Ginkgo", line.Number, disabled: true);
        }
    }

    private static bool Takes(ReadOnlySpan<char> name, string prefix, string parameter) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length && !char.IsLower(name[prefix.Length]) && name.Contains(parameter, StringComparison.Ordinal);

    private static bool Example(ReadOnlySpan<char> name) =>
        name.StartsWith("Example", StringComparison.Ordinal) && name.Length > 7 && !char.IsLower(name[7]) && name.Contains("() {", StringComparison.Ordinal);

    /// <summary><c>#[test]</c> and its kin, macros named after it, and how many lines the modules of tests within the source have.</summary>
    public static void Rust(TestSource source, TestTally tally)
    {
        var (configured, module, ignored) = (false, -1, false);
        foreach (var line in source.Lines())
        {
            if (module >= 0)
            {
                tally.InlineLines++;
                if (line.Indent == module && line.Code[0] == '}') module = -1;
            }
            else if (line.Begins("#[cfg(test)]")) configured = true;
            else if (configured && line.Code[0] != '#')
            {
                configured = false;
                if (line.Has("mod ") && line.Has("{") && !line.Has("}")) (module, tally.InlineLines) = (line.Indent, tally.InlineLines + 2);
            }
            if (line.Begins("#[ignore")) tally.Disable("Rust #[test]");
            else if (IsTestAttribute(line)) tally.Add("Rust #[test]", line.Number, ignored);
            else if (IsTestMacro(line)) tally.Add("Rust test macros", line.Number);
            ignored = line.Code[0] == '#' && (ignored || line.Begins("#[ignore"));
        }
    }

    private static bool IsTestAttribute(TestLine line)
    {
        if (!line.Begins("#[")) return false;
        var name = line.Code[2..];
        var end = name.IndexOfAny(']', '(');
        if (end < 0) return false;
        name = name[..end];
        return name is "test" or "rstest" or "test_case" or "wasm_bindgen_test" or "quickcheck" or "proptest" or "googletest::test" || name.EndsWith("::test", StringComparison.Ordinal);
    }

    /// <summary><c>rgtest!(name, …)</c> at the beginning of a line.</summary>
    private static bool IsTestMacro(TestLine line)
    {
        if (line.Indent > 0) return false;
        var bang = line.Code.IndexOf('!');
        if (bang < 4 || bang + 1 >= line.Code.Length || line.Code[bang + 1] != '(' || !line.Code[..bang].EndsWith("test", StringComparison.Ordinal)) return false;
        foreach (var c in line.Code[..bang])
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    /// <summary>GoogleTest, Catch2 and doctest, Boost.Test, Check; others have macros of the same names.</summary>
    public static void Cpp(TestSource source, TestTally tally)
    {
        var macros = source.Mentions("gtest/") || source.Mentions("gmock/") ? "GoogleTest" : source.Mentions("CppUTest/") ? "CppUTest" : "TEST macros";
        var cases = source.Mentions("doctest") ? "doctest" : source.Mentions("catch2/") || source.Mentions("catch.hpp") ? "Catch2" : "TEST_CASE macros";
        foreach (var line in source.Lines())
        {
            if (line.Indent > 4) continue;
            if (line.Begins("TEST(") || line.Begins("TEST_F(") || line.Begins("TEST_P(") || line.Begins("TYPED_TEST(") || line.Begins("TYPED_TEST_P(") || line.Begins("TEST_GROUP("))
            {
                if (!line.Begins("TEST_GROUP(")) tally.Add(macros, line.Number);
            }
            else if (line.Begins("TEST_CASE(") || line.Begins("TEST_CASE_METHOD(") || line.Begins("TEMPLATE_TEST_CASE(") || line.Begins("SCENARIO(")) tally.Add(cases, line.Number);
            else if (line.Begins("BOOST_AUTO_TEST_CASE(") || line.Begins("BOOST_FIXTURE_TEST_CASE(") || line.Begins("BOOST_DATA_TEST_CASE(")) tally.Add("Boost.Test", line.Number);
            else if (line.Begins("START_TEST(")) tally.Add("Check", line.Number);
        }
    }

    /// <summary>What CTest runs: programs, each with any number of tests.</summary>
    public static void CMake(TestSource source, TestTally tally)
    {
        foreach (var line in source.Lines())
            if (line.Begins("add_test(") || line.Begins("add_test (")) tally.Add("CTest", line.Number);
    }
}

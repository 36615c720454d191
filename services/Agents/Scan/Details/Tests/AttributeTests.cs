namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>Tests that an attribute or annotation marks: C#, Java, Kotlin, Groovy.</summary>
internal static class AttributeTests
{
    /// <summary>xunit, NUnit, TUnit, MSTest. A method with several marks (<c>[TestCase]</c> five times) is one test.</summary>
    public static void CSharp(TestSource source, TestTally tally)
    {
        var test = source.Mentions("using TUnit") ? "TUnit" : "NUnit";
        var depth = 0;
        var counted = false;
        foreach (var line in source.Lines())
        {
            var code = line.Code;
            if (depth <= 0 && code[0] != '[')
            {
                counted = false;
                continue;
            }
            if (depth <= 0)
            {
                depth = 0;
                if (!counted && FrameworkOf(code, test) is { } framework)
                {
                    tally.Add(framework, line.Number, code.Contains("Skip =", StringComparison.Ordinal) || code.Contains("[Ignore", StringComparison.Ordinal));
                    counted = true;
                }
            }
            foreach (var c in code) depth += c is '[' or '(' ? 1 : c is ']' or ')' ? -1 : 0;
            // [Fact] public void …: the next mark belongs to another method.
            if (depth <= 0 && code.TrimEnd()[^1] is not ']') counted = false;
        }
    }

    private static string? FrameworkOf(ReadOnlySpan<char> line, string test)
    {
        var depth = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c is '(') depth++;
            else if (c is ')') depth--;
            else if (c is '[' or ',' && depth == 0)
            {
                var rest = line[(i + 1)..].TrimStart();
                var end = 0;
                while (end < rest.Length && (char.IsLetterOrDigit(rest[end]) || rest[end] is '_' or '.')) end++;
                var name = rest[..end];
                if (name.EndsWith("Attribute", StringComparison.Ordinal)) name = name[..^9];
                if (name.LastIndexOf('.') is >= 0 and var dot) name = name[(dot + 1)..];
                if (name is "TestMethod" or "DataTestMethod") return "MSTest";
                if (name is "Test" or "TestCase" or "TestCaseSource") return test;
                // Variants of one's own: ConditionalFact, SkippableTheory, StaFact.
                if (name.EndsWith("Fact", StringComparison.Ordinal) || name.EndsWith("Theory", StringComparison.Ordinal)) return "xunit";
            }
        }
        return null;
    }

    /// <summary>JUnit 3 to 5, TestNG, kotlin.test, Kotest, Spock.</summary>
    public static void Jvm(TestSource source, TestTally tally)
    {
        var kotest = source.Mentions("io.kotest");
        var spock = source.Mentions("spock.lang");
        var old = source.Mentions("junit.framework") || source.Mentions("extends TestCase");
        var framework = source.Mentions("org.testng") ? "TestNG"
            : source.Mentions("org.junit.jupiter") ? "JUnit 5"
            : source.Mentions("org.junit") ? "JUnit 4"
            : source.Mentions("kotlin.test") ? "kotlin.test"
            : "JUnit";
        foreach (var line in source.Lines())
        {
            var code = line.Code;
            if (Marked(code, "@Test") || Marked(code, "@ParameterizedTest") || Marked(code, "@RepeatedTest") || Marked(code, "@TestFactory") || Marked(code, "@TestTemplate"))
                tally.Add(framework, line.Number);
            else if (Marked(code, "@Disabled") || Marked(code, "@Ignore")) tally.Disable(framework);
            else if (old && line.Begins("public void test") && line.Has("(")) tally.Add("JUnit 3", line.Number);
            else if (kotest && (IsCall(line, "test") || IsCall(line, "should") || IsCall(line, "it") || IsCall(line, "then") || IsCall(line, "scenario") || line.Begins("\"") && line.Has("\" {")))
                tally.Add("Kotest", line.Number);
            else if (spock && line.Begins("def \"") && line.Has("(")) tally.Add("Spock", line.Number);
        }
    }

    private static bool IsCall(TestLine line, string name) => line.Begins(name) && line.End - line.Start > name.Length + 1 && line.Code[name.Length] == '(' && line.Code[name.Length + 1] == '"';

    /// <summary>The mark stands in the line and is no beginning of a longer name.</summary>
    private static bool Marked(ReadOnlySpan<char> code, string mark)
    {
        if (code[0] != '@' && !code.Contains('@')) return false;
        var at = code.IndexOf(mark, StringComparison.Ordinal);
        return at >= 0 && (at + mark.Length == code.Length || !char.IsLetterOrDigit(code[at + mark.Length]) && code[at + mark.Length] is not ('_' or '.'));
    }
}

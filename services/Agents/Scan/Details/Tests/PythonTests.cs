namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>pytest and unittest: functions of the module and methods of test classes, as pytest collects them.</summary>
internal static class PythonTests
{
    private enum Scope
    {
        Other,
        Test,
        UnitTest,
    }

    /// <summary>Whether the file is collected at all its name tells.</summary>
    public static void Read(TestSource source, TestTally tally)
    {
        // What is open around the line, by indentation.
        var open = new Stack<(int Indent, Scope Scope)>();
        var skipped = false;
        foreach (var line in source.Lines())
        {
            var isClass = line.Begins("class ");
            var isFunction = line.Begins("def ") || line.Begins("async def ");
            if (!isClass && !isFunction)
            {
                if (line.Begins("@pytest.mark.skip") || line.Begins("@unittest.skip")) skipped |= !line.Has("skipif") && !line.Has("skipIf") && !line.Has("skipUnless");
                else if (line.Code[0] != '@' && line.Code[0] != ')') skipped = false;
                continue;
            }
            while (open.TryPeek(out var outer) && outer.Indent >= line.Indent) open.Pop();
            var around = open.TryPeek(out var inner) ? inner.Scope : (Scope?)null;
            if (isClass) open.Push((line.Indent, line.Has("TestCase") || line.Has("TestBase)") ? Scope.UnitTest : line.Begins("class Test") ? Scope.Test : Scope.Other));
            else
            {
                var name = line.Code[(line.Begins("def ") ? 4 : 10)..].TrimStart();
                if (name.StartsWith("test", StringComparison.Ordinal) && around is null or Scope.Test or Scope.UnitTest) tally.Add(around == Scope.UnitTest ? "unittest" : "pytest", line.Number, skipped);
                open.Push((line.Indent, Scope.Other));
            }
            skipped = false;
        }
    }
}

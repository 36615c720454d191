namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary><c>it(</c> and <c>test(</c> of JavaScript and TypeScript; the framework by what the file imports.</summary>
internal static class ScriptTests
{
    /// <summary>The file uses the runner's globals; which runner that is the manifest may tell.</summary>
    public const string Unknown = "?";

    private static readonly (string Module, string Framework)[] Modules =
    [
        ("vitest", "Vitest"), ("@jest/globals", "Jest"), ("node:test", "node:test"), ("@playwright/test", "Playwright"), ("bun:test", "bun:test"),
        ("mocha", "Mocha"), ("ava", "AVA"), ("tape", "tape"), ("tap", "tap"), ("uvu", "uvu"), ("qunit", "QUnit"), ("@japa/runner", "Japa"), ("jasmine", "Jasmine"),
    ];

    private static readonly string[] Names = ["it", "test", "specify", "xit", "xtest", "fit"];
    private static readonly string[] Off = ["skip", "todo", "fixme"];

    public static void Read(TestSource source, TestTally tally)
    {
        var framework = FrameworkOf(source);
        Span<Range> parts = stackalloc Range[6];
        foreach (var line in source.Lines())
        {
            if (!source.Sure && line.Has("`")) continue;
            var code = line.Code;
            var open = code.IndexOf('(');
            if (open <= 0 || open > 40) continue;
            var count = code[..open].Split(parts, '.');
            var head = code[parts[0]];
            var group = head is "describe" or "suite" or "context" or "fdescribe" or "fcontext";
            if (!group && !IsName(head)) continue;
            var (each, disabled, focused, known) = (false, head is "xit" or "xtest", head is "fit" or "fdescribe" or "fcontext", true);
            for (var i = 1; i < count; i++)
            {
                var part = code[parts[i]];
                if (part is "each") each = true;
                else if (part is "only") focused = true;
                else if (Off.AsSpan().Contains(part.ToString())) disabled = true;
                else if (part is not ("concurrent" or "sequential" or "serial" or "parallel" or "fails" or "failing" or "skipIf" or "runIf" or "for")) known = false;
            }
            if (!known || !each && !BeginsWithTitle(code[(open + 1)..])) continue;
            if (focused && source.Sure) tally.Focus(line.Number, code[..open].ToString() + "(");
            if (!group) tally.Add(framework, line.Number, disabled);
        }
    }

    private static bool IsName(ReadOnlySpan<char> head)
    {
        foreach (var name in Names)
            if (head.SequenceEqual(name)) return true;
        return false;
    }

    /// <summary>A title, or one on the next line; a name is a test's only in a loop, and a call's everywhere else.</summary>
    private static bool BeginsWithTitle(ReadOnlySpan<char> arguments)
    {
        arguments = arguments.Trim();
        return arguments.Length == 0 || arguments[0] is '"' or '\'' or '`' || arguments.Contains("=>", StringComparison.Ordinal) || arguments.Contains("function", StringComparison.Ordinal);
    }

    private static string FrameworkOf(TestSource source)
    {
        foreach (var (module, framework) in Modules)
        {
            for (var at = source.Text.IndexOf(module, StringComparison.Ordinal); at > 0; at = source.Text.IndexOf(module, at + 1, StringComparison.Ordinal))
            {
                var end = at + module.Length;
                var (before, after) = (source.Text[at - 1], end < source.Text.Length ? source.Text[end] : '\n');
                if (before is not ('"' or '\'') || after is not ('"' or '\'' or '/') || at < 8) continue;
                var lead = source.Text.AsSpan(Math.Max(0, at - 9), Math.Min(8, at - 1)).TrimEnd();
                if (lead.EndsWith("from", StringComparison.Ordinal) || lead.EndsWith("import", StringComparison.Ordinal) || lead.EndsWith("require(", StringComparison.Ordinal)) return framework;
            }
        }
        return source.Mentions("cy.visit(") || source.Mentions("cy.get(") ? "Cypress" : Unknown;
    }
}

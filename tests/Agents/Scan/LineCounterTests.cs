using System.Text;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Tests.Scan;

public sealed class LineCounterTests
{
    [Theory]
    [InlineData("C#", "// a\nclass A; // b\n/* c\n\n d */\nvar s = \"/* no\";\n", 2, 3, 1)]
    [InlineData("C#", "var s = @\"\n// text\n\";\n/// doc\n", 3, 1, 0)]
    [InlineData("C#", "var s = \"\"\"\n  // text /*\n  \"\"\";\n", 3, 0, 0)]
    [InlineData("C", "/* a */ int i;\n/* b */ /* c */\n", 1, 1, 0)]
    [InlineData("Java", "/**\n * doc\n */\nint a;\n", 1, 3, 0)]
    [InlineData("JavaScript", "const a = `\n// text\n`;\nconst g = /[/*]`/;\n// c\n", 4, 1, 0)]
    [InlineData("TypeScript", "const glob = 'src/**/*.ts';\nconst b = 1;\n", 2, 0, 0)]
    [InlineData("C#", "var s = @$\"\n// text\n\";\n", 3, 0, 0)]
    [InlineData("Rust", "let q = b'\"';\n// a\nlet s: &'a str = \"'\";\n// b\nlet u = '\\u{1F600}'; let e = 'é'; let n = '\"';\n// c\n", 3, 3, 0)]
    [InlineData("PHP", "<?php\n#[A]\n# b\nf(); # c\n", 3, 1, 0)]
    [InlineData("Handlebars", "{{#if a}}\nb\n{{/if}}\n{{! c\nd }}\n", 3, 2, 0)]
    [InlineData("Jinja", "{# a\nb #}\n{{ c }}\n", 1, 2, 0)]
    [InlineData("GraphQL", "type A {\n  \"\"\"\n  b\n  \"\"\"\n  c: D\n}\n", 3, 3, 0)]
    [InlineData("Elixir", "@doc \"\"\"\na\n\"\"\"\ndef f, do: \"\"\"\n# b\n\"\"\"\n", 3, 3, 0)]
    [InlineData("Julia", "\"\"\"\na\n\"\"\"\nf(x) = \"\"\"\n# b\"\"\"\n", 2, 3, 0)]
    [InlineData("Haskell", "{-# LANGUAGE A #-}\n{- b -}\nmain = c\n", 2, 1, 0)]
    [InlineData("Pascal", "{$IFDEF A}\n{ b }\n{$ENDIF}\n", 2, 1, 0)]
    [InlineData("Go", "// a\nvar s = `/*`\n/* b */\n", 1, 2, 0)]
    [InlineData("Rust", "/* a /* b */ c */\nlet s: &'a str = \"//\";\n//! d\n", 1, 2, 0)]
    [InlineData("Python", "#!/usr/bin/env python\n# a\ndef f():\n    \"\"\"Doc.\n\n    More.\n    \"\"\"\n    return \"\"\"x\n# y\"\"\"\n", 4, 4, 1)]
    [InlineData("Python", "x = '''\ntext\n'''\nf(\n    \"\"\"argument\"\"\"\n)\n", 6, 0, 0)]
    [InlineData("Ruby", "=begin\na\n=end\nx = 1 # b\n# c\n", 1, 4, 0)]
    [InlineData("Shell", "#!/bin/sh\n# a\necho $# # b\n", 2, 1, 0)]
    [InlineData("YAML", "# a\nb: c # d\n\n", 1, 1, 1)]
    [InlineData("HTML", "<!-- a\nb -->\n<p>c</p> <!-- d -->\n", 1, 2, 0)]
    [InlineData("SQL", "-- a\nselect '--'; /* b */\n/* c */\n", 1, 2, 0)]
    [InlineData("Haskell", "{- a {- b -} c -}\nmain = x -- d\n-- e\n", 1, 2, 0)]
    [InlineData("Lua", "--[[ a\nb ]]\nlocal s = [[\n-- c\n]]\n", 3, 2, 0)]
    [InlineData("F#", "(* a\n*)\nlet x = 1 // b\n", 1, 2, 0)]
    [InlineData("PowerShell", "<# a\n#>\n$x = 1 # b\n", 1, 2, 0)]
    [InlineData("Batchfile", "REM a\nrem\n:: b\necho c\n", 1, 3, 0)]
    [InlineData("Perl", "=pod\na\n=cut\nmy $x = 1;\n", 1, 3, 0)]
    [InlineData("CSS", "/* a */\na { b: url(//c) }\n", 1, 1, 0)]
    [InlineData("Markdown", "# a\n\ntext\n", 2, 0, 1)]
    [InlineData("JSON", "{\n\"a\": \"// b\"\n}", 3, 0, 0)]
    [InlineData("TOML", "# a\r\nb = 1\r\n\r\n", 1, 1, 1)]
    public void Count_Language_TellsCodeCommentAndBlank(string language, string text, int code, int comment, int blank)
    {
        LineCounter.Count(Encoding.UTF8.GetBytes(text), LanguageTable.Find(language)!.Syntax).ShouldBe(new LineCounts(code, comment, blank));
    }

    [Fact]
    public void Count_AnyBytes_AddsUpToTheLines()
    {
        var random = new Random(7);
        var marks = new[] { "/*", "*/", "//", "\"", "'", "`", "\"\"\"", "#", "<!--", "-->", "\n", "\n", " ", "a", "\\", "{-", "-}", "=begin\n", "@\"", "[[" };
        for (var round = 0; round < 200; round++)
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 60).Select(_ => marks[random.Next(marks.Length)])) + "\n");
            foreach (var language in LanguageTable.All)
            {
                var counts = LineCounter.Count(text, language.Syntax);
                (counts.Code + counts.Comment + counts.Blank).ShouldBe(text.Count(b => b == '\n'), language.Name);
            }
        }
    }

    [Theory]
    [InlineData("src/Program.cs", "C#")]
    [InlineData("Dockerfile.build", "Dockerfile")]
    [InlineData("a/CMakeLists.txt", "CMake")]
    [InlineData("x.min.js", "JavaScript")]
    [InlineData("go.mod", "Go Module")]
    [InlineData("a/BUILD", "Starlark")]
    [InlineData("tools/build", null)]
    [InlineData("lib/dockerfile.pm", "Perl")]
    [InlineData("dockerfile.dev", "Dockerfile")]
    [InlineData("page.blade.php", "Blade")]
    [InlineData("LICENSE", null)]
    public void OfPath_Name_GivesTheLanguage(string path, string? language) => LanguageTable.OfPath(path)?.Name.ShouldBe(language);
}

namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>Reads what a source file imports, which name it declares and whether a program begins in it, by its language's family.</summary>
internal static class ImportReader
{
    /// <summary>A <see cref="DetailReader"/>.</summary>
    public static void Read(string role, string? language, string text, DetailWriter writer)
    {
        if (FamilyOf(language) is not { } family) return;
        if (language is "Vue" or "Svelte")
        {
            ReadComponent(text, writer);
            return;
        }
        ReadSource(family, text, writer, 0, language == "Java");
    }

    /// <summary>The family, or null for a language whose imports are not read.</summary>
    public static SourceFamily? FamilyOf(string? language) => language switch
    {
        "C#" => SourceFamily.CSharp,
        "TypeScript" or "JavaScript" or "Vue" or "Svelte" => SourceFamily.Script,
        "Python" => SourceFamily.Python,
        "Go" => SourceFamily.Go,
        "Java" or "Kotlin" => SourceFamily.Jvm,
        "Rust" => SourceFamily.Rust,
        "C" or "C++" or "CUDA" or "Objective-C" or "Objective-C++" => SourceFamily.C,
        _ => null,
    };

    private static void ReadSource(SourceFamily family, ReadOnlySpan<char> text, DetailWriter writer, int linesBefore, bool java = false)
    {
        var tokens = new SourceTokens(text, family);
        switch (family)
        {
            case SourceFamily.CSharp: CSharpImports.Read(ref tokens, writer); break;
            case SourceFamily.Script: ScriptImports.Read(ref tokens, writer, linesBefore); break;
            case SourceFamily.Python: PythonImports.Read(ref tokens, writer); break;
            case SourceFamily.Go: GoImports.Read(ref tokens, writer); break;
            case SourceFamily.Jvm: JvmImports.Read(ref tokens, writer, javadoc: java); break;
            case SourceFamily.Rust: new RustImports(writer).Read(ref tokens); break;
            case SourceFamily.C: CImports.Read(ref tokens, writer); break;
        }
    }

    /// <summary>The script blocks of a component.</summary>
    private static void ReadComponent(ReadOnlySpan<char> text, DetailWriter writer)
    {
        for (var at = 0; at < text.Length;)
        {
            var open = text[at..].IndexOf("<script", StringComparison.Ordinal);
            if (open < 0) return;
            open += at;
            var begin = text[open..].IndexOf('>');
            if (begin < 0) return;
            begin += open + 1;
            var end = text[begin..].IndexOf("</script", StringComparison.Ordinal);
            end = end < 0 ? text.Length : begin + end;
            ReadSource(SourceFamily.Script, text[begin..end], writer, text[..begin].Count('\n'));
            at = end;
        }
    }

    /// <summary>Words with a separator between them, from the current token on; the token after them is given again.</summary>
    public static string Dotted(ref SourceTokens tokens, char separator = '.')
    {
        var name = new System.Text.StringBuilder();
        while (tokens.Kind == TokenKind.Word && name.Length < DetailWriter.FieldLimit)
        {
            name.Append(tokens.Value);
            if (!tokens.Next()) return name.ToString();
            if (!tokens.IsMark(separator)) break;
            name.Append(separator);
            if (!tokens.Next()) break;
        }
        tokens.Back();
        return name.ToString().TrimEnd(separator);
    }
}

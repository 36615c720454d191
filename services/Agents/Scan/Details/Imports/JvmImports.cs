namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>Java and Kotlin: package, imports, <c>static void main(</c> and a top-level <c>fun main(</c>.</summary>
internal static class JvmImports
{
    private const int WordLimit = 20_000;

    /// <summary>Reads a file to its end.</summary>
    /// <param name="javadoc">True for Java, where an import that no code uses serves documentation only: it is left out. In Kotlin an operator may use what it does not name.</param>
    public static void Read(ref SourceTokens tokens, DetailWriter writer, bool javadoc)
    {
        var imports = new List<(int Line, string Name)>();
        var words = new HashSet<string>(StringComparer.Ordinal);
        Read(ref tokens, writer, imports, javadoc ? words : null);
        var known = javadoc && words.Count < WordLimit;
        foreach (var (line, name) in imports)
        {
            var simple = name[(name.LastIndexOf('.') + 1)..];
            if (!known || simple == "*" || words.Contains(simple)) writer.Add(ImportRows.Import, line, name);
        }
    }

    private static void Read(ref SourceTokens tokens, DetailWriter writer, List<(int Line, string Name)> imports, HashSet<string>? words)
    {
        var depth = 0;
        var isStatic = false;
        while (tokens.Next())
        {
            if (tokens.IsMark('{')) depth++;
            else if (tokens.IsMark('}')) depth--;
            if (tokens.Kind != TokenKind.Word)
            {
                if (tokens.Kind == TokenKind.Mark) isStatic = false;
                continue;
            }
            var line = tokens.Line;
            if (words is { Count: < WordLimit } && char.IsLetter(tokens.Value[0])) words.Add(tokens.Value.ToString());
            if (depth == 0 && tokens.First && tokens.Is("package"))
            {
                if (!tokens.Next()) return;
                if (ImportReader.Dotted(ref tokens) is { Length: > 0 } name) writer.Add(ImportRows.Declares, line, name);
            }
            else if (depth == 0 && tokens.First && tokens.Is("import"))
            {
                if (Import(ref tokens) is { } name) imports.Add((line, name));
            }
            else if (tokens.Is("static"))
            {
                isStatic = true;
            }
            else if (tokens.Is("void") && isStatic || tokens.Is("fun") && depth == 0)
            {
                if (!tokens.Next()) return;
                var isMain = tokens.Is("main");
                if (!isMain)
                {
                    tokens.Back();
                    continue;
                }
                if (tokens.Next() && tokens.IsMark('(')) writer.Add(ImportRows.Main, line, "main");
                else tokens.Back();
            }
        }
    }

    private static string? Import(ref SourceTokens tokens)
    {
        if (!tokens.Next()) return null;
        if (tokens.Is("static") && !tokens.Next()) return null;
        var name = ImportReader.Dotted(ref tokens);
        if (name.Length == 0) return null;
        // The star is a mark after the last point, which Dotted has taken.
        if (tokens.Next() && tokens.IsMark('*')) name += ".*";
        else tokens.Back();
        return name;
    }
}

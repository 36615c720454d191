namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>Java and Kotlin: package, imports, <c>static void main(</c> and a top-level <c>fun main(</c>.</summary>
internal static class JvmImports
{
    public static void Read(ref SourceTokens tokens, DetailWriter writer)
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
            if (depth == 0 && tokens.First && tokens.Is("package"))
            {
                if (!tokens.Next()) return;
                if (ImportReader.Dotted(ref tokens) is { Length: > 0 } name) writer.Add(ImportRows.Declares, line, name);
            }
            else if (depth == 0 && tokens.First && tokens.Is("import"))
            {
                Import(ref tokens, writer, line);
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

    private static void Import(ref SourceTokens tokens, DetailWriter writer, int line)
    {
        if (!tokens.Next()) return;
        if (tokens.Is("static") && !tokens.Next()) return;
        var name = ImportReader.Dotted(ref tokens);
        if (name.Length == 0) return;
        // The star is a mark after the last point, which Dotted has taken.
        if (tokens.Next() && tokens.IsMark('*')) name += ".*";
        else tokens.Back();
        writer.Add(ImportRows.Import, line, name);
    }
}

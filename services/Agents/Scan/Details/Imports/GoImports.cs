namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>Go: the package clause, imports, and <c>func main()</c> of a package main.</summary>
internal static class GoImports
{
    public static void Read(ref SourceTokens tokens, DetailWriter writer)
    {
        var isMain = false;
        var depth = 0;
        while (tokens.Next())
        {
            if (tokens.IsMark('{')) depth++;
            else if (tokens.IsMark('}')) depth--;
            if (depth != 0 || tokens.Kind != TokenKind.Word) continue;
            if (tokens.Is("package") && tokens.First)
            {
                var line = tokens.Line;
                if (!tokens.Next() || tokens.Kind != TokenKind.Word) continue;
                isMain = tokens.Is("main");
                writer.Add(ImportRows.Declares, line, tokens.Value.ToString());
            }
            else if (tokens.Is("import") && tokens.First)
            {
                Import(ref tokens, writer);
            }
            else if (tokens.Is("func"))
            {
                // Imports stand before everything else.
                if (!isMain) return;
                var line = tokens.Line;
                if (!tokens.Next()) return;
                if (tokens.Is("main")) writer.Add(ImportRows.Main, line, "main");
                else tokens.Back();
            }
        }
    }

    private static void Import(ref SourceTokens tokens, DetailWriter writer)
    {
        if (!tokens.Next()) return;
        var isBlock = tokens.IsMark('(');
        if (!isBlock) tokens.Back();
        while (tokens.Next())
        {
            if (tokens.Kind == TokenKind.Text)
            {
                writer.Add(ImportRows.Import, tokens.Line, tokens.Value.ToString());
                if (!isBlock) return;
            }
            // A name or a point before the path, and nothing else.
            else if (tokens.Kind != TokenKind.Word && !tokens.IsMark('.') && !tokens.IsMark(';'))
            {
                if (!tokens.IsMark(')')) tokens.Back();
                return;
            }
        }
    }
}

namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>TypeScript and JavaScript: import, export … from, require and import() with a literal.</summary>
internal static class ScriptImports
{
    /// <summary>Tokens between <c>import</c> and <c>from</c>; a longer list of names is no import.</summary>
    private const int ListLimit = 2_000;

    public static void Read(ref SourceTokens tokens, DetailWriter writer, int linesBefore)
    {
        var depth = 0;
        var afterDot = false;
        bool types = false, values = false;
        while (tokens.Next())
        {
            if (tokens.IsMark('{')) depth++;
            else if (tokens.IsMark('}')) depth--;
            var member = afterDot;
            afterDot = tokens.IsMark('.');
            if (member || tokens.Kind != TokenKind.Word) continue;
            if (tokens.Is("require")) Call(ref tokens, writer, linesBefore, depth > 0 ? ImportRows.Lazy : "");
            else if (tokens.Is("import")) Import(ref tokens, writer, linesBefore);
            else if (tokens.Is("export")) Export(ref tokens, writer, linesBefore, ref types, ref values);
        }
        if (types && !values) writer.Add(ImportRows.Types, 0);
    }

    private static void Call(ref SourceTokens tokens, DetailWriter writer, int linesBefore, string how)
    {
        var line = tokens.Line + linesBefore;
        if (!tokens.Next()) return;
        if (!tokens.IsMark('('))
        {
            tokens.Back();
            return;
        }
        if (!tokens.Next()) return;
        if (tokens.Kind != TokenKind.Text)
        {
            tokens.Back();
            return;
        }
        var spec = tokens.Value.ToString();
        if (tokens.Next() && (tokens.IsMark(')') || tokens.IsMark(','))) writer.Add(ImportRows.Import, line, spec, how);
    }

    private static void Import(ref SourceTokens tokens, DetailWriter writer, int linesBefore)
    {
        var line = tokens.Line + linesBefore;
        if (!tokens.Next()) return;
        if (tokens.Kind == TokenKind.Text)
        {
            writer.Add(ImportRows.Import, line, tokens.Value.ToString());
            return;
        }
        if (tokens.IsMark('('))
        {
            if (!tokens.Next() || tokens.Kind != TokenKind.Text)
            {
                tokens.Back();
                return;
            }
            writer.Add(ImportRows.Import, line, tokens.Value.ToString(), ImportRows.Lazy);
            return;
        }
        From(ref tokens, writer, line);
    }

    private static void Export(ref SourceTokens tokens, DetailWriter writer, int linesBefore, ref bool types, ref bool values)
    {
        var line = tokens.Line + linesBefore;
        if (!tokens.Next()) return;
        if (tokens.Is("type") || tokens.Is("interface")) types = true;
        else values = true;
        if (tokens.IsMark('*') || tokens.IsMark('{') || tokens.Is("type")) From(ref tokens, writer, line);
        else tokens.Back();
    }

    /// <summary>Names up to <c>from "…"</c>; anything that cannot stand there ends it.</summary>
    private static void From(ref SourceTokens tokens, DetailWriter writer, int line)
    {
        var how = "";
        if (tokens.Is("type"))
        {
            if (!tokens.Next()) return;
            // import type from "x" imports a value named type.
            if (!tokens.Is("from") && !tokens.IsMark(',')) how = ImportRows.TypeOnly;
            // export type X = …
            if (tokens.Kind == TokenKind.Word && !tokens.Is("from"))
            {
                if (!tokens.Next()) return;
                if (!tokens.Is("from") && !tokens.IsMark(','))
                {
                    tokens.Back();
                    return;
                }
            }
        }
        var depth = 0;
        for (var count = 0; count < ListLimit; count++)
        {
            if (tokens.IsMark('{')) depth++;
            else if (tokens.IsMark('}')) depth--;
            else if (depth == 0 && tokens.Is("from"))
            {
                if (!tokens.Next()) return;
                if (tokens.Kind == TokenKind.Text)
                {
                    writer.Add(ImportRows.Import, line, tokens.Value.ToString(), how);
                    return;
                }
                continue;
            }
            else if (tokens.Kind == TokenKind.Mark && !tokens.IsMark(',') && !tokens.IsMark('*') || tokens.Kind == TokenKind.Text && depth == 0)
            {
                // import x = require("y") goes on with require.
                tokens.Back();
                return;
            }
            else if (depth == 0 && tokens.First && count > 0 && tokens.Kind == TokenKind.Word && tokens.Value is "import" or "export" or "const" or "let" or "var" or "function" or "class")
            {
                tokens.Back();
                return;
            }
            if (!tokens.Next()) return;
        }
    }
}

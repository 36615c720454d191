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
        var exports = new ScriptExports();
        while (tokens.Next())
        {
            if (tokens.IsMark('{')) depth++;
            else if (tokens.IsMark('}')) depth--;
            var member = afterDot;
            afterDot = tokens.IsMark('.');
            if (member || tokens.Kind != TokenKind.Word) continue;
            if (tokens.Is("require")) Call(ref tokens, writer, linesBefore, depth > 0 ? ImportRows.Lazy : "");
            else if (tokens.Is("import")) Import(ref tokens, writer, linesBefore);
            else if (tokens.Is("export")) Export(ref tokens, writer, linesBefore, exports);
        }
        exports.Write(writer);
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
        From(ref tokens, writer, line, null);
    }

    private static void Export(ref SourceTokens tokens, DetailWriter writer, int linesBefore, ScriptExports exports)
    {
        var line = tokens.Line + linesBefore;
        if (!tokens.Next() || tokens.Is("declare") && !tokens.Next()) return;
        var isType = tokens.Is("type") || tokens.Is("interface");
        exports.Add(isType);
        if (tokens.IsMark('*') || tokens.IsMark('{') || tokens.Is("type")) From(ref tokens, writer, line, exports);
        else Declared(ref tokens, exports);
    }

    /// <summary>The name that an exported declaration gives.</summary>
    private static void Declared(ref SourceTokens tokens, ScriptExports exports)
    {
        var isType = tokens.Is("interface");
        var named = isType;
        for (var count = 0; count < 4; count++)
        {
            if (tokens.Kind != TokenKind.Word || !isType && !IsModifier(tokens.Value) && !named) break;
            if (named && !isType && !IsModifier(tokens.Value) || isType && count > 0)
            {
                exports.Name(tokens.Value.ToString(), isType);
                return;
            }
            named |= tokens.Value is "const" or "let" or "var" or "function" or "class" or "enum" or "namespace";
            if (!tokens.Next()) return;
        }
        tokens.Back();
    }

    private static bool IsModifier(ReadOnlySpan<char> word) => word is "default" or "abstract" or "async" or "const" or "let" or "var" or "function" or "class" or "enum" or "namespace";

    /// <summary>Names up to <c>from "…"</c>; anything that cannot stand there ends it.</summary>
    /// <param name="exports">Takes what is exported; null for an import.</param>
    private static void From(ref SourceTokens tokens, DetailWriter writer, int line, ScriptExports? exports)
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
                var name = tokens.Value.ToString();
                if (!tokens.Next()) return;
                if (!tokens.Is("from") && !tokens.IsMark(','))
                {
                    exports?.Name(name, isType: true);
                    tokens.Back();
                    return;
                }
            }
        }
        var depth = 0;
        var names = new ScriptNames();
        for (var count = 0; count < ListLimit; count++)
        {
            if (tokens.IsMark('{')) depth++;
            else if (tokens.IsMark('}')) depth--;
            else if (depth == 0 && tokens.Is("from"))
            {
                if (!tokens.Next()) return;
                if (tokens.Kind == TokenKind.Text)
                {
                    exports?.Add(names, how == ImportRows.TypeOnly);
                    writer.Add(ImportRows.Import, line, tokens.Value.ToString(), names.OnlyTypes ? ImportRows.TypeOnly : how, names.Values);
                    return;
                }
                continue;
            }
            else if (tokens.Kind == TokenKind.Mark && !tokens.IsMark(',') && !tokens.IsMark('*') || tokens.Kind == TokenKind.Text && depth == 0)
            {
                // import x = require("y") goes on with require.
                exports?.Add(names, how == ImportRows.TypeOnly);
                tokens.Back();
                return;
            }
            else if (depth == 0 && tokens.First && count > 0 && tokens.Kind == TokenKind.Word && tokens.Value is "import" or "export" or "const" or "let" or "var" or "function" or "class")
            {
                exports?.Add(names, how == ImportRows.TypeOnly);
                tokens.Back();
                return;
            }
            names.Take(ref tokens, depth);
            if (!tokens.Next()) break;
        }
        exports?.Add(names, how == ImportRows.TypeOnly);
    }
}

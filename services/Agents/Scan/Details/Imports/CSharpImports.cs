namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>C#: using directives, namespaces, <c>static … Main(</c>.</summary>
internal static class CSharpImports
{
    /// <summary>Words that may stand between <c>static</c> and <c>Main</c>: async Task&lt;int&gt;.</summary>
    private const int MainReach = 8;

    public static void Read(ref SourceTokens tokens, DetailWriter writer)
    {
        var sinceStatic = MainReach;
        while (tokens.Next())
        {
            sinceStatic++;
            if (tokens.Kind != TokenKind.Word) continue;
            if (tokens.Is("static"))
            {
                sinceStatic = 0;
            }
            else if (tokens.Is("using"))
            {
                Using(ref tokens, writer);
            }
            else if (tokens.Is("namespace"))
            {
                var line = tokens.Line;
                if (!tokens.Next()) return;
                if (ImportReader.Dotted(ref tokens) is { Length: > 0 } name) writer.Add(ImportRows.Declares, line, name);
            }
            else if (tokens.Is("Main") && sinceStatic < MainReach)
            {
                var line = tokens.Line;
                if (tokens.Next() && tokens.IsMark('(')) writer.Add(ImportRows.Main, line, "Main");
                else tokens.Back();
            }
        }
    }

    /// <summary>A directive ends with the name or has an alias; a using declaration has a type and a name, a statement has a bracket.</summary>
    private static void Using(ref SourceTokens tokens, DetailWriter writer)
    {
        var line = tokens.Line;
        if (!tokens.Next()) return;
        var isStatic = tokens.Is("static");
        if (isStatic && !tokens.Next()) return;
        var name = Name(ref tokens);
        if (name.Length == 0)
        {
            tokens.Back();
            return;
        }
        if (!tokens.Next()) return;
        var isAlias = tokens.IsMark('=');
        if (isAlias)
        {
            if (!tokens.Next()) return;
            name = Name(ref tokens);
        }
        if (!isAlias && !tokens.IsMark(';'))
        {
            tokens.Back();
            return;
        }
        if (name.Length > 0) writer.Add(ImportRows.Import, line, name);
    }

    private static string Name(ref SourceTokens tokens)
    {
        var name = ImportReader.Dotted(ref tokens);
        if (name != "global") return name;
        // global::A.B
        if (!tokens.Next() || !tokens.IsMark(':') || !tokens.Next() || !tokens.IsMark(':') || !tokens.Next()) return "";
        return ImportReader.Dotted(ref tokens);
    }
}

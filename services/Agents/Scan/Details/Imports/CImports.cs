namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>C, C++ and Objective-C: #include, #import and <c>int main(</c>.</summary>
internal static class CImports
{
    public static void Read(ref SourceTokens tokens, DetailWriter writer)
    {
        var depth = 0;
        var afterInt = false;
        var conditions = 0;
        while (tokens.Next())
        {
            if (tokens.IsMark('#') && tokens.First)
            {
                Directive(ref tokens, writer, ref conditions);
                afterInt = false;
                continue;
            }
            if (tokens.IsMark('{')) depth++;
            else if (tokens.IsMark('}')) depth--;
            var type = afterInt;
            afterInt = tokens.Is("int");
            // A main that is only there on a condition is a test that the file brings with it.
            if (!type || depth > 0 || conditions > 0 || !tokens.Is("main")) continue;
            var line = tokens.Line;
            if (tokens.Next() && tokens.IsMark('(')) writer.Add(ImportRows.Main, line, "main");
            else tokens.Back();
        }
    }

    private static void Directive(ref SourceTokens tokens, DetailWriter writer, ref int conditions)
    {
        var line = tokens.Line;
        if (!tokens.Next()) return;
        if (tokens.Value is "if" or "ifdef" or "ifndef") conditions++;
        else if (tokens.Is("endif")) conditions--;
        if (!tokens.Is("include") && !tokens.Is("import") && !tokens.Is("include_next") || tokens.Line != line)
        {
            tokens.Back();
            return;
        }
        if (tokens.Angle() is { Length: > 0 } angle)
        {
            writer.Add(ImportRows.Import, line, angle.ToString(), ImportRows.Angle);
            return;
        }
        if (!tokens.Next()) return;
        if (tokens.Kind == TokenKind.Text && tokens.Line == line) writer.Add(ImportRows.Import, line, tokens.Value.ToString());
        else tokens.Back();
    }
}

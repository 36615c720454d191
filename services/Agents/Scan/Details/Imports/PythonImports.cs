using System.Text;

namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>Python: import and from … import wherever they stand, and the main guard.</summary>
internal static class PythonImports
{
    public static void Read(ref SourceTokens tokens, DetailWriter writer)
    {
        var typing = -1;
        var function = -1;
        var begins = true;
        var column = 0;
        while (tokens.Next())
        {
            if (tokens.Kind == TokenKind.LineEnd || tokens.Brackets == 0 && (tokens.IsMark(';') || tokens.IsMark(':')))
            {
                begins = true;
                continue;
            }
            var statement = begins;
            if (statement && tokens.First)
            {
                column = tokens.Column;
                if (column <= typing) typing = -1;
                if (column <= function) function = -1;
            }
            begins = false;
            if (!statement || tokens.Kind != TokenKind.Word) continue;
            var how = typing >= 0 ? ImportRows.TypeOnly : function >= 0 ? ImportRows.Lazy : "";
            if (tokens.Is("async")) begins = true;
            else if (tokens.Is("def") && function < 0) function = column;
            else if (tokens.Is("import")) begins = Import(ref tokens, writer, how);
            else if (tokens.Is("from")) begins = From(ref tokens, writer, how);
            else if (tokens.Is("if") && tokens.First)
            {
                var line = tokens.Line;
                if (!tokens.Next()) return;
                if (tokens.Is("__name__"))
                {
                    if (tokens.Next() && tokens.IsMark('=') && tokens.Next() && tokens.IsMark('=') && tokens.Next() && tokens.Kind == TokenKind.Text && tokens.Value is "__main__")
                        writer.Add(ImportRows.Main, line, "__main__");
                    else tokens.Back();
                }
                else if (ImportReader.Dotted(ref tokens) is "TYPE_CHECKING" or "typing.TYPE_CHECKING" or "t.TYPE_CHECKING" && typing < 0)
                {
                    typing = column;
                }
                begins = false;
            }
        }
    }

    /// <summary>True when the statement has ended.</summary>
    private static bool Import(ref SourceTokens tokens, DetailWriter writer, string how)
    {
        while (tokens.Next() && tokens.Kind == TokenKind.Word)
        {
            var line = tokens.Line;
            if (ImportReader.Dotted(ref tokens) is { Length: > 0 } name) writer.Add(ImportRows.Import, line, name, how);
            if (!tokens.Next()) return true;
            if (tokens.Is("as") && (!tokens.Next() || !tokens.Next())) return true;
            if (!tokens.IsMark(',')) break;
        }
        return tokens.Kind == TokenKind.LineEnd || tokens.IsMark(';');
    }

    private static bool From(ref SourceTokens tokens, DetailWriter writer, string how)
    {
        var line = tokens.Line;
        var spec = new StringBuilder();
        while (tokens.Next() && tokens.IsMark('.') && spec.Length < 100) spec.Append('.');
        if (tokens.Kind == TokenKind.Word && !tokens.Is("import"))
        {
            spec.Append(ImportReader.Dotted(ref tokens));
            if (!tokens.Next()) return true;
        }
        if (!tokens.Is("import") || spec.Length == 0)
        {
            tokens.Back();
            return false;
        }
        var names = new StringBuilder();
        var isAlias = false;
        while (tokens.Next() && tokens.Kind != TokenKind.LineEnd && !tokens.IsMark(';') && !tokens.IsMark(')'))
        {
            if (tokens.Is("as")) isAlias = true;
            else if (tokens.IsMark(',')) isAlias = false;
            else if (tokens.Kind == TokenKind.Word && !isAlias)
            {
                // A row holds a bounded field; a longer list goes on in the next.
                if (names.Length + tokens.Value.Length + 1 > DetailWriter.FieldLimit) Flush();
                if (names.Length > 0) names.Append(',');
                names.Append(tokens.Value);
            }
        }
        Flush();
        return tokens.Kind is TokenKind.LineEnd or TokenKind.None || tokens.IsMark(';');

        void Flush()
        {
            writer.Add(ImportRows.Import, line, spec.ToString(), how, names.ToString());
            names.Clear();
        }
    }
}

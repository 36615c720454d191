using System.Runtime.InteropServices;

namespace Charterhouse.Agents.Scan.Languages;

/// <summary>Lines of a file: together all its lines.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineCounts(int Code, int Comment, int Blank);

/// <summary>
/// Tells code, comment and blank lines apart in one pass over the bytes. A line with code and a comment is code; white space is blank
/// wherever it stands, in a comment too.
/// </summary>
internal static class LineCounter
{
    /// <summary>Counts. Works on any bytes; what is no text gives meaningless but harmless figures.</summary>
    public static LineCounts Count(ReadOnlySpan<byte> text, CommentSyntax syntax)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        var state = new LineState(syntax);
        int code = 0, comment = 0, blank = 0;
        var first = true;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (line.TrimEnd(" \t\r\f\v"u8).IsEmpty) blank++;
            // A #! line makes the file run: code, though it looks like a comment.
            else if (first && line.StartsWith("#!"u8)) code++;
            else if (state.HasCode(line)) code++;
            else comment++;
            first = false;
        }
        return new LineCounts(code, comment, blank);
    }
}

/// <summary>What is open at the end of a line.</summary>
internal ref struct LineState(CommentSyntax syntax)
{
    private CommentSyntax.Pair? _comment;
    private CommentSyntax.Pair? _string;
    private int _depth;
    private bool _stringIsComment;
    private int _brackets;
    private bool _continued;

    /// <summary>Goes over a line that is not blank.</summary>
    public bool HasCode(ReadOnlySpan<byte> line)
    {
        if (syntax.ColumnMarks.Length > 0 && line.Length > syntax.Column && syntax.ColumnMarks.AsSpan().Contains(line[syntax.Column])) return false;
        line = line.Trim(" \t\r\f\v"u8);
        var code = false;
        var start = true;
        byte before = 0;
        for (var at = 0; at < line.Length;)
        {
            var rest = line[at..];
            if (_comment is not null)
            {
                at += InComment(rest, start);
                start = false;
                continue;
            }
            if (_string is not null)
            {
                code |= !_stringIsComment;
                at += InString(rest);
                start = false;
                continue;
            }
            if (rest[0] is (byte)' ' or (byte)'\t')
            {
                at++;
                continue;
            }
            if (OpensComment(rest, start, out var length))
            {
                at += length;
                start = false;
                continue;
            }
            if (BeginsLineComment(rest, start)) break;
            if (OpensString(rest, start, out length))
            {
                code |= !_stringIsComment;
                at += length;
                before = (byte)'"';
                start = false;
                continue;
            }
            code = true;
            at += SkipCode(rest, before);
            before = rest[0];
            start = false;
        }
        if (code && syntax.DocStrings) _continued = line.EndsWith("\\"u8) || line.EndsWith("="u8);
        return code;
    }

    private int InComment(ReadOnlySpan<byte> rest, bool start)
    {
        if (syntax.BlockAtLineStart)
        {
            if (start && rest.StartsWith(_comment!.Close)) _comment = null;
            return rest.Length;
        }
        var close = rest.IndexOf(_comment!.Close);
        if (syntax.Nested)
        {
            var open = rest.IndexOf(_comment.Open);
            if (open >= 0 && (close < 0 || open < close))
            {
                _depth++;
                return open + _comment.Open.Length;
            }
        }
        if (close < 0) return rest.Length;
        var length = close + _comment.Close.Length;
        if (--_depth <= 0) _comment = null;
        return length;
    }

    private int InString(ReadOnlySpan<byte> rest)
    {
        var close = _string!.Close;
        for (var at = 0; at < rest.Length; at++)
        {
            if (rest[at] == '\\' && !IsVerbatim(_string))
            {
                at++;
                continue;
            }
            if (!rest[at..].StartsWith(close)) continue;
            _string = null;
            _stringIsComment = false;
            return at + close.Length;
        }
        return rest.Length;
    }

    // C#'s @"…" and Rust's r#"…"# know no escapes; a doubled quote ends one string and begins the next, which comes to the same.
    private static bool IsVerbatim(CommentSyntax.Pair pair) => pair.Open.Length > 1 && pair.Open.AsSpan(0, 1).IndexOfAny("@$r["u8) >= 0;

    private bool OpensComment(ReadOnlySpan<byte> rest, bool start, out int length)
    {
        length = 0;
        if ((syntax.BlockAtLineStart && !start) || IsExcept(rest)) return false;
        foreach (var pair in syntax.Block)
        {
            if (!rest.StartsWith(pair.Open)) continue;
            _comment = pair;
            _depth = 1;
            length = syntax.BlockAtLineStart ? rest.Length : pair.Open.Length;
            return true;
        }
        return false;
    }

    private readonly bool IsExcept(ReadOnlySpan<byte> rest) => syntax.Except.Length > 0 && rest.StartsWith(syntax.Except);

    private readonly bool BeginsLineComment(ReadOnlySpan<byte> rest, bool start)
    {
        if (!start && syntax.LineAtLineStart) return false;
        if (IsExcept(rest)) return false;
        foreach (var mark in syntax.Line)
        {
            if (rest.StartsWith(mark)) return true;
            if (syntax.IgnoreCase && rest.Length >= mark.Length - 1 && StartsWithIgnoringCase(rest, mark)) return true;
        }
        return false;
    }

    private static bool StartsWithIgnoringCase(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> mark)
    {
        for (var i = 0; i < mark.Length; i++)
        {
            // "REM" alone on its line is a comment too: the trailing blank of the mark is then the line's end.
            var have = i < rest.Length ? rest[i] : (byte)' ';
            if ((have | 0x20) != (mark[i] | 0x20)) return false;
        }
        return true;
    }

    private bool OpensString(ReadOnlySpan<byte> rest, bool start, out int length)
    {
        length = 0;
        var prefix = syntax.DocStrings && start && rest.Length > 3 && (rest[0] | 0x20) is 'r' or 'u' or 'b' && rest[1] is (byte)'"' or (byte)'\'' ? 1 : 0;
        foreach (var pair in syntax.LongStrings)
        {
            if (!rest[prefix..].StartsWith(pair.Open)) continue;
            _string = pair;
            _stringIsComment = syntax.DocStrings && start && _brackets == 0 && !_continued;
            length = prefix + pair.Open.Length;
            return true;
        }
        return false;
    }

    /// <summary>The length of one piece of code: a short string, a regular expression or a byte.</summary>
    private int SkipCode(ReadOnlySpan<byte> rest, byte before)
    {
        var first = rest[0];
        if (syntax.DocStrings)
        {
            if (first is (byte)'(' or (byte)'[' or (byte)'{') _brackets++;
            else if (first is (byte)')' or (byte)']' or (byte)'}' && _brackets > 0) _brackets--;
        }
        if (Array.IndexOf(syntax.Quotes, first) >= 0) return SkipQuoted(rest, first);
        if (first == '\'' && syntax.CharLiterals) return SkipCharacter(rest);
        if (first == '\\') return Math.Min(2, rest.Length);
        if (first == '/' && syntax.RegexLiterals && (before == 0 || "(,=:[!&|?{};+>"u8.Contains(before))) return SkipRegex(rest);
        return 1;
    }

    private static int SkipQuoted(ReadOnlySpan<byte> rest, byte quote)
    {
        for (var at = 1; at < rest.Length; at++)
        {
            if (rest[at] == '\\') at++;
            else if (rest[at] == quote) return at + 1;
        }
        return rest.Length;
    }

    private static int SkipCharacter(ReadOnlySpan<byte> rest)
    {
        // An escape goes to its closing quote; otherwise one character of UTF-8 stands between the two.
        const int longest = 12;
        var from = rest.Length > 1 && rest[1] == '\\' ? 3 : 2;
        if (rest.Length <= from) return 1;
        var close = rest[from..Math.Min(rest.Length, longest)].IndexOf((byte)'\'');
        if (close < 0) return 1;
        var isCharacter = from == 3 || close == 0 || (rest[1] >= 0x80 && close <= 3);
        return isCharacter ? from + close + 1 : 1;
    }

    private static int SkipRegex(ReadOnlySpan<byte> rest)
    {
        var inClass = false;
        for (var at = 1; at < rest.Length; at++)
        {
            switch (rest[at])
            {
                case (byte)'\\': at++; break;
                case (byte)'[': inClass = true; break;
                case (byte)']': inClass = false; break;
                case (byte)'/' when !inClass: return at + 1;
            }
        }
        // No end on this line: it was a division after all.
        return 1;
    }
}

namespace Charterhouse.Agents.Scan.Details.Imports;

/// <content>Strings, as far as most languages write them alike.</content>
internal ref partial struct SourceTokens
{
    private bool String(char quote)
    {
        _valueBefore = true;
        if (quote == '`') return family == SourceFamily.Go ? Until("`", 1, escapes: false) : Template();
        if (quote == '"' && family == SourceFamily.CSharp)
        {
            if (CSharpString()) return true;
        }
        else if (Peek(1) == quote && Peek(2) == quote && (family == SourceFamily.Python || family == SourceFamily.Jvm && quote == '"'))
        {
            return Until(Rest[..3], 3, escapes: true);
        }
        var length = 1;
        while (_at + length < _text.Length && Peek(length) is var c && c != quote && (c != '\n' || family == SourceFamily.Rust && quote == '"'))
        {
            length += c == '\\' ? 2 : 1;
        }
        length = Math.Min(length, _text.Length - _at);
        var closed = Peek(length) == quote;
        var (at, line) = (_at, _line);
        Begin(TokenKind.Text, closed ? length + 1 : length);
        Value = _text.Slice(at + 1, length - 1);
        Lines(at, _at);
        Line = line;
        return true;
    }

    private bool Until(scoped ReadOnlySpan<char> close, int open, bool escapes, bool doubled = false)
    {
        var (begin, line) = (_at, _line);
        var end = _at + open;
        while (true)
        {
            var found = end <= _text.Length ? _text[end..].IndexOf(close) : -1;
            if (found < 0)
            {
                end = _text.Length;
                break;
            }
            var slash = escapes ? _text.Slice(end, found).LastIndexOf('\\') : -1;
            if (slash >= 0 && IsEscaped(end, end + found))
            {
                end += found + 1;
                continue;
            }
            end += found + close.Length;
            if (doubled && end < _text.Length && _text[end] == '"')
            {
                end++;
                continue;
            }
            break;
        }
        Begin(TokenKind.Text, end - begin);
        var length = end - begin - open - close.Length;
        Value = length > 0 ? _text.Slice(begin + open, length) : [];
        Lines(begin, end);
        Line = line;
        return true;
    }

    private readonly bool IsEscaped(int from, int at)
    {
        var slashes = 0;
        while (at - slashes - 1 >= from && _text[at - slashes - 1] == '\\') slashes++;
        return slashes % 2 == 1;
    }
}

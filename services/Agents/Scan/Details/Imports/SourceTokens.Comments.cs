namespace Charterhouse.Agents.Scan.Details.Imports;

/// <content>Comments: <c>#</c> of Python, <c>//</c> and <c>/* */</c> of the others.</content>
internal ref partial struct SourceTokens
{
    private bool SkipComment(char c)
    {
        if (c == '#' && family == SourceFamily.Python || c == '#' && _at == 0 && Peek(1) == '!' && family != SourceFamily.Rust || c == '/' && Peek(1) == '/' && family != SourceFamily.Python)
        {
            var end = Rest.IndexOf('\n');
            _at = end < 0 ? _text.Length : _at + end;
            return true;
        }
        if (c != '/' || Peek(1) != '*' || family == SourceFamily.Python) return false;
        var depth = 0;
        // Rust and Kotlin nest them; in Java that would only matter within a comment that is closed too seldom.
        var nests = family == SourceFamily.Rust;
        while (_at < _text.Length)
        {
            var stop = Rest.IndexOfAny('*', '/', '\n');
            if (stop < 0)
            {
                _at = _text.Length;
                break;
            }
            _at += stop;
            if (_text[_at] == '\n')
            {
                _at++;
                NewLine();
            }
            else if (_text[_at] == '/' && Peek(1) == '*' && (nests || depth == 0))
            {
                depth++;
                _at += 2;
            }
            else if (_text[_at] == '*' && Peek(1) == '/')
            {
                _at += 2;
                if (--depth <= 0) break;
            }
            else
            {
                _at++;
            }
        }
        return true;
    }
}

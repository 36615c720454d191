namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>Languages that write comments and strings alike.</summary>
internal enum SourceFamily { CSharp, Script, Python, Go, Jvm, Rust, C }

/// <summary>What a token is.</summary>
internal enum TokenKind { None, Word, Text, Mark, LineEnd }

/// <summary>
/// Words, strings and marks of a source text, comments left out; one pass, no token is looked at twice. As exact as imports need: what it takes
/// for a string in broken source ends with the line wherever the language lets it.
/// </summary>
internal ref struct SourceTokens(ReadOnlySpan<char> text, SourceFamily family)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private bool _atLineStart = true;
    private int _brackets;
    private int _braces;
    private bool _again;
    private bool _valueBefore;
    private Stack<int>? _templates;

    public TokenKind Kind { get; private set; }
    /// <summary>A word, what stands between a string's quotes, or a mark.</summary>
    public ReadOnlySpan<char> Value { get; private set; }
    /// <summary>1-based.</summary>
    public int Line { get; private set; }
    /// <summary>Nothing but white space stands before it on its line.</summary>
    public bool First { get; private set; }
    /// <summary>Characters before it on its line.</summary>
    public int Column { get; private set; }

    /// <summary>Brackets that are open after it.</summary>
    public readonly int Brackets => _brackets;

    public readonly bool Is(string word) => Kind == TokenKind.Word && Value.SequenceEqual(word);
    public readonly bool IsMark(char mark) => Kind == TokenKind.Mark && Value[0] == mark;

    /// <summary>The next <see cref="Next"/> gives the same token.</summary>
    public void Back() => _again = true;

    /// <summary>False at the end.</summary>
    public bool Next()
    {
        if (_again)
        {
            _again = false;
            return Kind != TokenKind.None;
        }
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '\n')
            {
                var ends = family == SourceFamily.Python && _brackets == 0 && !_atLineStart;
                if (ends) Begin(TokenKind.LineEnd, 1);
                else _at++;
                NewLine();
                if (ends) return true;
                continue;
            }
            if (c <= ' ' || c == '\uFEFF')
            {
                _at++;
                continue;
            }
            if (c == '\\' && family == SourceFamily.Python && Rest.TrimStart('\\').TrimStart('\r').StartsWith("\n"))
            {
                _at = _text[_at..].IndexOf('\n') + _at + 1;
                _line++;
                _lineStart = _at;
                continue;
            }
            if (SkipComment(c)) continue;
            return Token(c);
        }
        Kind = TokenKind.None;
        return false;
    }

    /// <summary>What stands between angle brackets that open next on this line; empty for none.</summary>
    public ReadOnlySpan<char> Angle()
    {
        var rest = Rest;
        var end = rest.IndexOf('\n');
        var line = (end < 0 ? rest : rest[..end]).TrimStart(" \t");
        if (line.IsEmpty || line[0] != '<' || line.IndexOf('>') is var close && close < 0) return [];
        return line[1..close];
    }

    private readonly ReadOnlySpan<char> Rest => _text[_at..];

    private readonly char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void NewLine()
    {
        _line++;
        _lineStart = _at;
        _atLineStart = true;
    }

    private void Begin(TokenKind kind, int length)
    {
        (Kind, Line, First, Column) = (kind, _line, _atLineStart, _at - _lineStart);
        Value = _text.Slice(_at, length);
        _at += length;
        _atLineStart = false;
    }

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

    private bool Token(char c)
    {
        if (char.IsLetter(c) || c is '_' or '$' || char.IsAsciiDigit(c))
        {
            Word();
            return true;
        }
        if (c is '"' || c == '`' && family is SourceFamily.Script or SourceFamily.Go || c == '\'' && !IsLifetime()) return String(c);
        if (c == '/' && family == SourceFamily.Script && !_valueBefore && RegexLength() is var length and > 0)
        {
            Begin(TokenKind.Mark, length);
            Value = "/";
            _valueBefore = true;
            return true;
        }
        if (c is '(' or '[' or '{') _brackets++;
        else if (c is ')' or ']' or '}' && _brackets > 0) _brackets--;
        if (c == '{') _braces++;
        if (c == '}')
        {
            if (_templates is { Count: > 0 } && _templates.Peek() == _braces)
            {
                _templates.Pop();
                return Template();
            }
            _braces--;
        }
        Begin(TokenKind.Mark, 1);
        _valueBefore = c is ')' or ']' or '}';
        return true;
    }

    private void Word()
    {
        var length = 1;
        var digits = char.IsAsciiDigit(_text[_at]);
        while (Peek(length) is var c && (char.IsLetterOrDigit(c) || c is '_' or '$' || digits && c == '\'' && family == SourceFamily.C && char.IsLetterOrDigit(Peek(length + 1)))) length++;
        // r"…", b'…', L"…", f"""…""": the letters belong to the string.
        if (length <= 3 && !digits && Peek(length) is '"' or '\'' && IsPrefix(_text.Slice(_at, length), Peek(length)))
        {
            var raw = family != SourceFamily.Python && _text.Slice(_at, length).Contains('R') || family == SourceFamily.Rust && _text.Slice(_at, length).Contains('r');
            _at += length;
            if (raw) RawString(0);
            else String(_text[_at]);
            return;
        }
        if (family == SourceFamily.Rust && length <= 2 && Peek(length) == '#' && _text[_at + length - 1] == 'r' && RawHashes(length) is var hashes and > 0)
        {
            _at += length;
            RawString(hashes);
            return;
        }
        Begin(TokenKind.Word, length);
        _valueBefore = family != SourceFamily.Script || !(Value is "return" or "typeof" or "case" or "in" or "of" or "delete" or "void" or "throw" or "new" or "else" or "do" or "instanceof" or "yield" or "await");
    }

    private readonly bool IsPrefix(ReadOnlySpan<char> letters, char quote) => family switch
    {
        SourceFamily.Python => letters.IndexOfAnyExcept("rRbBuUfFtT") < 0,
        SourceFamily.Rust => letters is "b" or "c" || quote == '"' && letters is "r" or "br" or "cr",
        SourceFamily.C => letters is "L" or "u" or "U" or "u8" || quote == '"' && letters is "R" or "LR" or "uR" or "UR" or "u8R",
        _ => false,
    };

    private readonly int RawHashes(int from)
    {
        var count = 0;
        while (Peek(from + count) == '#') count++;
        return Peek(from + count) == '"' ? count : 0;
    }

    /// <summary>Rust's <c>'a</c> is no character.</summary>
    private readonly bool IsLifetime() => family == SourceFamily.Rust && (char.IsLetter(Peek(1)) || Peek(1) == '_') && Peek(2) != '\'';

    private bool String(char quote)
    {
        _valueBefore = true;
        if (quote == '`') return family == SourceFamily.Go ? Until("`", 1, escapes: false) : Template();
        if (quote == '"' && family == SourceFamily.CSharp)
        {
            var run = Rest.IndexOfAnyExcept('"') is var other && other < 0 ? Rest.Length : other;
            if (run >= 3) return Until(Rest[..run], run, escapes: false);
            var before = _at > 0 ? _text[_at - 1] : ' ';
            if (before == '@' || before == '$' && _at > 1 && _text[_at - 2] == '@') return Until("\"", 1, escapes: false, doubled: true);
        }
        else if (Peek(1) == quote && Peek(2) == quote && (family == SourceFamily.Python || family == SourceFamily.Jvm && quote == '"'))
        {
            return Until(Rest[..3], 3, escapes: true);
        }
        var length = 1;
        while (_at + length < _text.Length && Peek(length) is var c && c != quote && (c != '\n' || family == SourceFamily.Rust && quote == '"'))
        {
            if (c == '\\' && Peek(length + 1) is not '\n') length++;
            else if (c == '\\') length++;
            length++;
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

    private void RawString(int hashes)
    {
        _valueBefore = true;
        if (family == SourceFamily.Rust)
        {
            _at += hashes;
            Until("\"" + new string('#', hashes), 1, escapes: false);
            return;
        }
        var open = Rest.IndexOf('(');
        // R"delimiter( … )delimiter"
        if (open is < 1 or > 17) String('"');
        else Until(string.Concat(")", Rest[1..open], "\""), open + 1, escapes: false);
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

    /// <summary>From a backtick, or from the brace that ends an expression within it, to the end or to the next expression.</summary>
    private bool Template()
    {
        var begin = _at;
        var at = _at + 1;
        while (at < _text.Length && _text[at] != '`' && !(_text[at] == '$' && at + 1 < _text.Length && _text[at + 1] == '{')) at += _text[at] == '\\' ? 2 : 1;
        at = Math.Min(at, _text.Length);
        var opens = at < _text.Length && _text[at] == '$';
        if (opens)
        {
            (_templates ??= new Stack<int>()).Push(_braces);
            at += 2;
        }
        else if (at < _text.Length)
        {
            at++;
        }
        Begin(TokenKind.Mark, at - begin);
        Value = "`";
        Lines(begin, at);
        _valueBefore = !opens;
        return true;
    }

    private void Lines(int from, int to)
    {
        var within = _text[from..to];
        if (within.LastIndexOf('\n') is var last && last < 0) return;
        _line += within.Count('\n');
        _lineStart = from + last + 1;
    }

    private readonly int RegexLength()
    {
        var inClass = false;
        for (var at = 1; _at + at < _text.Length; at++)
        {
            switch (_text[_at + at])
            {
                case '\\': at++; break;
                case '[': inClass = true; break;
                case ']': inClass = false; break;
                case '/' when !inClass: return at + 1;
                case '\n': return 0;
            }
        }
        return 0;
    }
}

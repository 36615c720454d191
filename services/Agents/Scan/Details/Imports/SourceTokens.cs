namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>Languages that write comments and strings alike.</summary>
internal enum SourceFamily { CSharp, Script, Python, Go, Jvm, Rust, C }

/// <summary>What a token is.</summary>
internal enum TokenKind { None, Word, Text, Mark, LineEnd }

/// <summary>
/// Words, strings and marks of a source text, comments left out; one pass, no token is looked at twice. As exact as imports need: what it takes
/// for a string in broken source ends with the line wherever the language lets it.
/// </summary>
internal ref partial struct SourceTokens(ReadOnlySpan<char> text, SourceFamily family)
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
        if (length <= 3 && !digits && PrefixedString(length)) return;
        Begin(TokenKind.Word, length);
        _valueBefore = family != SourceFamily.Script || !TakesValue(Value);
    }

    private void Lines(int from, int to)
    {
        var within = _text[from..to];
        if (within.LastIndexOf('\n') is var last && last < 0) return;
        _line += within.Count('\n');
        _lineStart = from + last + 1;
    }
}

namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>How a language writes comments and strings, as far as it matters for not taking them for code.</summary>
[Flags]
internal enum MaskStyle
{
    /// <summary>The text is taken as it is.</summary>
    None = 0,
    /// <summary><c>// …</c> and <c>/* … */</c>.</summary>
    Slashes = 1,
    /// <summary><c># …</c></summary>
    Hash = 2,
    /// <summary><c>'…'</c> is a string; else a single character, or something else altogether.</summary>
    SingleQuotes = 4,
    /// <summary><c>"""…"""</c>, with single quotes also <c>'''…'''</c>.</summary>
    Triple = 8,
    /// <summary><c>`…`</c> as Go has it.</summary>
    RawBackticks = 16,
    /// <summary><c>`…${…}…`</c> and regular expressions between slashes.</summary>
    Script = 32,
    /// <summary><c>@"…"</c>.</summary>
    Verbatim = 64,
    /// <summary><c>r#"…"#</c>, and a string may span lines.</summary>
    Rust = 128,
    /// <summary><c>R"x(…)x"</c>.</summary>
    RawCpp = 256,
}

/// <summary>
/// Blanks comments and what stands within quotes, so that a marker within them is not taken for a test. Same length, same lines, quotes
/// kept. Linear; what it does not understand ends with the line.
/// </summary>
internal sealed class SourceMask
{
    private readonly string _text;
    private readonly MaskStyle _style;
    private readonly char[] _code;
    /// <summary>Open braces within each <c>${</c> that is open.</summary>
    private readonly Stack<int> _holes = new();
    private char _before = '\n';
    private int _at;

    private SourceMask(string text, MaskStyle style) => (_text, _style, _code) = (text, style, text.ToCharArray());

    /// <summary>The text without its comments and strings.</summary>
    /// <param name="sure">False when a comment or string was still open at the end: then the reading may have gone astray.</param>
    public static string Of(string text, MaskStyle style, out bool sure)
    {
        var mask = new SourceMask(text, style);
        sure = mask.Run();
        return new string(mask._code);
    }

    private bool Has(MaskStyle style) => (_style & style) != MaskStyle.None;

    private bool Run()
    {
        var sure = true;
        while (_at < _text.Length)
        {
            var c = _text[_at];
            var start = _at;
            if (c == '/' && Has(MaskStyle.Slashes) && Next(1) is '/' or '*') sure &= Comment();
            else if (c == '#' && Has(MaskStyle.Hash) && Next(1) != '[') ToLineEnd();
            else if (c == '"' || c == '\'' && Has(MaskStyle.SingleQuotes)) sure &= Quoted(c);
            else if (c == '\'') Character();
            else if (c == '`' && Has(MaskStyle.RawBackticks)) sure &= Until("`", 1);
            else if (c == '`' && Has(MaskStyle.Script)) sure &= Template(1);
            else if (c == '/' && Has(MaskStyle.Script) && BeginsExpression(_before)) Pattern();
            else if (c == '}' && _holes.Count > 0 && _holes.Peek() == 0)
            {
                _holes.Pop();
                sure &= Template(1);
            }
            else
            {
                if (_holes.Count > 0 && c is '{' or '}' && _holes.TryPop(out var open)) _holes.Push(open + (c == '{' ? 1 : -1));
                _at++;
            }
            if (!char.IsWhiteSpace(c) && _code[start] != ' ') _before = c;
        }
        return sure && _holes.Count == 0;
    }

    private char Next(int by) => _at + by < _text.Length ? _text[_at + by] : '\0';

    private bool Comment()
    {
        if (Next(1) == '/')
        {
            ToLineEnd();
            return true;
        }
        var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        Blank(_at, end < 0 ? _text.Length : end + 2);
        _at = end < 0 ? _text.Length : end + 2;
        return end >= 0;
    }

    private void ToLineEnd()
    {
        var end = _text.IndexOf('\n', _at);
        if (end < 0) end = _text.Length;
        Blank(_at, end);
        _at = end;
    }

    private bool Quoted(char quote)
    {
        if (Has(MaskStyle.Triple) && Next(1) == quote && Next(2) == quote)
        {
            var marks = 3;
            while (Next(marks) == quote && Has(MaskStyle.Verbatim)) marks++;
            return Until(new string(quote, marks), marks);
        }
        if (quote == '"' && Has(MaskStyle.Verbatim) && (Before(1) == '@' || Before(1) == '$' && Before(2) == '@')) return VerbatimString();
        if (quote == '"' && Has(MaskStyle.RawCpp) && Before(1) == 'R' && _text.AsSpan(_at, Math.Min(20, _text.Length - _at)).IndexOf('(') is > 0 and var open)
            return Until(")" + _text.Substring(_at + 1, open - 1) + "\"", open + 1);
        if (quote == '"' && Has(MaskStyle.Rust))
        {
            var marks = 0;
            while (Before(1 + marks) == '#') marks++;
            if (Before(1 + marks) == 'r') return Until("\"" + new string('#', marks), 1);
        }
        var at = _at + 1;
        for (; at < _text.Length; at++)
        {
            if (_text[at] == '\\') at++;
            else if (_text[at] == quote || _text[at] == '\n' && !Has(MaskStyle.Rust)) break;
        }
        at = Math.Min(at, _text.Length);
        Blank(_at + 1, at);
        _at = Math.Min(at + 1, _text.Length);
        return !Has(MaskStyle.Rust) || at < _text.Length;
    }

    private char Before(int by) => _at - by >= 0 ? _text[_at - by] : '\0';

    private bool VerbatimString()
    {
        var at = _at + 1;
        while (at < _text.Length)
        {
            if (_text[at] != '"') at++;
            else if (at + 1 < _text.Length && _text[at + 1] == '"') at += 2;
            else break;
        }
        Blank(_at + 1, Math.Min(at, _text.Length));
        _at = Math.Min(at + 1, _text.Length);
        return at < _text.Length;
    }

    private bool Until(string close, int opening)
    {
        var from = Math.Min(_at + opening, _text.Length);
        var end = _text.IndexOf(close, from, StringComparison.Ordinal);
        Blank(from, end < 0 ? _text.Length : end);
        _at = end < 0 ? _text.Length : end + close.Length;
        return end >= 0;
    }

    private void Character()
    {
        // 'a', '\n', '\u{1F600}'; what has no end nearby is a lifetime, a digit separator or an apostrophe.
        var from = Next(1) == '\\' ? 3 : 2;
        for (var i = from; i <= from + 9 && Next(i) is not ('\0' or '\n'); i++)
        {
            if (Next(i) != '\'') continue;
            Blank(_at + 1, _at + i);
            _at += i + 1;
            return;
        }
        _at++;
    }

    private bool Template(int opening)
    {
        var at = _at + opening;
        for (; at < _text.Length; at++)
        {
            if (_text[at] == '\\') at++;
            else if (_text[at] == '`' || _text[at] == '$' && at + 1 < _text.Length && _text[at + 1] == '{') break;
        }
        at = Math.Min(at, _text.Length);
        Blank(_at + opening, at);
        if (at >= _text.Length)
        {
            _at = _text.Length;
            return false;
        }
        if (_text[at] == '$')
        {
            _holes.Push(0);
            at++;
        }
        _at = at + 1;
        return true;
    }

    /// <summary>Where a value is expected a slash begins a pattern; after a value it divides.</summary>
    private static bool BeginsExpression(char before) => before is '\n' or '(' or ',' or '=' or ':' or '[' or '!' or '&' or '|' or '?' or '{' or '}' or ';' or '>' or '+';

    private void Pattern()
    {
        var inClass = false;
        for (var at = _at + 1; at < _text.Length && _text[at] != '\n'; at++)
        {
            var c = _text[at];
            if (c == '\\') at++;
            else if (c == '[') inClass = true;
            else if (c == ']') inClass = false;
            else if (c == '/' && !inClass)
            {
                Blank(_at + 1, at);
                _at = at + 1;
                return;
            }
        }
        _at++;
    }

    private void Blank(int from, int to)
    {
        for (var i = from; i < to; i++)
            if (_code[i] is not ('\n' or '\r')) _code[i] = ' ';
    }
}

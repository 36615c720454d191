using System.Globalization;
using System.Text;

namespace Charterhouse.Agents.Scan.Details.Packages.Formats;

/// <summary>The scalars of a TOML text. It reads everything that TOML 1.0 allows and is not strict about what it forbids.</summary>
internal sealed class TomlScalars
{
    private const int Depth = 64;

    private readonly string _text;
    private readonly ScalarReader _reader;
    private readonly List<string> _path = [];
    /// <summary>Arrays of tables by their path: how many tables there are.</summary>
    private readonly Dictionary<string, int> _arrays = new(StringComparer.Ordinal);
    private int _at;
    private int _line = 1;

    private TomlScalars(string text, ScalarReader reader) => (_text, _reader) = (text, reader);

    /// <summary>Gives every scalar to the reader.</summary>
    /// <exception cref="MalformedException">It is no TOML.</exception>
    public static void Read(string text, ScalarReader reader) => new TomlScalars(text, reader).Document();

    private void Document()
    {
        if (_text.StartsWith('\uFEFF')) _at = 1;
        var table = 0;
        while (SkipBlank())
        {
            if (Peek == '[')
            {
                var array = Peek1 == '[';
                _at += array ? 2 : 1;
                _path.Clear();
                Header(array);
                Expect(']');
                if (array) Expect(']');
                table = _path.Count;
            }
            else
            {
                Member(0);
                _path.RemoveRange(table, _path.Count - table);
            }
            SkipSpaces();
            if (Peek == '#') SkipLine();
            if (_at < _text.Length && Peek is not ('\n' or '\r')) throw Bad();
        }
    }

    private void Header(bool array)
    {
        var keys = new List<string>();
        Key(keys);
        for (var i = 0; i < keys.Count; i++)
        {
            _path.Add(keys[i]);
            var name = string.Join('\u001f', _path);
            if (array && i == keys.Count - 1) _path.Add(JsonScalars.Index((_arrays[name] = _arrays.GetValueOrDefault(name) + 1) - 1));
            else if (_arrays.TryGetValue(name, out var count)) _path.Add(JsonScalars.Index(count - 1));
        }
    }

    private void Member(int depth)
    {
        Key(_path);
        Expect('=');
        Value(depth);
    }

    private void Key(List<string> into)
    {
        do
        {
            SkipSpaces();
            if (Peek is '"' or '\'') into.Add(Text());
            else
            {
                var start = _at;
                while (_at < _text.Length && (char.IsLetterOrDigit(Peek) || Peek is '_' or '-')) _at++;
                if (_at == start) throw Bad();
                into.Add(_text[start.._at]);
            }
            SkipSpaces();
        }
        while (Take('.'));
    }

    private void Value(int depth)
    {
        if (depth > Depth) throw new MalformedException(_line, "it is nested too deep");
        SkipSpaces();
        var line = _line;
        switch (Peek)
        {
            case '"' or '\'':
                Emit(Text(), line);
                break;
            case '[':
                _at++;
                for (var i = 0; SkipBlank() && Peek != ']'; i++)
                {
                    _path.Add(JsonScalars.Index(i));
                    Value(depth + 1);
                    _path.RemoveAt(_path.Count - 1);
                    if (!SkipBlank() || !Take(',')) break;
                }
                SkipBlank();
                Expect(']');
                break;
            case '{':
                _at++;
                while (SkipBlank() && Peek != '}')
                {
                    var before = _path.Count;
                    Member(depth + 1);
                    _path.RemoveRange(before, _path.Count - before);
                    if (!SkipBlank() || !Take(',')) break;
                }
                SkipBlank();
                Expect('}');
                break;
            default:
                var start = _at;
                while (_at < _text.Length && Peek is not (',' or ']' or '}' or '#' or '\n' or '\r')) _at++;
                var scalar = _text[start.._at].Trim();
                if (scalar.Length == 0 || !(char.IsAsciiDigit(scalar[0]) || scalar[0] is '+' or '-' || scalar is "true" or "false" or "inf" or "nan")) throw Bad();
                Emit(scalar, line);
                break;
        }
    }

    private void Emit(string value, int line) => _reader(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_path), value, line);

    private string Text()
    {
        var quote = Peek;
        if (string.CompareOrdinal(_text, _at, new string(quote, 3), 0, 3) == 0) return LongText(quote);
        var from = _line;
        var text = new StringBuilder();
        for (_at++; ; _at++)
        {
            if (_at >= _text.Length || Peek == '\n') throw new MalformedException(from, "a string does not end");
            if (Peek == quote) break;
            if (Peek == '\\' && quote == '"') Escape(text);
            else text.Append(Peek);
        }
        _at++;
        return text.ToString();
    }

    private string LongText(char quote)
    {
        var (from, end) = (_line, new string(quote, 3));
        _at += 3;
        if (Peek == '\r') _at++;
        if (Peek == '\n') Newline();
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length) throw new MalformedException(from, "a string does not end");
            if (string.CompareOrdinal(_text, _at, end, 0, 3) == 0)
            {
                // Up to two quotes may stand before the end.
                var run = 3;
                while (run < 5 && _at + run < _text.Length && _text[_at + run] == quote) run++;
                text.Append(quote, run - 3);
                _at += run;
                return text.ToString();
            }
            if (Peek == '\\' && quote == '"') Escape(text);
            else text.Append(Peek);
            if (_at < _text.Length && Peek == '\n') _line++;
            _at++;
        }
    }

    /// <summary>At a backslash; ends at the escape's last character.</summary>
    private void Escape(StringBuilder text)
    {
        _at++;
        var digits = Peek switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && _at + digits < _text.Length && int.TryParse(_text.AsSpan(_at + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rune) && Rune.IsValid(rune))
        {
            text.Append(new Rune(rune).ToString());
            _at += digits;
            return;
        }
        text.Append(Peek switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', 'e' => '\u001b', var other => other });
    }

    private char Peek => _at < _text.Length ? _text[_at] : '\0';
    private char Peek1 => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    private bool Take(char c)
    {
        if (Peek != c) return false;
        _at++;
        return true;
    }

    private void Expect(char c)
    {
        SkipSpaces();
        if (!Take(c)) throw Bad();
    }

    private void SkipSpaces()
    {
        while (Peek is ' ' or '\t') _at++;
    }

    private void SkipLine()
    {
        while (_at < _text.Length && Peek != '\n') _at++;
    }

    /// <summary>Over spaces, line ends and comments; false at the text's end.</summary>
    private bool SkipBlank()
    {
        for (; _at < _text.Length; _at++)
        {
            if (Peek == '#') SkipLine();
            if (Peek == '\n') _line++;
            else if (Peek is not (' ' or '\t' or '\r')) break;
        }
        return _at < _text.Length;
    }

    private void Newline()
    {
        _at++;
        _line++;
    }

    private MalformedException Bad() => new(_line, "it is not TOML");
}

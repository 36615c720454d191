using System.Globalization;
using System.Text;

namespace Charterhouse.Agents.Formats;

/// <summary>A place in a TOML text, which only goes forward: its keys' words, strings, blanks and lines.</summary>
internal sealed class TomlText(string text)
{
    private int _at = text.StartsWith('\uFEFF') ? 1 : 0;

    /// <summary>Of the place, 1-based.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The character here; NUL at the end.</summary>
    public char Peek => _at < text.Length ? text[_at] : '\0';

    public bool IsEnd => _at >= text.Length;

    public bool IsLineEnd => IsEnd || Peek is '\n' or '\r';

    public MalformedException Bad() => new(Line, "it is not TOML");

    public bool Take(char c)
    {
        if (Peek != c) return false;
        _at++;
        return true;
    }

    public void Expect(char c)
    {
        SkipSpaces();
        if (!Take(c)) throw Bad();
    }

    public void SkipSpaces()
    {
        while (Peek is ' ' or '\t') _at++;
    }

    public void SkipLine()
    {
        while (_at < text.Length && Peek != '\n') _at++;
    }

    /// <summary>Over spaces, line ends and comments; false at the text's end.</summary>
    public bool SkipBlank()
    {
        for (; _at < text.Length; _at++)
        {
            if (Peek == '#') SkipLine();
            if (Peek == '\n') Line++;
            else if (Peek is not (' ' or '\t' or '\r')) break;
        }
        return _at < text.Length;
    }

    /// <summary>A part of a key.</summary>
    public string Word()
    {
        if (Peek is '"' or '\'') return Quoted();
        var start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(Peek) || Peek is '_' or '-')) _at++;
        return _at > start ? text[start.._at] : throw Bad();
    }

    /// <summary>A number, a date, true or false: as it is written.</summary>
    public string Plain()
    {
        var start = _at;
        while (_at < text.Length && Peek is not (',' or ']' or '}' or '#' or '\n' or '\r')) _at++;
        var scalar = text[start.._at].Trim();
        return scalar.Length > 0 && (char.IsAsciiDigit(scalar[0]) || scalar[0] is '+' or '-' || scalar is "true" or "false" or "inf" or "nan") ? scalar : throw Bad();
    }

    /// <summary>The content of the string that begins here, in any of the four forms.</summary>
    public string Quoted()
    {
        var quote = Peek;
        if (IsTriple(quote)) return Long(quote);
        var from = Line;
        var content = new StringBuilder();
        for (_at++; ; _at++)
        {
            if (_at >= text.Length || Peek == '\n') throw new MalformedException(from, "a string does not end");
            if (Peek == quote) break;
            if (Peek == '\\' && quote == '"') Escape(content);
            else content.Append(Peek);
        }
        _at++;
        return content.ToString();
    }

    private string Long(char quote)
    {
        var from = Line;
        _at += 3;
        if (Peek == '\r') _at++;
        if (Take('\n')) Line++;
        var content = new StringBuilder();
        for (; ; _at++)
        {
            if (_at >= text.Length) throw new MalformedException(from, "a string does not end");
            if (IsTriple(quote))
            {
                // Up to two quotes may stand before the end.
                var run = 3;
                while (run < 5 && _at + run < text.Length && text[_at + run] == quote) run++;
                content.Append(quote, run - 3);
                _at += run;
                return content.ToString();
            }
            if (Peek == '\\' && quote == '"') Escape(content);
            else content.Append(Peek);
            if (Peek == '\n') Line++;
        }
    }

    private bool IsTriple(char quote) => Peek == quote && _at + 2 < text.Length && text[_at + 1] == quote && text[_at + 2] == quote;

    /// <summary>At a backslash; ends at the escape's last character.</summary>
    private void Escape(StringBuilder content)
    {
        _at++;
        var digits = Peek switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && _at + digits < text.Length && int.TryParse(text.AsSpan(_at + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rune) && Rune.IsValid(rune))
        {
            content.Append(new Rune(rune).ToString());
            _at += digits;
            return;
        }
        content.Append(Peek switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', 'e' => '\u001b', var other => other });
    }
}

namespace Charterhouse.Agents.Scan.Details.Imports;

/// <content>What JavaScript and TypeScript alone write: templates and regular expressions.</content>
internal ref partial struct SourceTokens
{
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

    /// <summary>After such a word a slash begins a regular expression; after any other it divides.</summary>
    private static bool TakesValue(ReadOnlySpan<char> word) =>
        word is "return" or "typeof" or "case" or "in" or "of" or "delete" or "void" or "throw" or "new" or "else" or "do" or "instanceof" or "yield" or "await";

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

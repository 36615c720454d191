namespace Charterhouse.Agents.Scan.Details.Imports;

/// <content>Strings with letters before their quotes: r"…", b'…', L"…", f"""…""". The letters belong to the string.</content>
internal ref partial struct SourceTokens
{
    private bool PrefixedString(int length)
    {
        var letters = _text.Slice(_at, length);
        if (Peek(length) is '"' or '\'' && IsPrefix(letters, Peek(length)))
        {
            _at += length;
            if (family == SourceFamily.Rust && letters.Contains('r')) RustRawString(0);
            else if (family == SourceFamily.C && letters.Contains('R')) CRawString();
            else String(_text[_at]);
            return true;
        }
        if (family != SourceFamily.Rust || length > 2 || letters[^1] != 'r' || RawHashes(length) is var hashes && hashes == 0) return false;
        _at += length;
        RustRawString(hashes);
        return true;
    }

    private readonly bool IsPrefix(ReadOnlySpan<char> letters, char quote) => family switch
    {
        SourceFamily.Python => letters.IndexOfAnyExcept("rRbBuUfFtT") < 0,
        SourceFamily.Rust => letters is "b" or "c" || quote == '"' && letters is "r" or "br" or "cr",
        SourceFamily.C => letters is "L" or "u" or "U" or "u8" || quote == '"' && letters is "R" or "LR" or "uR" or "UR" or "u8R",
        _ => false,
    };
}

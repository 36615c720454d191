namespace Charterhouse.Agents.Scan.Details.Imports;

/// <content>What Rust alone writes.</content>
internal ref partial struct SourceTokens
{
    private readonly int RawHashes(int from)
    {
        var count = 0;
        while (Peek(from + count) == '#') count++;
        return Peek(from + count) == '"' ? count : 0;
    }

    /// <summary>Rust's <c>'a</c> is no character.</summary>
    private readonly bool IsLifetime() => family == SourceFamily.Rust && (char.IsLetter(Peek(1)) || Peek(1) == '_') && Peek(2) != '\'';

    private void RustRawString(int hashes)
    {
        _valueBefore = true;
        _at += hashes;
        Until("\"" + new string('#', hashes), 1, escapes: false);
    }
}

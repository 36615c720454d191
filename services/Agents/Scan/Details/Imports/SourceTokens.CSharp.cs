namespace Charterhouse.Agents.Scan.Details.Imports;

/// <content>What C# alone writes: raw strings and verbatim ones.</content>
internal ref partial struct SourceTokens
{
    private bool CSharpString()
    {
        var run = Rest.IndexOfAnyExcept('"') is var other && other < 0 ? Rest.Length : other;
        if (run >= 3) return Until(Rest[..run], run, escapes: false);
        var before = _at > 0 ? _text[_at - 1] : ' ';
        return (before == '@' || before == '$' && _at > 1 && _text[_at - 2] == '@') && Until("\"", 1, escapes: false, doubled: true);
    }
}

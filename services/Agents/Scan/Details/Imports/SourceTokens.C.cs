namespace Charterhouse.Agents.Scan.Details.Imports;

/// <content>What C and C++ alone write.</content>
internal ref partial struct SourceTokens
{
    private void CRawString()
    {
        _valueBefore = true;
        var open = Rest.IndexOf('(');
        // R"delimiter( … )delimiter"
        if (open is < 1 or > 17) String('"');
        else Until(string.Concat(")", Rest[1..open], "\""), open + 1, escapes: false);
    }
}

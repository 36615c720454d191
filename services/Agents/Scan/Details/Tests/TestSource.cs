namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>A text that may hold tests.</summary>
/// <param name="Text">As it is.</param>
/// <param name="Code">The same without comments and strings, character by character.</param>
/// <param name="Sure">See <see cref="SourceMask.Of"/>.</param>
internal sealed record TestSource(string Text, string Code, bool Sure)
{
    /// <summary>The lines that hold code.</summary>
    public IEnumerable<TestLine> Lines()
    {
        var number = 0;
        for (var at = 0; at < Code.Length;)
        {
            var end = Code.IndexOf('\n', at);
            if (end < 0) end = Code.Length;
            number++;
            var start = at;
            while (start < end && Code[start] is ' ' or '\t' or '\r' or '\uFEFF') start++;
            if (start < end) yield return new TestLine(Code, number, start, end, start - at);
            at = end + 1;
        }
    }

    public bool Mentions(string word) => Text.Contains(word, StringComparison.Ordinal);
}

/// <summary>A line without its indentation.</summary>
internal readonly record struct TestLine(string Source, int Number, int Start, int End, int Indent)
{
    public ReadOnlySpan<char> Code => Source.AsSpan(Start, End - Start);

    public bool Begins(string with) => Code.StartsWith(with, StringComparison.Ordinal);

    public bool Has(string part) => Code.Contains(part, StringComparison.Ordinal);
}

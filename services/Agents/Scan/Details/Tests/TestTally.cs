using System.Globalization;

namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>The tests of one file while it is read.</summary>
internal sealed class TestTally
{
    private const int FocusLimit = 20;
    private readonly SortedDictionary<string, (int Line, int Cases, int Disabled)> _frameworks = new(StringComparer.Ordinal);
    private readonly List<(int Line, string What)> _focused = [];

    /// <summary>Lines of a source file that are its own tests.</summary>
    public int InlineLines { get; set; }

    public bool Any => _frameworks.Count > 0;

    /// <summary>A test function; one with many rows of data is one.</summary>
    public void Add(string framework, int line, bool disabled = false)
    {
        var (first, cases, off) = _frameworks.GetValueOrDefault(framework, (line, 0, 0));
        _frameworks[framework] = (first, cases + 1, off + (disabled ? 1 : 0));
    }

    /// <summary>A test function that was counted is disabled.</summary>
    public void Disable(string framework)
    {
        if (_frameworks.TryGetValue(framework, out var sum) && sum.Disabled < sum.Cases) _frameworks[framework] = sum with { Disabled = sum.Disabled + 1 };
    }

    /// <summary>A mark that makes the runner leave out every other test of the file.</summary>
    public void Focus(int line, string what)
    {
        if (_focused.Count < FocusLimit) _focused.Add((line, what));
    }

    public void Write(DetailWriter writer)
    {
        foreach (var (framework, (line, cases, disabled)) in _frameworks)
            writer.Add(TestDetails.Cases, line, framework, Text(cases), Text(disabled), Text(InlineLines));
        foreach (var (line, what) in _focused) writer.Add(TestDetails.Focused, line, what);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

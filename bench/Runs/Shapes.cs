using System.Globalization;

namespace Charterhouse.Bench.Runs;

/// <summary>
/// The standard workloads as workflows. Every step is of a kind of the product; what it does is <see cref="FindingHandler"/>'s. <c>fan5</c> and
/// <c>chain20</c> may be followed by the bytes of a finding's text and by those of a section that the first step writes and that stands in the
/// state from then on: <c>fan5:2000</c>, <c>fan5:200:40000</c>.
/// </summary>
internal static class Shapes
{
    private const int Text = 200;

    private const string Head = """
        name: bench
        state:
          context:  { reducer: last }
          facts:    { reducer: last }
          sections: { reducer: merge }
          findings: { reducer: append }
        steps:

        """;

    /// <summary>The workflow's text, or null.</summary>
    public static string? Find(string shape)
    {
        var parts = shape.Split(':');
        var (text, section) = (Text, 0);
        if (parts.Length > 3 || (parts.Length > 1 && !Number(parts[1], out text)) || (parts.Length > 2 && !Number(parts[2], out section))) return null;
        return parts[0] switch
        {
            "fan5" => Fan5(text, section),
            "chain20" => Chain20(text, section),
            _ => null,
        };
    }

    /// <summary>What a step of that name writes: bytes of a finding's text, bytes of a section. The names say it, because steps have no parameters.</summary>
    public static (int Text, int Section) Load(string step)
    {
        var parts = step.Split('_');
        return (Number(parts[1], out var text) ? text : Text, parts.Length > 2 && Number(parts[2], out var section) ? section : 0);
    }

    private static string Fan5(int text, int section) => Head
        + $"  prepare_{text}_{section}: {{ uses: agent/archivist }}\n"
        + string.Concat(Enumerable.Range(1, 5).Select(i => $"  side{i}_{text}: {{ uses: agent/historian, needs: [prepare_{text}_{section}] }}\n"))
        + $"  join_{text}: {{ uses: agent/archivist, needs: [{string.Join(", ", Enumerable.Range(1, 5).Select(i => $"side{i}_{text}"))}] }}\n";

    private static string Chain20(int text, int section) => Head
        + $"  s1_{text}_{section}: {{ uses: agent/archivist }}\n"
        + string.Concat(Enumerable.Range(2, 19).Select(i => $"  s{i}_{text}: {{ uses: agent/archivist, needs: [s{i - 1}_{text}{(i == 2 ? $"_{section}" : "")}] }}\n"));

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

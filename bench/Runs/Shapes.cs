namespace Charterhouse.Bench.Runs;

/// <summary>The standard workloads as workflows. Every step is of a kind of the product; what it does is <see cref="FindingHandler"/>'s.</summary>
internal static class Shapes
{
    private const string Head = """
        name: bench
        state:
          context:  { reducer: last }
          facts:    { reducer: last }
          sections: { reducer: merge }
          findings: { reducer: append }
        steps:

        """;

    /// <summary>The workflow's text and the number of its steps, or null.</summary>
    public static (string Text, int Steps)? Find(string shape) => shape switch
    {
        "fan5" => (Fan5(), 7),
        "chain20" => (Chain20(), 20),
        _ => null,
    };

    private static string Fan5() => Head
        + "  prepare: { uses: agent/archivist }\n"
        + string.Concat(Enumerable.Range(1, 5).Select(i => $"  side{i}: {{ uses: agent/historian, needs: [prepare] }}\n"))
        + "  join: { uses: agent/archivist, needs: [side1, side2, side3, side4, side5] }\n";

    private static string Chain20() => Head
        + "  s1: { uses: agent/archivist }\n"
        + string.Concat(Enumerable.Range(2, 19).Select(i => $"  s{i}: {{ uses: agent/archivist, needs: [s{i - 1}] }}\n"));
}

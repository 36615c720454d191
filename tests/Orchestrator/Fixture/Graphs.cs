namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>Workflows of the tests; retries follow within milliseconds.</summary>
internal static class Graphs
{
    private const string Head = """
        name: test
        state:
          context:  { reducer: last }
          facts:    { reducer: last }
          sections: { reducer: merge }
          findings: { reducer: append }
          charter:  { reducer: last }
        defaults: { retry: { max_attempts: 3, initial: 1ms, maximum: 10ms } }

        """;

    /// <summary>sync, scan, two in parallel, publish.</summary>
    public const string Usual = Head + """
        steps:
          sync:      { uses: repository/sync }
          scan:      { uses: analysis/scan, needs: [sync] }
          archivist: { uses: agent/archivist, needs: [scan] }
          historian: { uses: agent/historian, needs: [scan] }
          publish:   { uses: report/publish, needs: [archivist, historian] }
        """;

    /// <summary>One step.</summary>
    public const string Single = Head + """
        steps:
          sync: { uses: repository/sync }
        """;

    /// <summary>Three steps in a row.</summary>
    public const string Chain = Head + """
        steps:
          sync:      { uses: repository/sync }
          scan:      { uses: analysis/scan, needs: [sync] }
          archivist: { uses: agent/archivist, needs: [scan] }
        """;

    /// <summary>One step that has a second, then its time is up; tried once.</summary>
    public const string Hasty = Head + """
        steps:
          sync: { uses: repository/sync, timeout: 300ms, retry: { max_attempts: 1 } }
        """;

    /// <summary>One step that is ended when it gives no sign of life for a moment.</summary>
    public const string Watched = Head + """
        steps:
          sync: { uses: repository/sync, idle_timeout: 300ms }
        """;

    /// <summary>Two steps write the same channel, whose reducer takes one write: at the same time, or one after the other.</summary>
    public static string Clash(bool inOrder) => Head + $$"""
        steps:
          left:  { uses: repository/sync }
          right: { uses: repository/sync{{(inOrder ? ", needs: [left]" : "")}} }
        """;

    /// <summary>One step and then as many side by side.</summary>
    public static string FanOut(int width) => Head + "steps:\n  sync: { uses: repository/sync }\n"
        + string.Concat(Enumerable.Range(1, width).Select(i => $"  side{i}: {{ uses: agent/archivist, needs: [sync] }}\n"));

    /// <summary>The same workflow with a limit, such as <c>parallel: 2</c>.</summary>
    public static string WithLimit(string workflow, string limit) => workflow.Replace("defaults:", $"limits: {{ {limit} }}\ndefaults:", StringComparison.Ordinal);

    /// <summary>The same workflow with a total time.</summary>
    public static string WithTimeout(string workflow, string timeout) => workflow.Replace("defaults:", $"limits: {{ timeout: {timeout} }}\ndefaults:", StringComparison.Ordinal);
}

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>Collects problems up to a limit, so that a hostile text cannot make the answer large or slow.</summary>
internal sealed class Problems
{
    public const int Limit = 100;

    private readonly List<WorkflowProblem> _problems = [];

    public bool Any => _problems.Count > 0;

    /// <summary>Nothing more is recorded: there is no use in working out suggestions.</summary>
    public bool Full => _problems.Count > Limit;

    public void Add(YamlNode node, string message, string fix) => Add(node.Line, node.Column, message, fix);

    public void Add(int line, int column, string message, string fix)
    {
        if (Full) return;
        _problems.Add(_problems.Count < Limit
            ? new WorkflowProblem(line, column, message, fix)
            : new WorkflowProblem(int.MaxValue, 1, $"There are more than {Limit} problems; only {Limit} are shown.", "Fix these first."));
    }

    public IReadOnlyList<WorkflowProblem> Ordered()
    {
        var last = _problems.Where(problem => problem.Line != int.MaxValue).Max(problem => problem.Line);
        return [.. _problems
            .OrderBy(problem => problem.Line)
            .ThenBy(problem => problem.Column)
            .Select(problem => problem.Line == int.MaxValue ? problem with { Line = last } : problem)];
    }
}

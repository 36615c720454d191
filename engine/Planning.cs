using System.Security.Cryptography;
using System.Text;

namespace Charterhouse.Engine;

/// <summary>Which steps are due, the tasks made of them, and the barrier between super-steps.</summary>
internal static class Planning
{
    /// <summary>The first task step is 1, after the input's -1.</summary>
    public static int NextStepNumber(RunControl control) => control.StepNumber < 1 ? 1 : control.StepNumber + 1;

    /// <summary>Steps that have not arrived although all that they need has.</summary>
    public static IEnumerable<StepDefinition> Due(WorkflowGraph graph, IEnumerable<string> arrived)
    {
        var done = arrived.ToHashSet(StringComparer.Ordinal);
        return graph.Steps.Where(step => !done.Contains(step.Name) && step.Needs.All(done.Contains));
    }

    public static TaskControl NewTask(RunControl control, StepDefinition step, TaskPhase phase) => new()
    {
        TaskId = TaskId(control.RunKey, control.Epoch, NextStepNumber(control), step.Name),
        Path = step.Name,
        Step = step.Name,
        Phase = phase,
        Attempt = 1,
    };

    public static IReadOnlyList<string> Ordered(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static Transition Begin(WorkflowGraph graph, RunControl control)
    {
        if (control.Phase != RunPhase.Running) return Outcomes.Ignored(control, "the run is being cancelled");
        var next = Plan(graph, control, []);
        return next.Decisions.Count > 0 ? next : Outcomes.Ignored(control, "the run has begun already");
    }

    /// <summary>Starts what is due and is no task yet; goes straight to the barrier or to the end when nothing is left to wait for.</summary>
    public static Transition Plan(WorkflowGraph graph, RunControl control, IEnumerable<RunDecision> before)
    {
        var present = control.Tasks.Select(task => task.Step).ToHashSet(StringComparer.Ordinal);
        var added = Due(graph, control.Arrived)
            .Where(step => !present.Contains(step.Name))
            .Select(step => NewTask(control, step, TaskPhase.Pending)).ToList();
        var planned = control with
        {
            Planned = control.Planned + added.Count,
            Tasks = [.. control.Tasks.Concat(added).OrderBy(task => task.Path, StringComparer.Ordinal)],
        };

        if (planned.Tasks.Count == 0) return Outcomes.Ended(control, RunPhase.Completed, before: before);
        if (Exceeded(graph, control, planned) is { } failure) return Outcomes.Ended(control, RunPhase.Failed, failure, before);

        List<RunDecision> decisions = [.. before];
        var started = StartPending(graph, planned, decisions);
        if (AtBarrier(started)) decisions.Add(Barrier(started));
        return new Transition(started, decisions);
    }

    /// <summary>Starts tasks that were kept back, in path order, while fewer are running than may.</summary>
    public static RunControl StartPending(WorkflowGraph graph, RunControl control, List<RunDecision> decisions)
    {
        var free = graph.Limits.Parallel - control.Tasks.Count(task => task.Phase == TaskPhase.Running);
        foreach (var task in control.Tasks.Where(task => task.Phase == TaskPhase.Pending).Take(Math.Max(0, free)).ToList())
        {
            decisions.Add(new RunDecision.StartTask(task.TaskId, task.Step, task.Attempt, TimeSpan.Zero));
            control = control.Replace(task with { Phase = TaskPhase.Running });
        }
        return control;
    }

    private static RunFailure? Exceeded(WorkflowGraph graph, RunControl control, RunControl planned)
    {
        if (control.Used >= control.RecursionLimit) return LimitReached(control, planned.Tasks);
        if (planned.Tasks.Count > graph.Limits.FanOut)
            return new RunFailure("fan_out_limit", $"{planned.Tasks.Count} steps are due at once; at most {graph.Limits.FanOut} may be. Raise 'limits.fan_out' in the workflow, or let some need others.", null);
        return planned.Planned > graph.Limits.Tasks
            ? new RunFailure("task_limit", $"The run would have begun {planned.Planned} tasks; at most {graph.Limits.Tasks} are allowed. Raise 'limits.tasks' in the workflow.", null)
            : null;
    }

    /// <summary>All tasks are done and nothing but the application of their writes is outstanding.</summary>
    public static bool AtBarrier(RunControl control) =>
        control is { Phase: RunPhase.Running, Tasks.Count: > 0 } && control.Tasks.All(task => task.Phase == TaskPhase.Completed);

    public static RunDecision Barrier(RunControl control) =>
        new RunDecision.ApplyBarrier(NextStepNumber(control), [.. control.Tasks.Select(task => task.TaskId)]);

    public static Transition AfterBarrier(WorkflowGraph graph, RunControl control)
    {
        if (!AtBarrier(control)) return Outcomes.Ignored(control, "no barrier is due");
        var next = control with
        {
            StepNumber = NextStepNumber(control),
            Used = control.Used + 1,
            Arrived = Ordered(control.Arrived.Concat(control.Tasks.Select(task => task.Step))),
            Tasks = [],
        };
        return Plan(graph, next, []);
    }

    public static Transition BarrierRejected(RunControl control, RunEvent.BarrierRejected rejected) =>
        AtBarrier(control)
            ? Outcomes.Ended(control, RunPhase.Failed, new RunFailure(rejected.Code, rejected.Message, rejected.Step))
            : Outcomes.Ignored(control, "no barrier is due");

    /// <summary>Every step that needs one of these, directly or not.</summary>
    public static IReadOnlySet<string> Dependents(WorkflowGraph graph, string step)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([step]);
        while (open.TryDequeue(out var current))
        {
            foreach (var dependent in graph.Steps.Where(s => s.Needs.Contains(current, StringComparer.Ordinal)))
            {
                if (found.Add(dependent.Name)) open.Enqueue(dependent.Name);
            }
        }
        return found;
    }

    /// <summary>The length of the longest way to each step.</summary>
    public static IReadOnlyDictionary<string, int> Depths(WorkflowGraph graph)
    {
        var depths = graph.Steps.ToDictionary(step => step.Name, _ => 0, StringComparer.Ordinal);
        // At most one round per step: that also ends for a graph that was never validated and has a cycle.
        var changed = true;
        for (var round = 0; changed && round < graph.Steps.Count; round++)
        {
            changed = false;
            foreach (var step in graph.Steps)
            {
                var depth = step.Needs.Select(need => depths.GetValueOrDefault(need) + 1).DefaultIfEmpty(0).Max();
                if (depth == depths[step.Name]) continue;
                depths[step.Name] = depth;
                changed = true;
            }
        }
        return depths;
    }

    // The key is the only free text before the last part; its length in front keeps the parts apart.
    private static string TaskId(string runKey, int epoch, int stepNumber, string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runKey.Length}:{runKey}:{epoch}:{stepNumber}:{path}")))[..32];

    private static RunFailure LimitReached(RunControl control, IReadOnlyList<TaskControl> due)
    {
        const int shown = 5;
        var names = string.Join(", ", due.Take(shown).Select(task => $"'{task.Step}'"));
        if (due.Count > shown) names += $" and {due.Count - shown} more";
        var message = $"The recursion limit of {control.RecursionLimit} super-steps is used up and still due: {names}. "
            + "Raise 'limits.recursion' in the workflow or start the run with a higher recursion limit; resuming goes on from here with a fresh budget.";
        return new RunFailure("recursion_limit", message, due[0].Step);
    }
}

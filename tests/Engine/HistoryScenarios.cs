namespace Charterhouse.Engine.Tests;

/// <summary>The runs that are recorded: what a recorder plays through the engine to make the files.</summary>
internal static class HistoryScenarios
{
    public static IReadOnlyDictionary<string, Func<History>> All { get; } = new SortedDictionary<string, Func<History>>(StringComparer.Ordinal)
    {
        ["happy-path"] = () => Record("repo-analysis", run =>
        {
            run.Begin();
            run.Complete("sync"); run.Barrier();
            run.Complete("scan"); run.Barrier();
            run.Complete("historian"); run.Complete("archivist"); run.Barrier();
            run.Complete("publish"); run.Barrier();
        }),
        ["failure-with-siblings"] = () => Record("repo-analysis", run =>
        {
            ToAgents(run);
            run.Fail("archivist", "no licence service", retryable: true);
            run.Fail("archivist", "no such file");
            run.Complete("historian");
        }),
        ["retries"] = () => Record("repo-analysis", run =>
        {
            run.Begin();
            run.Fail("sync", "timed out", retryable: true);
            run.Fail("sync", "too many requests", retryable: true, TimeSpan.FromSeconds(30));
            run.Complete("sync");
            run.Barrier();
            run.Fail("scan", "the same", retryable: true);
            run.Fail("scan", "the same", retryable: true);
            run.Fail("scan", "the same", retryable: true);
        }),
        ["cancel-race"] = () => Record("repo-analysis", run =>
        {
            ToAgents(run);
            var late = new RunEvent.TaskCompleted(run.Task("historian").TaskId, 1);
            run.Accept(new RunEvent.CancelRequested());
            run.Accept(late);
            run.Accept(late);
            run.Accept(new RunEvent.CancelRequested());
            run.End("archivist");
            run.Accept(new RunEvent.TimeIsUp());
        }),
        ["resume-from-failure"] = () =>
        {
            var failed = All!["failure-with-siblings"]();
            var run = failed.Run();
            foreach (var occurred in failed.Events) run.Accept(occurred);
            return Record("repo-analysis", new HistoryStart("run_resumed", null, run.Control, ["historian"]), next =>
            {
                next.Begin();
                next.Complete("archivist"); next.Barrier();
                next.Complete("publish"); next.Barrier();
            });
        },
        ["steered"] = () => Record("repo-analysis", run =>
        {
            ToAgents(run);
            run.Complete("archivist");
            var late = new RunEvent.TaskCompleted(run.Task("historian").TaskId, 1);
            run.Accept(new RunEvent.Steered(null));
            run.Accept(late);
            run.Accept(new RunEvent.Steered("scan"));
            run.Complete("archivist"); run.Complete("historian"); run.Barrier();
            run.Complete("publish"); run.Barrier();
        }),
        ["recursion-limit"] = () => Record("chain-3", new HistoryStart("run_limited", 2, null, []), run =>
        {
            run.Begin();
            run.Complete("s1"); run.Barrier();
            run.Complete("s2"); run.Barrier();
        }),
        ["run-timeout"] = () => Record("repo-analysis", run =>
        {
            ToAgents(run);
            run.Complete("archivist");
            run.Accept(new RunEvent.TimeIsUp());
        }),
    };

    private sealed class Recorder(EngineRun run)
    {
        public List<RunEvent> Events { get; } = [];
        public TaskControl Task(string step) => run.Task(step);
        public void Accept(RunEvent occurred)
        {
            Events.Add(occurred);
            run.Accept(occurred);
        }
        public void Begin() => Accept(new RunEvent.Begin());
        public void Barrier() => Accept(new RunEvent.BarrierApplied());
        public void Complete(string step) => Accept(new RunEvent.TaskCompleted(Task(step).TaskId, Task(step).Attempt));
        public void End(string step) => Accept(new RunEvent.TaskEnded(Task(step).TaskId, Task(step).Attempt));
        public void Fail(string step, string message, bool retryable = false, TimeSpan? retryAfter = null) =>
            Accept(new RunEvent.TaskFailed(Task(step).TaskId, Task(step).Attempt, new TaskFailure("failed", message, retryable, retryAfter)));
    }

    private static void ToAgents(Recorder run)
    {
        run.Begin();
        run.Complete("sync"); run.Barrier();
        run.Complete("scan"); run.Barrier();
    }

    private static History Record(string workflow, Action<Recorder> play) => Record(workflow, new HistoryStart("run_recorded", null, null, []), play);

    private static History Record(string workflow, HistoryStart start, Action<Recorder> play)
    {
        var history = new History(workflow, start, []);
        var recorder = new Recorder(history.Run());
        play(recorder);
        return history with { Events = recorder.Events };
    }
}

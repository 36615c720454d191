using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Orchestrator.Persistence;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>What an unfinished run waits for, in sentences: every such run waits for something that has a name.</summary>
internal static class RunWaits
{
    // a longer wait is one for a time of day: a forge's limit that is over then
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    public static List<string> Describe(RunSaga saga, WorkflowGraph graph, IReadOnlyList<RunTaskRow> tasks, QueuePlace? place, DateTimeOffset now)
    {
        if (saga.StartedAt is null)
            return [place is null ? "a free place" : $"a free place: position {place.Position} in the line{(place.Behind is { } behind ? ", behind " + behind : "")}; {Count(place.Running, "run is", "runs are")} running"];
        var waits = tasks.Where(task => task.DriveAt is not null).Select(task => Sentence(task, graph, now)).ToList();
        return waits.Count > 0 ? waits : ["a running host: charter resume " + saga.RunId];
    }

    private static string Sentence(RunTaskRow task, WorkflowGraph graph, DateTimeOffset now)
    {
        if (task.Status == RunTaskStatus.Cancelling) return $"step {task.Step} to stop; asked {Again(task, now)}";
        var most = graph.Steps.FirstOrDefault(step => step.Name == task.Step)?.Retry.MaxAttempts ?? task.Attempt;
        var attempt = $"attempt {task.Attempt} of {most}";
        if (task.NotBefore is { } due && due > now)
            return due - now > Soon ? $"step {task.Step} waits until {due.UtcDateTime:HH:mm:ss} UTC for {attempt}{Because(task)}" : $"step {task.Step}: {attempt} begins in {Seconds(due - now)}{Because(task)}";
        return $"step {task.Step} ({attempt}) in {StepKinds.Find(task.Kind)?.Service}; sent {Again(task, now)}";
    }

    private static string Because(RunTaskRow task)
    {
        if (task.Failure is null) return "";
        var failure = JsonSerializer.Deserialize<FailureInfo>(task.Failure, CanonicalJson.Options)!;
        return $"; the last one failed: {failure.Message}";
    }

    private static string Again(RunTaskRow task, DateTimeOffset now) =>
        task.DriveAt > now ? $"again in {Seconds(task.DriveAt.Value - now)} unless it answers" : "again as soon as a host runs";

    private static string Seconds(TimeSpan time) => $"{Math.Max(1, Math.Ceiling(time.TotalSeconds)):0} s";

    private static string Count(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}

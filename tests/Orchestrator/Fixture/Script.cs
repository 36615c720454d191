using System.Collections.Concurrent;
using System.Text.Json;
using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Work;

namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>One execution of a step.</summary>
internal sealed record Execution(string RunId, string Step, int Attempt, IReadOnlyDictionary<string, JsonElement> Inputs);

internal delegate Task<IReadOnlyDictionary<string, JsonElement>> StepScript(StepContext context, CancellationToken cancellationToken);

/// <summary>What the steps of RepoSync and Agents do in a test, and what they did.</summary>
internal sealed class Script
{
    private readonly ConcurrentDictionary<string, StepScript> scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Execution> executions = new();

    /// <summary>What a step of this name does from now on.</summary>
    public Script On(string step, StepScript script)
    {
        scripts[step] = script;
        return this;
    }

    /// <summary>The step does what its kind does when nobody says otherwise.</summary>
    public void Usual(string step) => scripts.TryRemove(step, out _);

    public IReadOnlyList<Execution> Executions => [.. executions];

    public int CountOf(string step) => executions.Count(execution => execution.Step == step);

    public Task<IReadOnlyDictionary<string, JsonElement>> RunAsync(string kind, StepContext context, CancellationToken cancellationToken)
    {
        executions.Enqueue(new Execution(context.RunId.ToString(), context.Step, context.Attempt, context.Inputs));
        return scripts.TryGetValue(context.Step, out var script) ? script(context, cancellationToken) : Task.FromResult(Usual(kind, context.Step));
    }

    /// <summary>A small result of the right shape.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Usual(string kind, string step) => kind switch
    {
        StepKinds.RepositorySync => Writes((Channels.Context, new RepoContext
        {
            Repository = new RepositoryInfo("repo_test", "sample", null, "main"),
            HeadSha = new string('a', 40),
            Tree = new TreeStatistics(1, 10, 1, 0, 0),
        })),
        StepKinds.AnalysisScan => Writes((Channels.Facts, new { notes = Array.Empty<string>() })),
        _ when kind.StartsWith(StepKinds.EffectPrefix, StringComparison.Ordinal) => Writes((Channels.Effects, new Dictionary<string, string>(StringComparer.Ordinal))),
        _ => Writes((Channels.Sections, new Dictionary<string, string>(StringComparer.Ordinal) { [step] = "done" })),
    };

    public static IReadOnlyDictionary<string, JsonElement> Writes(params (string Channel, object Value)[] writes) =>
        writes.ToDictionary(write => write.Channel, write => CanonicalJson.ToElement(write.Value), StringComparer.Ordinal);

    /// <summary>Never ends by itself; tells when it was cancelled.</summary>
    public static StepScript Hang(TaskCompletionSource? cancelled = null) => async (_, token) =>
    {
        try
        {
            await Testing.Hang.UntilCancelledAsync(token);
        }
        catch (OperationCanceledException)
        {
            cancelled?.TrySetResult();
            throw;
        }
        return Writes();
    };

    /// <summary>Waits for the gate, then does what its kind usually does.</summary>
    public static StepScript After(Task gate, string kind) => async (context, token) =>
    {
        await gate.WaitAsync(token);
        return Usual(kind, context.Step);
    };
}

/// <summary>A kind's handler: does what the script says.</summary>
internal abstract class KindScript(string kind, Script script) : IStepHandler
{
    public string Kind => kind;

    public Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken) => script.RunAsync(Kind, context, cancellationToken);
}

internal sealed class SyncScript(Script script) : KindScript(StepKinds.RepositorySync, script);

internal sealed class ScanScript(Script script) : KindScript(StepKinds.AnalysisScan, script);

internal sealed class ScanBaseScript(Script script) : KindScript(StepKinds.AnalysisScanBase, script);

internal sealed class ArchivistScript(Script script) : KindScript(StepKinds.Archivist, script);

internal sealed class ArchitectScript(Script script) : KindScript(StepKinds.Architect, script);

internal sealed class HistorianScript(Script script) : KindScript(StepKinds.Historian, script);

internal sealed class LibrarianScript(Script script) : KindScript(StepKinds.Librarian, script);

internal sealed class SentinelScript(Script script) : KindScript(StepKinds.Sentinel, script);

internal sealed class ExaminerScript(Script script) : KindScript(StepKinds.Examiner, script);

internal sealed class ChangeScript(Script script) : KindScript(StepKinds.Change, script);

internal sealed class CommentScript(Script script) : KindScript(StepKinds.ForgeComment, script);

internal sealed class CheckScript(Script script) : KindScript(StepKinds.ForgeCheck, script);

internal sealed class StatusScript(Script script) : KindScript(StepKinds.ForgeStatus, script);

internal sealed class DashboardScript(Script script) : KindScript(StepKinds.ForgeDashboard, script);

internal sealed class SarifScript(Script script) : KindScript(StepKinds.ForgeSarif, script);

internal sealed class WebhookScript(Script script) : KindScript(StepKinds.ForgeWebhook, script);

internal sealed class RepositoriesScript(Script script) : KindScript(StepKinds.ForgeRepositories, script);

using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>The one place where wishes for runs and commands to them are written: the owner's row and its message, in the surrounding transaction.</summary>
internal static class RunRequests
{
    /// <summary>A wish that nobody has taken is sent again after this time.</summary>
    public static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CommandAgainAfter = TimeSpan.FromSeconds(2);

    /// <summary>Asks for a run.</summary>
    /// <param name="trace">The trace that the run belongs to, where that is not the write's.</param>
    /// <param name="delay">It is not to begin before this much time has passed.</param>
    public static void Add(OrchestratorDbContext db, StartRun message, DateTimeOffset now, string? trace = null, TimeSpan delay = default)
    {
        db.RunRequests.Add(new RunRequestRow
        {
            RunId = new RunId(message.RunId).ToString(),
            Body = JsonSerializer.Serialize(message, CanonicalJson.Options),
            CreatedAt = now,
            DriveAt = now + delay + AgainAfter,
            TraceContext = trace ?? db.TraceContext,
        });
        db.Send(Queues.Runs, message, delay > TimeSpan.Zero ? delay : null, trace);
    }

    /// <summary>What was asked for and not yet taken or refused.</summary>
    public static async Task<IReadOnlyList<StartRun>> OpenAsync(OrchestratorDbContext db, CancellationToken cancellationToken) =>
        (await db.RunRequests.Where(request => request.Refused == null).Select(request => request.Body).ToListAsync(cancellationToken))
            .ConvertAll(body => JsonSerializer.Deserialize<StartRun>(body, CanonicalJson.Options)!);

    /// <summary>Asks for the end of a run that has not ended.</summary>
    public static void Cancel(OrchestratorDbContext db, CancelRun message, DateTimeOffset now) => Command(db, message.RunId, CancelType, message.CommandId, message, now);

    /// <summary>Steers a run that has not ended.</summary>
    public static void Steer(OrchestratorDbContext db, SteerRun message, DateTimeOffset now) => Command(db, message.RunId, "steer", message.CommandId, message, now);

    /// <summary><see cref="RunCommandRow.Type"/> of a <c>CancelRun</c>.</summary>
    internal const string CancelType = "cancel";

    private static void Command<T>(OrchestratorDbContext db, Guid run, string type, Guid commandId, T message, DateTimeOffset now) where T : class
    {
        db.RunCommands.Add(new RunCommandRow
        {
            CommandId = commandId,
            RunId = new RunId(run).ToString(),
            Type = type,
            Body = JsonSerializer.Serialize(message, CanonicalJson.Options),
            CreatedAt = now,
            // Sooner than later repetitions: a command given right after its run was asked for may arrive before the run does.
            DriveAt = now + CommandAgainAfter,
        });
        db.Send(Queues.Runs, message);
    }
}

using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Platform.Tests;

public sealed record OpenTally(Guid TallyId, string Title);
public sealed record AddMark(Guid TallyId, string Mark, bool Fail = false);
public sealed record MarkAdded(Guid TallyId, string Mark);

/// <summary>Counts marks by id, in rows beside the saga.</summary>
public sealed class TallySaga : SagaStateMachineInstance, ISagaVersion
{
    public Guid CorrelationId { get; set; }
    public string State { get; set; } = "";
    public string Title { get; set; } = "";
    public int Version { get; set; }
}

public sealed class TallyMark
{
    public required Guid TallyId { get; set; }
    public required string Mark { get; set; }
}

public sealed class TallyMachine : MassTransitStateMachine<TallySaga>
{
    public const string Queue = "test.tallies";
    public const string Replies = "test.replies";

    public TallyMachine()
    {
        InstanceState(saga => saga.State);
        Event(() => Opened, open => open.CorrelateById(context => context.Message.TallyId));
        Event(() => Marked, mark => mark.CorrelateById(context => context.Message.TallyId));
        Initially(When(Opened).Then(context => context.Saga.Title = context.Message.Title).TransitionTo(Open));
        During(Open,
            Ignore(Opened),
            When(Marked).ThenAsync(async context =>
            {
                var db = context.GetPayload<TestDbContext>();
                var (id, mark) = (context.Saga.CorrelationId, context.Message.Mark);
                if (await db.Set<TallyMark>().AnyAsync(row => row.TallyId == id && row.Mark == mark, context.CancellationToken)) return;
                db.Add(new TallyMark { TallyId = id, Mark = mark });
                context.Saga.Title = mark;
                db.Send(Replies, new MarkAdded(id, mark));
                if (context.Message.Fail) throw new InvalidOperationException("the test asked for it");
            }));
    }

    public State Open { get; } = null!;
    public Event<OpenTally> Opened { get; } = null!;
    public Event<AddMark> Marked { get; } = null!;
}

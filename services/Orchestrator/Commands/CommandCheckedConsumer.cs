using Charterhouse.Contracts.Repositories;
using Charterhouse.Contracts.Steps;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Findings;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Commands;

/// <summary>
/// RepoSync has said whether a person may do what they asked for: it is refused, or done. What starts a run goes to the window of its pull request or branch,
/// which answers the event; sending that twice is one run. A finding is muted before that: the run is to leave it out.
/// </summary>
internal sealed class CommandCheckedConsumer(Database<OrchestratorDbContext> database, ForgeEvents events, ArtifactFiles artifacts, TimeProvider time) : IConsumer<CommandChecked>
{
    public async Task Consume(ConsumeContext<CommandChecked> context)
    {
        var answer = context.Message;
        var finding = answer.IsAllowed && answer.Command.Command is { Name: CommandNames.Mute, Argument: { } id } ? await ReportedAsync(answer.Command, id, context.CancellationToken) : null;
        await events.AnswerAsync(answer.Command.EventId, answer.Command.ReceivedAt, (db, token) => AnswerAsync(db, answer, finding, token), context.CancellationToken);
    }

    private async Task<ForgeAnswer> AnswerAsync(OrchestratorDbContext db, CommandChecked answer, Finding? finding, CancellationToken cancellationToken)
    {
        var given = answer.Command;
        if (answer.Problem is { } problem) return new ForgeAnswer(answer.MayPass ? Dispositions.Waiting : Dispositions.Ignored, problem);
        if (!answer.IsAllowed) return new ForgeAnswer(Dispositions.Ignored, $"{given.Login} may {(answer.Permission is null or "none" ? "do nothing here" : $"only {answer.Permission}")}; {given.Command} needs write");
        switch (given.Command)
        {
            case { Name: CommandNames.Analyze }: break;
            case { Name: CommandNames.Mute, Argument: { } id } when FindingId.IsOne(id) && answer.RepositoryId is { } repository:
                await FindingMutes.MuteAsync(db, repository, given, id, finding, time.GetUtcNow(), cancellationToken);
                break;
            case { Name: CommandNames.Approve }: return new ForgeAnswer(Dispositions.Ignored, "nothing waits for an approval");
            default: return new ForgeAnswer(Dispositions.Failed, $"{given.Command} is nothing that can be done here");
        }
        db.Send(Queues.Triggers, CommandedEvent.Of(given, answer.Subject));
        return new ForgeAnswer(Dispositions.Waiting, $"{given.Command} asks for a run");
    }

    /// <summary>The finding as the last report on the pull request has it: what a change introduces is in no charter yet.</summary>
    private async Task<Finding?> ReportedAsync(CommandReceived given, string id, CancellationToken cancellationToken)
    {
        var window = CommandedEvent.Of(given, null).WindowId;
        var run = await database.ReadAsync((db, token) => db.TriggerWindows.AsNoTracking().Where(row => row.CorrelationId == window).Select(row => row.LastRunId).FirstOrDefaultAsync(token), cancellationToken);
        return run is not null && await artifacts.ReadCharterAsync(run, cancellationToken) is { } reading ? reading.Findings.FirstOrDefault(finding => finding.Id == id) : null;
    }
}

using Charterhouse.Contracts.Triggers;

namespace Charterhouse.Orchestrator.Commands;

/// <summary>What a command is to the window of its pull request, or of the default branch: an event that no rule holds back. Pure.</summary>
internal static class CommandedEvent
{
    /// <summary>The event.</summary>
    /// <param name="subject">How the pull request stands; null for an issue, and where nobody has asked yet.</param>
    public static TriggerReceived Of(CommandReceived command, CommandSubject? subject)
    {
        var repository = command.Repository;
        var line = command.IsPullRequest ? TriggerLine.OfPullRequest(command.Number) : TriggerLine.OfRef(repository.DefaultBranch is { } branch ? "refs/heads/" + branch : "HEAD");
        return new TriggerReceived
        {
            WindowId = TriggerLine.WindowOf(repository, line),
            EventId = command.EventId,
            Provider = command.Provider,
            Kind = command.IsPullRequest ? TriggerKinds.PullRequest : TriggerKinds.Issues,
            Command = command.Command.ToString(),
            Repository = repository,
            Line = line,
            Ref = subject?.Ref,
            HeadSha = subject?.HeadSha,
            PullRequest = command.IsPullRequest ? command.Number : null,
            BaseBranch = subject?.BaseBranch,
            Fork = subject?.IsFork ?? false,
            Actor = command.Login,
            ReceivedAt = command.ReceivedAt,
        };
    }
}

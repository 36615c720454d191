using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Git;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>The registry follows what forges do to repositories: rename, transfer, delete, archive, give to and take from an installation.</summary>
internal sealed class RepositoriesReportedConsumer(RepositoryRegistry registry, ForgeEvents events) : IConsumer<RepositoriesReported>
{
    /// <summary>Names in a reason; the others are counted.</summary>
    private const int Named = 5;

    public Task Consume(ConsumeContext<RepositoriesReported> context) =>
        events.AnswerAsync(context.Message.EventId, context.Message.ReceivedAt, (db, token) => AnswerAsync(db, context.Message, token), context.CancellationToken);

    private async Task<ForgeAnswer> AnswerAsync(OrchestratorDbContext db, RepositoriesReported message, CancellationToken cancellationToken)
    {
        var reported = message.Repositories.Where(one => HttpsTarget.IsOne(one.Url)).DistinctBy(one => RunQueue.LaneOf(one.Url), StringComparer.Ordinal)
            .DistinctBy(one => one.ForgeId ?? one.Url, StringComparer.Ordinal).ToList();
        if (reported.Count == 0) return new ForgeAnswer(Dispositions.Failed, "names no repository with an https address");
        if (message.Change == RepositoryChanges.Moved) return await MovedAsync(db, reported[0], message.FormerUrl, cancellationToken);
        var done = new List<string>();
        foreach (var one in reported)
            if (await ApplyAsync(db, message.Change, one, cancellationToken)) done.Add(one.Name);
        var names = $"{string.Join(", ", done.Take(Named))}{(done.Count > Named ? $" and {done.Count - Named} more" : "")}";
        return (message.Change, done.Count) switch
        {
            (RepositoryChanges.Deleted or RepositoryChanges.Archived or RepositoryChanges.Unarchived or RepositoryChanges.Uninstalled, 0) => NotRegistered(reported),
            (RepositoryChanges.Deleted, _) => Accepted($"{names}: deleted at the forge; nothing is started any more, what was found out stays"),
            (RepositoryChanges.Archived, _) => Accepted($"{names}: archived at the forge; nothing is started any more"),
            (RepositoryChanges.Unarchived, _) => Accepted($"{names}: looked after again"),
            (RepositoryChanges.Installed, 0) => Accepted("registered already"),
            (RepositoryChanges.Installed, _) => Accepted($"registered {names}"),
            (RepositoryChanges.Uninstalled, _) => Accepted($"{names}: no longer looked after"),
            _ => new ForgeAnswer(Dispositions.Ignored, $"'{message.Change}' is nothing that the registry follows"),
        };
    }

    private async Task<ForgeAnswer> MovedAsync(OrchestratorDbContext db, TriggerRepository reported, string? formerUrl, CancellationToken cancellationToken)
    {
        var before = await registry.PeekAsync(db, reported, cancellationToken);
        // the forge's number finds it for certain; else where it was, before what stands where it is now
        var certain = before?.Row?.ForgeId is { } id && id == reported.ForgeId;
        if (!certain && formerUrl is not null && HttpsTarget.IsOne(formerUrl))
            before = await registry.PeekAsync(db, reported with { Url = formerUrl }, cancellationToken) ?? before;
        if (before is null) return NotRegistered([reported]);
        var after = before.Lane == RunQueue.LaneOf(reported.Url)
            ? await registry.SeeAsync(db, reported, cancellationToken)
            : await registry.LearnAsync(db, before, reported, cancellationToken);
        return Accepted(before.Target == after!.Target ? $"{after.Target} is known under that address" : $"{before.Target} is {after.Target} now; charter and findings go on");
    }

    /// <summary>True when it concerned a registered repository, or made one.</summary>
    private async Task<bool> ApplyAsync(OrchestratorDbContext db, string change, TriggerRepository reported, CancellationToken cancellationToken)
    {
        if (await registry.SeeAsync(db, reported, cancellationToken) is not { } found)
        {
            if (change != RepositoryChanges.Installed) return false;
            var added = await registry.AddAsync(db, reported.Url, RepositoryOrigins.Installation, reported, cancellationToken);
            (added.ForgeId, added.Name, added.DefaultBranch) = (reported.ForgeId, reported.Name, reported.DefaultBranch);
            return true;
        }
        var row = await registry.RowAsync(db, found, cancellationToken);
        switch (change)
        {
            case RepositoryChanges.Deleted:
                row.Paused = PauseReasons.Deleted;
                return true;
            case RepositoryChanges.Archived:
                row.Paused ??= PauseReasons.Archived;
                return true;
            case RepositoryChanges.Unarchived:
                if (row.Paused == PauseReasons.Archived) row.Paused = null;
                return true;
            case RepositoryChanges.Installed:
                // it is there, whatever was said before; that it is archived is not said here
                var again = row.Paused is not null and not PauseReasons.Archived;
                if (again) (row.Paused, row.MissingSince) = (null, null);
                return again;
            case RepositoryChanges.Uninstalled when row.AddedBy == RepositoryOrigins.Installation && found.Setting is null:
                db.RegisteredRepositories.Remove(row);
                return true;
            case RepositoryChanges.Uninstalled:
                row.Paused ??= PauseReasons.Uninstalled;
                return true;
            default:
                return false;
        }
    }

    private static ForgeAnswer Accepted(string reason) => new(Dispositions.Accepted, reason);

    private static ForgeAnswer NotRegistered(IReadOnlyList<TriggerRepository> reported) =>
        new(Dispositions.Ignored, reported.Count == 1 ? $"{reported[0].Name} is not registered" : $"none of {reported.Count} repositories is registered");
}

using System.Text.Json;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Orchestrator.Triggers;

namespace Charterhouse.Orchestrator.Api;

/// <summary>A run that a command made or went on with.</summary>
public sealed record RunReference(string RunId);

/// <summary>A page of the list.</summary>
/// <param name="NextCursor">For the next page; null at the end.</param>
public sealed record RunPage(IReadOnlyList<RunSummary> Runs, string? NextCursor);

/// <summary>Body of <c>POST …/cancel</c>.</summary>
public sealed record CancelRequest(string? Reason, string? Actor);

/// <summary>Answer to <c>POST …/cancel</c>.</summary>
/// <param name="Cancelling">False when the run had ended already.</param>
public sealed record CancelReply(string RunId, bool Cancelling);

/// <summary>Body of <c>POST …/resume</c> and <c>POST …/fork</c>.</summary>
/// <param name="Checkpoint">For a fork: the sequence number; null for the last.</param>
/// <param name="Update">Channels to change first.</param>
/// <param name="AsStep">The step in whose name they are changed.</param>
public sealed record ContinueRequest(long? Checkpoint, IReadOnlyDictionary<string, JsonElement>? Update, string? AsStep, WorkflowSource? Workflow, int? RecursionLimit);

/// <summary>Body of <c>POST …/dismiss</c> and <c>POST …/reopen</c>.</summary>
/// <param name="Author">Who decides.</param>
/// <param name="Repository">Its id, its name or its URL; needed when several repositories have the finding.</param>
public sealed record DecisionRequest(string? Reason, string? Author, string? Repository);

/// <summary>What recurs, by name.</summary>
public sealed record ScheduleList(IReadOnlyList<ScheduleView> Schedules);

/// <summary>The registered repositories, by target.</summary>
public sealed record RepositoryList(IReadOnlyList<RepositoryView> Repositories);

/// <summary>Body of <c>POST /api/v1/repositories</c> and of <c>…/set</c>.</summary>
/// <param name="Actor">Who asks for it, for people.</param>
/// <param name="Rules">Rules of triggers that deviate from those of the configuration.</param>
/// <param name="Schedule">When it is analysed beside the audit; <c>off</c> for never.</param>
/// <param name="Reset">First forgets the rules and times that it had.</param>
public sealed record RepositoryRequest(string Target, string? Actor, TriggerRuleOverrides? Rules = null, string? Schedule = null, bool Reset = false)
{
    internal RepositoryWishes Wishes => new() { Rules = Rules, Schedule = Schedule, Reset = Reset };
}

/// <summary>Answer to <c>DELETE /api/v1/repositories</c>.</summary>
/// <param name="Removed">False when it was not registered.</param>
public sealed record RepositoryRemoval(string Target, bool Removed);

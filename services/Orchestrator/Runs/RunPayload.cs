using Charterhouse.Contracts.Runs;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>What a run was asked to do.</summary>
internal sealed record RunPayload
{
    public required RunTrigger Trigger { get; init; }
    /// <summary>Where it started from, when not from its input.</summary>
    public StartPointNote? From { get; init; }
    public int? RecursionLimit { get; init; }
}

/// <summary>A start point without its update, which the checkpoint holds.</summary>
/// <param name="Steered">An update was made; the first plan follows from it.</param>
internal sealed record StartPointNote(string ThreadId, long Seq, bool Fork, bool Steered, string? AsStep);

/// <summary>How a run ended.</summary>
internal sealed record RunResult(RunError? Error, int? CharterVersion);

/// <summary>What the row of a run says of its repository, so that lists need not load state.</summary>
internal sealed record RunSubject(string Name, string? Url, string? DefaultBranch, string HeadSha, IReadOnlyList<string>? Notes);

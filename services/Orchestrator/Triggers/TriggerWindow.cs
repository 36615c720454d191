using Charterhouse.Platform.Persistence;
using MassTransit;

namespace Charterhouse.Orchestrator.Triggers;

/// <summary>A row in <c>trigger_windows</c>: collects the events of a branch or a pull request, so that a burst of them leads to one run.</summary>
internal sealed class TriggerWindow : SagaStateMachineInstance, ISagaVersion
{
    /// <summary>See <c>TriggerLine.WindowOf</c>.</summary>
    public Guid CorrelationId { get; set; }
    public int Version { get; set; }
    /// <summary>The state's name; stored in lower case.</summary>
    public string Status { get; set; } = "";
    /// <summary><c>owner/name</c>, for people.</summary>
    public string Repository { get; set; } = "";
    /// <summary>The branch or the pull request, see <c>TriggerLine</c>.</summary>
    public string Line { get; set; } = "";
    /// <summary>When the window closes; null while it is not open.</summary>
    public DateTimeOffset? DueAt { get; set; }
    /// <summary>The run that was asked for last; null for none.</summary>
    public string? LastRunId { get; set; }
    /// <summary>The head that the event of that run named.</summary>
    public string? LastHeadSha { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

using Charterhouse.Contracts.Runs;

namespace Charterhouse.Orchestrator.Runs;

/// <summary>The two spellings of a state: the machine's (<c>Queued</c>) and the tables' (<c>queued</c>).</summary>
internal static class RunStates
{
    private static readonly Dictionary<string, string> Names = new[]
        {
            RunStatus.Queued, RunStatus.Running, RunStatus.Cancelling, RunStatus.Published, RunStatus.Failed, RunStatus.Cancelled, RunStatus.Expired,
        }
        .ToDictionary(status => status, status => char.ToUpperInvariant(status[0]) + status[1..], StringComparer.Ordinal);

    /// <summary>The machine's name of a stored status.</summary>
    public static string NameOf(string status) => Names.TryGetValue(status, out var name) ? name : status;
}

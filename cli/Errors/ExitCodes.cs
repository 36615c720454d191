using Charterhouse.Contracts.Runs;

namespace Charterhouse.Cli.Errors;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    /// <summary>What was typed or configured is wrong; nothing was begun.</summary>
    public const int Usage = 2;
    /// <summary>A run was cancelled, or the command was interrupted.</summary>
    public const int Cancelled = 3;

    /// <summary>A server wants a token, or another one.</summary>
    public const int Unauthorized = 4;

    /// <summary>Every run is published, and <c>--fail-on</c> found findings.</summary>
    public const int Findings = 6;

    /// <summary>The code for runs that ended: a failure counts more than a cancellation.</summary>
    public static int Of(IReadOnlyCollection<string> statuses) =>
        statuses.Any(status => status is not (RunStatus.Published or RunStatus.Cancelled)) ? Failed
        : statuses.Contains(RunStatus.Cancelled, StringComparer.Ordinal) ? Cancelled
        : Ok;
}

namespace Charterhouse.Platform.Http;

/// <summary>A request that cannot be met, for a reason that the asker can see to.</summary>
/// <param name="code">Stable, lower snake case: <c>run_not_found</c>, <c>invalid_request</c> …</param>
/// <param name="message">What is wrong, a sentence.</param>
/// <param name="remedy">What to do about it; null for nothing.</param>
public class RequestException(string code, string message, string? remedy = null) : Exception(message)
{
    /// <summary>Stable, lower snake case.</summary>
    public string Code { get; } = code;

    /// <summary>What to do about it; null for nothing.</summary>
    public string? Remedy { get; } = remedy;
}

namespace Charterhouse.Platform.Http;

/// <summary>An error as RFC 9457 problem+json.</summary>
/// <param name="Code">Stable, lower snake case.</param>
/// <param name="Detail">What went wrong, a sentence.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ApiProblem(string Title, int Status, string Code, string Detail, string? Remedy);

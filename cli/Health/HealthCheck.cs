namespace Charterhouse.Cli.Health;

/// <summary>Something that was looked at.</summary>
/// <param name="Name"><c>data_folder</c>, <c>database</c> or <c>git</c>.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Fix">What to do when it is not healthy.</param>
internal sealed record HealthCheck(string Name, bool Healthy, string Detail, string? Fix = null);

namespace Charterhouse.Contracts.Triggers;

/// <summary>Asks RepoSync to look which deliveries of the forge's webhook never arrived, and to have them sent again. Sent with every firing of the schedule <c>deliveries</c>; a lost one is made up for by the next.</summary>
/// <param name="AskedAt">When the schedule fired.</param>
public sealed record SweepDeliveries(DateTimeOffset AskedAt);

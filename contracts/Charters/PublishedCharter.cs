using Charterhouse.Contracts.Serialization;

namespace Charterhouse.Contracts.Charters;

/// <summary>What a report left behind: the value of the channel <c>charter</c>.</summary>
/// <param name="Version">0 for the report on a change.</param>
/// <param name="Document">Reference to charter.json.</param>
/// <param name="Changes">What changed since the version before, one sentence each; null for the first and for a change.</param>
/// <param name="Sarif">Reference to the findings as SARIF; null in reports of older versions of this program.</param>
public sealed record PublishedCharter(string RepositoryId, int Version, BlobReference Document, BlobReference Markdown, IReadOnlyList<string>? Changes, BlobReference? Sarif = null);

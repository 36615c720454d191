using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Triggers;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Platform.Git;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Charterhouse.Orchestrator.Charters;

/// <summary>What another system says of an artifact.</summary>
/// <param name="State">How it stands, in the provider's word; null for nothing.</param>
internal sealed record ArtifactReport(string? State, string EventId, DateTimeOffset ReceivedAt);

/// <summary>Another system made something for a run, or says how it stands: a row among the run's artifacts, newest word last.</summary>
internal sealed partial class ArtifactReportedConsumer(ForgeEvents events, TimeProvider time) : IConsumer<ArtifactReported>
{
    private const int LongestState = 200;

    public Task Consume(ConsumeContext<ArtifactReported> context) =>
        events.AnswerAsync(context.Message.EventId, context.Message.ReceivedAt, (db, token) => AnswerAsync(db, context.Message, token), context.CancellationToken);

    private async Task<ForgeAnswer> AnswerAsync(OrchestratorDbContext db, ArtifactReported message, CancellationToken cancellationToken)
    {
        if (Problem(message) is { } problem) return new ForgeAnswer(Dispositions.Failed, problem);
        if (await RunAsync(db, message.Key, cancellationToken) is not { } run) return new ForgeAnswer(Dispositions.Ignored, "there is no run of that id or commit");
        var report = new ArtifactReport(message.State, message.EventId, message.ReceivedAt);
        var row = await db.Artifacts.AsTracking().FirstOrDefaultAsync(made => made.RunId == run && made.Type == message.Type, cancellationToken);
        if (row is { Provider: ArtifactFiles.House }) return new ForgeAnswer(Dispositions.Failed, $"{message.Type} is the house's own artifact", run);
        if (row is not null && JsonSerializer.Deserialize<ArtifactReport>(row.Metadata, CanonicalJson.Options) is { } last && last.ReceivedAt > message.ReceivedAt)
            return new ForgeAnswer(Dispositions.Expired, $"a newer report of {message.Type} was there before", run);
        if (row is null)
        {
            row = new ArtifactRow { RunId = run, Type = message.Type, Provider = message.Provider, MediaType = "", Url = message.Url ?? "", Metadata = "", CreatedAt = time.GetUtcNow() };
            db.Artifacts.Add(row);
        }
        (row.Provider, row.Url, row.Metadata) = (message.Provider, message.Url ?? row.Url, JsonSerializer.Serialize(report, CanonicalJson.Options));
        return new ForgeAnswer(Dispositions.Accepted, $"artifact {message.Type} of the run{(message.State is null ? "" : $": {message.State}")}", run);
    }

    private static string? Problem(ArtifactReported message)
    {
        if (!TypeName().IsMatch(message.Type)) return "the artifact's type is no name of lower case letters, digits, '.', '_' and '-'";
        if (message.Type.StartsWith(ArtifactFiles.Stem, StringComparison.Ordinal)) return $"{message.Type} is the house's own artifact";
        if (message.Url is { } url && (!HttpsTarget.IsOne(url) || url.Any(char.IsControl))) return "the artifact's address is no https URL without a user";
        return message.State is { } state && (state.Length > LongestState || state.Any(char.IsControl))
            ? string.Create(CultureInfo.InvariantCulture, $"the artifact's state is longer than {LongestState} characters or has control characters") : null;
    }

    /// <summary>The run of that id, else the newest that analysed the commit; null when there is none.</summary>
    private static async Task<string?> RunAsync(OrchestratorDbContext db, string key, CancellationToken cancellationToken)
    {
        if (RunId.TryParse(key, out var id))
            return await db.Runs.Where(run => run.CorrelationId == id.Value).Select(run => run.RunId).FirstOrDefaultAsync(cancellationToken);
        var sha = key.ToLowerInvariant();
        return Commit().IsMatch(sha)
            ? await db.Runs.Where(run => run.HeadSha == sha).OrderByDescending(run => run.CreatedAt).Select(run => run.RunId).FirstOrDefaultAsync(cancellationToken)
            : null;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,99}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypeName();

    [GeneratedRegex("^(?:[0-9a-f]{40}|[0-9a-f]{64})$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Commit();
}

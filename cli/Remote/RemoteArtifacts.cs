using Charterhouse.Contracts.Runs;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Remote;

/// <summary>The files that a server's runs made.</summary>
internal sealed class RemoteArtifacts(ApiClient api) : IArtifactReader
{
    public async Task<ArtifactContent?> ReadAsync(RunId run, string type, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, PathOf(run.ToString(), type));
            using var response = await api.AskAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            return new ArtifactContent(response.Content.Headers.ContentType?.ToString() ?? "application/octet-stream", await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (RunRequestException problem) when (problem.Code == "artifact_not_found")
        {
            return null;
        }
    }

    /// <summary>Where a run's file is, below the API's address.</summary>
    public static string PathOf(string run, string type) => $"runs/{Uri.EscapeDataString(run)}/artifacts/{Uri.EscapeDataString(type)}";
}

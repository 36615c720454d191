using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Charterhouse.Cli.Health;

namespace Charterhouse.Cli.Doctor;

/// <summary>A server as one of its clients sees it: does it answer, is it ready, does it take the token, what is its time.</summary>
internal static class ServerChecks
{
    public static async Task<IReadOnlyList<HealthCheck>> RunAsync(Uri server, string? token, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(15) };
        var checks = new List<HealthCheck>();
        try
        {
            using var ready = await client.GetAsync(new Uri("health/ready", UriKind.Relative), cancellationToken);
            checks.Add(new HealthCheck("server", true, $"{server.GetLeftPart(UriPartial.Authority)} answers"));
            checks.AddRange(Ready(await ready.Content.ReadAsStringAsync(cancellationToken), ready.StatusCode));
            if (ready.Headers.Date is { } there) checks.Add(DoctorChecks.JudgeClock(there - time.GetUtcNow(), "the server's"));
            if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var runs = await client.GetAsync(new Uri("api/v1/runs?limit=1", UriKind.Relative), cancellationToken);
            checks.Add(runs.StatusCode switch
            {
                HttpStatusCode.OK => new HealthCheck("access", true, token is null ? "without a token" : "with the token"),
                HttpStatusCode.Unauthorized => new HealthCheck("access", false, token is null ? "the server wants a token" : "the server refuses the token", "Set CHARTER_API_TOKEN to the server's token."),
                HttpStatusCode.NotFound => new HealthCheck("access", false, "there is no run API at this address", "Give the address of a process that runs the Orchestrator."),
                var status => new HealthCheck("access", false, $"the run API answers {(int)status}", "Look into the server's log."),
            });
        }
        catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            checks.Add(new HealthCheck("server", false, $"{server.GetLeftPart(UriPartial.Authority)} does not answer: {problem.Message}", "Check --server or CHARTER_SERVER, and that the server runs."));
        }
        return checks;
    }

    private static IEnumerable<HealthCheck> Ready(string body, HttpStatusCode status)
    {
        const string fix = "Run charter doctor on the server's machine; its log says more.";
        try
        {
            using var document = JsonDocument.Parse(body);
            return [.. document.RootElement.GetProperty("checks").EnumerateArray().Select(check => new HealthCheck(
                "server " + check.GetProperty("name").GetString(), check.GetProperty("healthy").GetBoolean(), check.GetProperty("detail").GetString() ?? "", fix))];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return [new HealthCheck("server health", false, $"/health/ready answers {(int)status} with something that charter does not understand", "Check that the address is a charter's.")];
        }
    }
}

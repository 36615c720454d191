namespace Charterhouse.Platform.Hosting;

/// <summary>Asks the service of this machine whether it lives: a container's health check, whose image then needs no other program.</summary>
internal static class HealthProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The exit code: 0 when <c>/health/live</c> answers, else 1 with the reason on standard error.</summary>
    /// <param name="urls">Where the service listens, as it was told itself.</param>
    public static async Task<int> RunAsync(string urls)
    {
        var place = AddressOf(urls.Split(';')[0]);
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
            using var answer = await client.GetAsync(place);
            if (answer.IsSuccessStatusCode) return 0;
            await Console.Error.WriteLineAsync($"{place} answers {(int)answer.StatusCode}");
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{place} does not answer: {problem.Message}");
        }
        return 1;
    }

    // What listens on every address also listens on loopback.
    internal static Uri AddressOf(string url)
    {
        var place = new UriBuilder(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal)) { Path = "/health/live" };
        if (place.Host is "0.0.0.0") place.Host = "127.0.0.1";
        else if (place.Host is "[::]") place.Host = "[::1]";
        return place.Uri;
    }
}

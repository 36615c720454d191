using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Remote;
using Charterhouse.Cli.Terminal;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Ingest;
using Charterhouse.Ingest.Events;
using Charterhouse.Ingest.Providers;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Http;

namespace Charterhouse.Cli.Events;

/// <summary><c>charter events send FILE</c>: a delivery by hand, signed as the forge would.</summary>
internal static class EventsSendCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static Command Create(CliContext context)
    {
        var file = new Argument<string>("file") { Description = "A payload (JSON), or - for standard input" };
        var provider = new Option<string>("--provider") { Description = "Whose payload it is: github, gitlab or a configured name (default: github)", HelpName = "NAME", DefaultValueFactory = _ => "github" };
        var name = new Option<string>("--event") { Description = "The event's name, as the forge says it: push, pull_request, 'Push Hook' … (default: push)", HelpName = "NAME", DefaultValueFactory = _ => "push" };
        var delivery = new Option<string>("--delivery") { Description = "The delivery's id; the same one twice is one delivery (default: a new one)", HelpName = "ID" };
        var json = CommonOptions.Json();
        var command = new Command("send", "Signs a payload with this machine's secret and sends it to a serving house") { file, provider, name, delivery, json };
        command.SetAction(async (parsed, _) =>
        {
            var options = context.Load(parsed).Options;
            var body = await ReadAsync(parsed.GetRequiredValue(file), context.Interrupted);
            var id = parsed.GetValue(delivery) ?? Guid.NewGuid().ToString();
            var sender = parsed.GetRequiredValue(provider);
            var headers = DeliverySigner.Sign(options, sender, parsed.GetRequiredValue(name), id, body);
            var (reply, text) = await PostAsync(options, sender, headers, body, context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(text);
            else context.Terminal.Print($"{TerminalText.Line(reply.EventId)}  {TerminalText.Line(reply.Disposition)}{(reply.Reason.Length > 0 ? ": " + TerminalText.Line(reply.Reason) : "")}");
            context.Terminal.Note($"see what becomes of it: {context.NextCommand(parsed, "events show " + TerminalText.Line(reply.EventId))}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<(DeliveryReply Reply, string Text)> PostAsync(CharterOptions options, string provider, IReadOnlyDictionary<string, string> headers, byte[] body, CancellationToken cancellationToken)
    {
        // a house that serves on every address is reached on this machine's own
        var server = options.Server ?? new Uri(options.Urls.Split(';')[0].Replace("//*", "//127.0.0.1", StringComparison.Ordinal).Replace("//+", "//127.0.0.1", StringComparison.Ordinal).Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal));
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.AbsoluteUri.TrimEnd('/') + "/webhooks/" + Uri.EscapeDataString(provider))) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.StatusCode == HttpStatusCode.Accepted) return (JsonSerializer.Deserialize<DeliveryReply>(text, CanonicalJson.Options)!, text);
            var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonSerializer.Deserialize<ApiProblem>(text, CanonicalJson.Options) : null;
            throw new ServerException($"the server answered {(int)response.StatusCode}: {problem?.Detail ?? response.ReasonPhrase}", problem?.Remedy ?? "See what the server logs.", unauthorized: response.StatusCode == HttpStatusCode.Unauthorized);
        }
        catch (HttpRequestException problem)
        {
            throw new ServerException($"the server {server.GetLeftPart(UriPartial.Authority)} cannot be reached: {problem.Message}", "Start one with: charter serve, or name one with --server.");
        }
        catch (JsonException problem)
        {
            throw new ServerException($"the server {server.GetLeftPart(UriPartial.Authority)} answered with something that charter does not understand: {problem.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerException($"the server {server.GetLeftPart(UriPartial.Authority)} did not answer in time");
        }
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var body = new MemoryStream();
            var buffer = new byte[81920];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                if (body.Length > IngestOptions.MaxBodyBytes) throw new UsageException($"the payload is larger than {IngestOptions.MaxBodyBytes} bytes, which no server takes", "Send a smaller one.");
            }
            return body.ToArray();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the payload '{file}' cannot be read: {problem.Message}", "Name a readable file, or - for standard input.");
        }
    }
}

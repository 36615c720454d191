using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Charterhouse.Testing;

/// <summary>Answers a request with git's own server, <c>git http-backend</c>, by the rules of CGI (RFC 3875).</summary>
internal static class GitHttpBackend
{
    /// <summary>Runs it for a request. Its body is copied as it comes, or handed to <paramref name="body"/>.</summary>
    public static async Task AnswerAsync(HttpContext context, string root, bool filters, Func<Stream, Task>? body)
    {
        using var process = Process.Start(Describe(context.Request, root, filters)) ?? throw new InvalidOperationException("git did not start");
        var cancelled = context.RequestAborted;
        await using var killing = cancelled.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(cancelled);
        // Both ways at once: a backend that waits for its answer to be read reads no more of the question.
        var asking = SendAsync(context.Request, process, cancelled);
        await using var output = new BufferedStream(process.StandardOutput.BaseStream);
        await ReadHeadersAsync(context.Response, output, cancelled);
        if (body is null) await output.CopyToAsync(context.Response.Body, cancelled);
        else await body(output);
        await asking;
        await process.WaitForExitAsync(cancelled);
        await errors;
    }

    private static ProcessStartInfo Describe(HttpRequest request, string root, bool filters)
    {
        var start = new ProcessStartInfo("git", ["http-backend"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(inherited);
        start.Environment["HOME"] = "/nonexistent";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_COUNT"] = "1";
        start.Environment["GIT_CONFIG_KEY_0"] = "uploadpack.allowFilter";
        start.Environment["GIT_CONFIG_VALUE_0"] = filters ? "true" : "false";
        start.Environment["GIT_PROJECT_ROOT"] = root;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["REQUEST_METHOD"] = request.Method;
        start.Environment["PATH_INFO"] = request.Path.Value;
        start.Environment["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?');
        start.Environment["CONTENT_TYPE"] = request.ContentType;
        start.Environment["REMOTE_ADDR"] = request.HttpContext.Connection.RemoteIpAddress?.ToString();
        // A chunked question has no length: the backend then reads to its end.
        if (request.ContentLength is { } length) start.Environment["CONTENT_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        if (request.Headers.ContentEncoding.Count > 0) start.Environment["HTTP_CONTENT_ENCODING"] = request.Headers.ContentEncoding.ToString();
        if (request.Headers.TryGetValue("Git-Protocol", out var protocol)) start.Environment["HTTP_GIT_PROTOCOL"] = protocol.ToString();
        return start;
    }

    private static async Task SendAsync(HttpRequest request, Process process, CancellationToken cancelled)
    {
        try
        {
            await request.Body.CopyToAsync(process.StandardInput.BaseStream, cancelled);
        }
        catch (IOException)
        {
            // it ended before it read everything; what it answered says why
        }
        finally
        {
            process.StandardInput.Close();
        }
    }

    private static async Task ReadHeadersAsync(HttpResponse response, Stream output, CancellationToken cancelled)
    {
        while (await ReadLineAsync(output, cancelled) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase)) response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            else response.Headers.Append(name, value);
        }
    }

    private static async Task<string> ReadLineAsync(Stream output, CancellationToken cancelled)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await output.ReadAsync(one, cancelled) > 0 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r');
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Charterhouse.Testing;

/// <summary>How <see cref="HttpsGitServer"/> misbehaves.</summary>
public enum GitServerFault
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>401 with a challenge, as for a private repository.</summary>
    Unauthorized,
    /// <summary>500.</summary>
    ServerError,
    /// <summary>302 to the same path of another host name, which this server would answer too.</summary>
    Redirect,
    /// <summary>200 with a page, as from a site that is no forge.</summary>
    WebPage,
    /// <summary>Takes the request and never answers.</summary>
    Hang,
    /// <summary>Sends half of the pack, then drops the connection.</summary>
    CutPack,
    /// <summary>Sends half of the pack, then nothing more.</summary>
    HangInPack,
}

/// <summary>
/// A forge of a test's own: real git behind https, with a certificate that only its own <see cref="CertificateAuthorities"/> vouch for.
/// </summary>
public sealed class HttpsGitServer : IAsyncDisposable
{
    /// <summary>A name that no resolver knows, but the certificate does.</summary>
    public const string UnknownName = "forge.example";

    private const int SmallPack = 64 * 1024;

    private readonly TemporaryFolder folder = new("charter forge");
    private readonly TaskCompletionSource dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<string> requests = new();
    private readonly ConcurrentQueue<string> authorizations = new();
    private readonly X509Certificate2 certificate;
    private readonly WebApplication app;

    private HttpsGitServer(IPAddress address, HttpProtocols protocols)
    {
        (certificate, var authority) = TestCertificates.Create("127.0.0.1", "::1", "localhost", UnknownName);
        CertificateAuthorities = folder.Write("authority.pem", authority);
        Directory.CreateDirectory(Root);
        // Empty: nothing of the machine's ASPNETCORE_ variables or of a settings file takes part.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(address, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(certificate);
        }));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary><c>https://127.0.0.1:port</c></summary>
    public string Url => app.Urls.Single();

    /// <summary>The port.</summary>
    public int Port => new Uri(Url).Port;

    /// <summary>A PEM file with the authority that signed the certificate.</summary>
    public string CertificateAuthorities { get; }

    /// <summary>What happens to the next requests.</summary>
    public GitServerFault Fault { get; set; }

    /// <summary>Answers an address without <c>.git</c> with 301 to the one with it, as GitLab does, or with 404; null serves it.</summary>
    public int? WithoutSuffix { get; set; }

    /// <summary>Answers every request with this status instead; null answers as it should.</summary>
    public int? Status { get; set; }

    /// <summary>False makes it a server that cannot leave contents out.</summary>
    public bool Filters { get; set; } = true;

    /// <summary>The only user (<c>name:secret</c>) that may read; null for everybody.</summary>
    public string? User { get; set; }

    /// <summary>True answers 401 to whoever shows any credentials, as forges do to a token that has expired, even for what everybody may read.</summary>
    public bool RefusesCredentials { get; set; }

    /// <summary>What is said, with 403, to whoever is refused, as some servers repeat what they were sent; null for 401 and nothing.</summary>
    public Func<HttpRequest, string>? Refusal { get; set; }

    /// <summary>The host and the <c>Authorization</c> of every request that had one.</summary>
    public IReadOnlyCollection<string> Authorizations => authorizations;

    /// <summary>Every request so far: method, host name and path, and <c>gzip</c> where its body was compressed.</summary>
    public IReadOnlyCollection<string> Requests => requests;

    /// <summary>Ends when a request has been left hanging.</summary>
    public Task Hangs => hanging.Task;

    /// <summary>Ends when the client of a request that hangs has dropped its connection, because it gave up or died.</summary>
    public Task ClientGone => dropped.Task;

    private string Root => folder.File("repositories");

    /// <summary>Starts one on a free port.</summary>
    /// <param name="address">127.0.0.1 when null.</param>
    /// <param name="protocols">The HTTP versions that are offered.</param>
    public static async Task<HttpsGitServer> StartAsync(IPAddress? address = null, HttpProtocols protocols = HttpProtocols.Http1AndHttp2, CancellationToken cancellationToken = default)
    {
        var server = new HttpsGitServer(address ?? IPAddress.Loopback, protocols);
        try
        {
            await server.app.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Pushes all branches and tags of a repository to a bare one of the server, which is made when it is not there; forced, and pruned.</summary>
    /// <param name="name">The bare repository's path on the server, without <c>.git</c>.</param>
    /// <returns>Its URL.</returns>
    public string Publish(GitRepository source, string name = "team/project")
    {
        var bare = FolderOf(name);
        if (!Directory.Exists(bare)) GitCommand.Run(Root, ["init", "--quiet", "--bare", "--", bare]);
        source.Git("push", "--quiet", "--force", "--prune", bare, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*");
        GitCommand.Run(bare, ["symbolic-ref", "HEAD", source.Git("symbolic-ref", "HEAD").Trim()]);
        return $"{Url}/{name}";
    }

    /// <summary>Where the bare repository of a path lies.</summary>
    public string FolderOf(string name) => Path.Combine(Root, name + ".git");

    private Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        requests.Enqueue($"{request.Method} {request.Host.Host} {request.Path} {request.Headers.ContentEncoding}".TrimEnd());
        if (request.Headers.Authorization.Count > 0) authorizations.Enqueue($"{request.Host.Host} {request.Headers.Authorization}");
        // A rule of the forge's own paths, before it looks at anything else.
        if (WithoutSuffix is { } status && request.Path.Value is { } path && !path.Contains(".git/", StringComparison.Ordinal))
        {
            var end = path.LastIndexOf(path.EndsWith("/info/refs", StringComparison.Ordinal) ? "/info/refs" : "/git-upload-pack", StringComparison.Ordinal);
            response.StatusCode = status;
            if (status == StatusCodes.Status301MovedPermanently) response.Headers.Location = $"{Url}{path[..end]}.git{path[end..]}{request.QueryString}";
            return Task.CompletedTask;
        }
        if (Status is { } answer)
        {
            response.StatusCode = answer;
            return response.WriteAsync("Repository not found", context.RequestAborted);
        }
        if (RefusesCredentials && request.Headers.Authorization.Count > 0)
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            response.Headers.WWWAuthenticate = "Basic realm=\"forge\"";
            return Task.CompletedTask;
        }
        if (User is { } user && request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(user)))
        {
            response.StatusCode = Refusal is null ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
            if (Refusal is null) response.Headers.WWWAuthenticate = "Basic realm=\"forge\"";
            response.ContentType = "text/plain";
            return response.WriteAsync(Refusal?.Invoke(request) ?? "", context.RequestAborted);
        }
        switch (Fault)
        {
            case GitServerFault.Unauthorized:
                response.StatusCode = StatusCodes.Status401Unauthorized;
                response.Headers.WWWAuthenticate = "Basic realm=\"forge\"";
                return Task.CompletedTask;
            case GitServerFault.ServerError:
                response.StatusCode = StatusCodes.Status500InternalServerError;
                return response.WriteAsync("the upstream was not found", context.RequestAborted);
            case GitServerFault.Redirect:
                response.Redirect($"https://localhost:{Port}{request.Path}{request.QueryString}");
                return Task.CompletedTask;
            case GitServerFault.WebPage:
                response.ContentType = "text/html";
                return response.WriteAsync("<html>\nnot a forge\n</html>\n", context.RequestAborted);
            case GitServerFault.Hang:
                return HangAsync(context);
        }
        return GitHttpBackend.AnswerAsync(context, Root, Filters, Fault == GitServerFault.None ? null : body => HalfAsync(context, body));
    }

    /// <summary>Passes on what is not a pack, or a small one (commits without contents); of any other only the first half.</summary>
    private async Task HalfAsync(HttpContext context, Stream body)
    {
        using var memory = new MemoryStream();
        await body.CopyToAsync(memory, context.RequestAborted);
        var bytes = memory.GetBuffer().AsMemory(0, (int)memory.Length);
        var pack = bytes.Span.IndexOf("packfile\n"u8);
        if (pack < 0 || bytes.Length < SmallPack)
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            return;
        }
        await context.Response.Body.WriteAsync(bytes[..(pack + ((bytes.Length - pack) / 2))], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (Fault == GitServerFault.HangInPack) await HangAsync(context);
        else context.Abort();
    }

    private async Task HangAsync(HttpContext context)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gone = context.RequestAborted.Register(() =>
        {
            dropped.TrySetResult();
            over.TrySetResult();
        });
        await using var end = stopping.Token.Register(() => over.TrySetResult());
        hanging.TrySetResult();
        await over.Task;
        context.Abort(); // a broken connection, not an empty answer
    }

    /// <summary>Stops it; what hangs is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await app.DisposeAsync();
        stopping.Dispose();
        certificate.Dispose();
        folder.Dispose();
    }
}

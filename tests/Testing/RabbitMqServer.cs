using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;

namespace Charterhouse.Testing;

/// <summary>
/// A private RabbitMQ on loopback with folders and ports of its own, as a child process that a test may kill and start again. Without
/// RabbitMQ on the machine tests are skipped locally and fail when <c>CI=true</c>.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private const string User = "tests";
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static RabbitMqServer? shared;
    private static int hosts;

    private readonly string folder;
    private readonly string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
    private readonly int distribution = Ports.Free();
    private readonly int mapper = Ports.Free();
    private Process? process;

    private RabbitMqServer(string folder) => this.folder = folder;

    /// <summary>Why there is no RabbitMQ here, or null.</summary>
    public static string? Unavailable { get; } = FindPrograms() is null ? "RabbitMQ is not installed (looked for /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin)" : null;

    /// <summary>The AMQP port.</summary>
    public int Port { get; } = Ports.Free();

    /// <summary>Whether it was started and has not ended.</summary>
    public bool Runs => process is { HasExited: false };

    /// <summary>The process that was started, the parent of the broker's own; null when it does not run.</summary>
    public int? ProcessId => Runs ? process!.Id : null;

    /// <summary>The port of the management API and UI.</summary>
    public int ManagementPort { get; } = Ports.Free();

    /// <summary>The broker of this test process, started at the first use, stopped at the process's end.</summary>
    public static async Task<RabbitMqServer> SharedAsync(CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (shared is null)
            {
                shared = await StartNewAsync(cancellationToken);
                AppDomain.CurrentDomain.ProcessExit += static (_, _) => shared.Stop();
            }
            return shared;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>A broker of the caller's own.</summary>
    public static async Task<RabbitMqServer> StartNewAsync(CancellationToken cancellationToken)
    {
        if (Unavailable is { } reason)
            throw Environment.GetEnvironmentVariable("CI") == "true" ? new InvalidOperationException(reason) : TestDatabase.Skipped(reason);
        var server = new RabbitMqServer(Directory.CreateTempSubdirectory("charter-rabbitmq-").FullName);
        server.Configure();
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>The URL of a new, empty virtual host.</summary>
    public async Task<string> CreateHostAsync(CancellationToken cancellationToken)
    {
        var name = $"test{Interlocked.Increment(ref hosts)}";
        using var client = Management();
        (await client.PutAsync(new Uri($"/api/vhosts/{name}", UriKind.Relative), null, cancellationToken)).EnsureSuccessStatusCode();
        using var rights = new StringContent("""{"configure":".*","write":".*","read":".*"}""", Encoding.UTF8, "application/json");
        (await client.PutAsync(new Uri($"/api/permissions/{name}/{User}", UriKind.Relative), rights, cancellationToken)).EnsureSuccessStatusCode();
        return Url(name);
    }

    /// <summary>Makes the hosts, users and rights of a file of definitions.</summary>
    public async Task DefineAsync(string definitions, CancellationToken cancellationToken)
    {
        using var client = Management();
        using var body = new StringContent(definitions, Encoding.UTF8, "application/json");
        (await client.PostAsync(new Uri("/api/definitions", UriKind.Relative), body, cancellationToken)).EnsureSuccessStatusCode();
    }

    /// <summary>A bus of a test's own: in memory with SQLite, an empty virtual host of the shared broker with PostgreSQL.</summary>
    public static async Task<BusSettings> CreateBusAsync(DatabaseProvider database, CancellationToken cancellationToken) => database == DatabaseProvider.Sqlite
        ? BusSettings.InMemory
        : BusSettings.ForRabbitMq(await (await SharedAsync(cancellationToken)).CreateHostAsync(cancellationToken));

    /// <summary>The URL of a virtual host.</summary>
    public string Url(string host) => $"amqp://{User}:{password}@127.0.0.1:{Port}/{host}";

    /// <summary>A client of the management API.</summary>
    public HttpClient Management()
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ManagementPort}") };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{password}")));
        return client;
    }

    /// <summary>Runs <c>rabbitmqctl</c>.</summary>
    public async Task<string> ControlAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = StartOf("rabbitmqctl");
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var control = Process.Start(start)!;
        var error = control.StandardError.ReadToEndAsync(cancellationToken);
        var output = await control.StandardOutput.ReadToEndAsync(cancellationToken);
        await control.WaitForExitAsync(cancellationToken);
        return control.ExitCode == 0 ? output : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} ended with {control.ExitCode}: {await error}");
    }

    /// <summary>Starts it, or starts it again after <see cref="Kill"/> with what it had stored.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        process = Process.Start(StartOf("rabbitmq-server")) ?? throw new InvalidOperationException("rabbitmq-server did not start");
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.Holds("RabbitMQ accepts connections", AnswersAsync, TimeSpan.FromSeconds(90), cancellationToken);
    }

    /// <summary>kill -9, children included.</summary>
    public void Kill()
    {
        // The node by its own number too: it may have lost the script that started it, and would hold the port, the files and our pipes.
        var node = File.Exists(PidFile) && int.TryParse(File.ReadAllText(PidFile).Trim(), out var id) ? id : 0;
        process?.Kill(entireProcessTree: true);
        try
        {
            if (node > 0) Process.GetProcessById(node).Kill();
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
        {
            // it has ended
        }
        process?.WaitForExit();
        File.Delete(PidFile); // its number may soon be another process's
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    /// <summary>Stops it and deletes what it stored.</summary>
    public void Stop()
    {
        if (process is null) return;
        Kill();
        process.Dispose();
        process = null;
        // the port mapper outlives the node; this one is ours, it listens on our port only
        using var stop = Process.Start(StartOf("epmd-stop"))!;
        stop.WaitForExit(5000);
        Directory.Delete(folder, recursive: true);
    }

    private string PidFile => Path.Combine(folder, "rabbit.pid");

    private async Task<bool> AnswersAsync()
    {
        if (process is { HasExited: true }) throw new InvalidOperationException($"rabbitmq-server ended with {process.ExitCode}");
        try
        {
            using var client = Management();
            using var answer = await client.GetAsync(new Uri("/api/overview", UriKind.Relative));
            // Its own word that it listens: the management plugin is there first, and the port may be another program's.
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains($"\"protocol\":\"amqp\",\"ip_address\":\"127.0.0.1\",\"port\":{Port}", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Configure()
    {
        File.WriteAllText(Path.Combine(folder, ".erlang.cookie"), Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder, ".erlang.cookie"), UnixFileMode.UserRead); // Erlang refuses a cookie that others may read
        File.WriteAllText(Path.Combine(folder, "rabbitmq-env.conf"), "");
        File.WriteAllText(Path.Combine(folder, "advanced.config"), "[].");
        File.WriteAllText(Path.Combine(folder, "enabled_plugins"), "[rabbitmq_management].");
        File.WriteAllText(Path.Combine(folder, "rabbitmq.conf"), $"""
            listeners.tcp.default = 127.0.0.1:{Port}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {ManagementPort}
            default_user = {User}
            default_pass = {password}
            loopback_users = none
            vm_memory_high_watermark.absolute = 1GB
            disk_free_limit.absolute = 50MB
            log.console = false
            """);
    }

    private ProcessStartInfo StartOf(string program)
    {
        var programs = FindPrograms() ?? throw new InvalidOperationException(Unavailable);
        var start = program == "epmd-stop" ? new ProcessStartInfo("epmd", ["-kill"]) : new ProcessStartInfo(Path.Combine(programs, program));
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.WorkingDirectory = folder;
        const string loopback = "-kernel inet_dist_use_interface {127,0,0,1}";
        foreach (var (name, value) in new (string, string)[]
        {
            ("HOME", folder), ("LANG", "C.UTF-8"), ("RABBITMQ_CONF_ENV_FILE", Path.Combine(folder, "rabbitmq-env.conf")), ("RABBITMQ_NODENAME", $"charter{Port}@localhost"),
            ("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "mnesia")), ("RABBITMQ_LOG_BASE", Path.Combine(folder, "log")),
            ("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "rabbitmq.conf")), ("RABBITMQ_ADVANCED_CONFIG_FILE", Path.Combine(folder, "advanced.config")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "enabled_plugins")), ("RABBITMQ_PID_FILE", PidFile),
            ("RABBITMQ_DIST_PORT", $"{distribution}"), ("ERL_EPMD_ADDRESS", "127.0.0.1"), ("ERL_EPMD_PORT", $"{mapper}"),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", loopback), ("RABBITMQ_CTL_ERL_ARGS", loopback),
        })
            start.Environment[name] = value;
        return start;
    }

    private static string? FindPrograms() => Directory.Exists("/usr/lib/rabbitmq/lib")
        ? Directory.GetDirectories("/usr/lib/rabbitmq/lib", "rabbitmq_server-*").Select(version => Path.Combine(version, "sbin")).FirstOrDefault(Directory.Exists)
        : null;
}

using System.Diagnostics;
using Npgsql;

namespace Charterhouse.Testing;

/// <summary>A private PostgreSQL on loopback with a folder and a port of its own, as a child process that a test may kill and start again.</summary>
public sealed class PostgresInstance : IAsyncDisposable
{
    private readonly string binaries;
    private readonly string folder;
    private Process? process;

    private PostgresInstance(string binaries, string folder) => (this.binaries, this.folder) = (binaries, folder);

    /// <summary>Why there is no PostgreSQL here, or null.</summary>
    public static string? Unavailable { get; } = FindBinaries() is null ? "PostgreSQL is not installed (looked for /usr/lib/postgresql/*/bin)" : null;

    /// <summary>The port.</summary>
    public int Port { get; } = Ports.Free();

    /// <summary>Whether it was started and has not ended.</summary>
    public bool Runs => process is { HasExited: false };

    /// <summary>The process that was started, the parent of the server's own; null when it does not run.</summary>
    public int? ProcessId => Runs ? process!.Id : null;

    /// <summary>A server of the caller's own.</summary>
    /// <exception cref="InvalidOperationException">It does not start, or is not installed.</exception>
    public static async Task<PostgresInstance> StartNewAsync(CancellationToken cancellationToken)
    {
        var installed = FindBinaries() ?? throw new InvalidOperationException(Unavailable);
        // not below a user's private temporary folder: the server runs under another account
        var server = new PostgresInstance(installed, Path.Combine("/tmp", $"charter-postgres-{Environment.ProcessId}-{Guid.NewGuid():N}"));
        Directory.CreateDirectory(server.folder);
        if (IsRoot) await RunAsync("chown", ["postgres", server.folder], cancellationToken);
        var (program, prefix) = AsServer(Path.Combine(installed, "initdb"));
        await RunAsync(program, [.. prefix, "-D", server.Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], cancellationToken);
        // the tests' own user is trusted; a user that a test makes needs its password
        await File.WriteAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"), """
            host all postgres 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256
            """, cancellationToken);
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts it, or starts it again after <see cref="Kill"/> with what it had stored; returns when it accepts connections.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Launch();
        await Eventually.Holds("PostgreSQL accepts connections", async () =>
        {
            if (await AnswersAsync()) return true;
            // what is left of a killed one, for a moment, keeps a new one from starting
            if (process is { HasExited: true }) Launch();
            return false;
        }, TimeSpan.FromSeconds(60), cancellationToken);
    }

    private void Launch()
    {
        var (program, prefix) = AsServer(Path.Combine(binaries, "postgres"));
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in (string[])[.. prefix, "-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "max_connections=200"])
            start.ArgumentList.Add(argument);
        process?.Dispose();
        process = Process.Start(start) ?? throw new InvalidOperationException("postgres did not start");
        process.ErrorDataReceived += static (_, _) => { };
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Text("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return Text(name);
    }

    /// <summary>kill -9, all of its processes.</summary>
    public void Kill()
    {
        process?.Kill(entireProcessTree: true);
        process?.WaitForExit();
        // all of it is dead; where nobody reaps orphans (a container) the id in there would look alive for ever, and the next start would refuse
        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    /// <summary>Stops it and deletes what it stored.</summary>
    public void Stop()
    {
        if (process is not { } server) return;
        process = null;
        // runuser is only the parent: the server's own id stands in the first line of its pid file
        var file = Path.Combine(Data, "postmaster.pid");
        if (!server.HasExited && File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), out var id))
        {
            using var quit = Process.Start("kill", ["-QUIT", $"{id}"]);
            quit.WaitForExit(5000);
        }
        if (!server.WaitForExit(5000)) server.Kill(entireProcessTree: true);
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Stop();
        return ValueTask.CompletedTask;
    }

    private string Data => Path.Combine(folder, "data");

    private string Text(string database) => $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Timeout=30;Command Timeout=60";

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(Text("postgres") + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var running = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var output = running.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await running.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await running.WaitForExitAsync(cancellationToken);
        if (running.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {running.ExitCode}: {error}");
    }

    private static (string Program, string[] Prefix) AsServer(string program) =>
        IsRoot ? ("runuser", ["-u", "postgres", "--", program]) : (program, []); // PostgreSQL refuses to run as root

    private static bool IsRoot => Environment.UserName == "root";

    private static string? FindBinaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .OrderByDescending(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), out var version) ? version : 0).FirstOrDefault()
        : null;
}

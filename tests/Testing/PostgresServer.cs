using System.Diagnostics;
using Npgsql;

namespace Charterhouse.Testing;

/// <summary>
/// A private PostgreSQL on loopback, started at the first use in a test process and stopped at its end; each caller gets a fresh database.
/// Without PostgreSQL on the machine tests are skipped locally and fail when <c>CI=true</c>.
/// </summary>
public static class PostgresServer
{
    private sealed record Running(Process Process, string Folder, int Port);

    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static Running? running;
    private static int databases;

    /// <summary>Why there is no PostgreSQL here, or null.</summary>
    public static string? Unavailable { get; } = FindBinaries() is null ? "PostgreSQL is not installed (looked for /usr/lib/postgresql/*/bin)" : null;

    /// <summary>The connection string of a new, empty database.</summary>
    /// <exception cref="InvalidOperationException">The server does not start, or (in CI) is not installed.</exception>
    public static async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var server = await StartAsync(cancellationToken);
        var name = $"charter_{Environment.ProcessId}_{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(Text(server.Port, "postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return Text(server.Port, name);
    }

    private static string Text(int port, string database) => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Timeout=30;Command Timeout=60";

    private static async Task<Running> StartAsync(CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        try
        {
            if (running is { Process.HasExited: false }) return running;
            var binaries = FindBinaries() ?? throw new InvalidOperationException(Unavailable);
            // not below a user's private temporary folder: the server runs under another account
            var folder = Path.Combine("/tmp", $"charter-postgres-{Environment.ProcessId}-{Guid.NewGuid():N}");
            Directory.CreateDirectory(folder);
            if (IsRoot) await RunAsync("chown", ["postgres", folder], cancellationToken);
            var data = Path.Combine(folder, "data");
            var (program, prefix) = AsServer(Path.Combine(binaries, "initdb"));
            await RunAsync(program, [.. prefix, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], cancellationToken);
            // the tests' own user is trusted; a user that a test makes needs its password
            await File.WriteAllTextAsync(Path.Combine(data, "pg_hba.conf"), """
                host all postgres 127.0.0.1/32 trust
                host all all 127.0.0.1/32 scram-sha-256
                """, cancellationToken);
            var port = Ports.Free();
            (program, prefix) = AsServer(Path.Combine(binaries, "postgres"));
            var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
            foreach (var argument in (string[])[.. prefix, "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "max_connections=200"])
                start.ArgumentList.Add(argument);
            var process = Process.Start(start) ?? throw new InvalidOperationException("postgres did not start");
            process.ErrorDataReceived += static (_, _) => { };
            process.OutputDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            running = new Running(process, folder, port);
            AppDomain.CurrentDomain.ProcessExit += static (_, _) => Stop();
            await Eventually.Holds("PostgreSQL accepts connections", () => AnswersAsync(port, process), TimeSpan.FromSeconds(60), cancellationToken);
            return running;
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task<bool> AnswersAsync(int port, Process process)
    {
        if (process.HasExited) throw new InvalidOperationException($"postgres ended with {process.ExitCode}");
        try
        {
            await using var connection = new NpgsqlConnection(Text(port, "postgres") + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static void Stop()
    {
        if (running is not { } server) return;
        running = null;
        // runuser is only the parent: the server's own id stands in the first line of its pid file
        var file = Path.Combine(server.Folder, "data", "postmaster.pid");
        if (File.Exists(file) && int.TryParse(File.ReadLines(file).FirstOrDefault(), out var id))
        {
            using var quit = Process.Start("kill", ["-QUIT", $"{id}"]);
            quit.WaitForExit(5000);
        }
        if (!server.Process.WaitForExit(5000)) server.Process.Kill(entireProcessTree: true);
        Directory.Delete(server.Folder, recursive: true);
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {error}");
    }

    private static (string Program, string[] Prefix) AsServer(string program) =>
        IsRoot ? ("runuser", ["-u", "postgres", "--", program]) : (program, []); // PostgreSQL refuses to run as root

    private static bool IsRoot => Environment.UserName == "root";

    private static string? FindBinaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .OrderByDescending(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), out var version) ? version : 0).FirstOrDefault()
        : null;
}

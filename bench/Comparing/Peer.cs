using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Charterhouse.Bench.Distributed;

namespace Charterhouse.Bench.Comparing;

/// <summary>A program that prints one JSON line with <c>runs_per_s</c>, <c>p50_ms</c> and <c>p99_ms</c> at its end.</summary>
internal static class Peer
{
    /// <summary>The line that it printed, with <c>own_cpu_ms_per_run</c> (user and system, its start included).</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<JsonObject> RunAsync(string program, string[] arguments, string folder, int runs, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var processor = ProcessTree.FollowAsync(process);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = output.Split('\n').LastOrDefault(line => line.StartsWith('{'));
        if (process.ExitCode != 0 || line is null) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
        var result = JsonSerializer.Deserialize<JsonObject>(line)!;
        result["own_cpu_ms_per_run"] = Math.Round(await processor / runs, 2);
        return result;
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Charterhouse.Bench.Analysis;

/// <summary>One <c>charter analyze</c> as a person has it: a process of its own.</summary>
/// <param name="FirstLine">Seconds until its first line of progress.</param>
/// <param name="Seconds">Seconds until it ended.</param>
/// <param name="ProcessorSeconds">User and system time, that of git included, which the process waited for; 0 where there is no /proc.</param>
/// <param name="PeakMegabytes">The most memory that the process itself (not git) had resident; 0 where there is no /proc.</param>
internal sealed record AnalyzedProcess(double FirstLine, double Seconds, double ProcessorSeconds, long PeakMegabytes)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);
    private const double TicksPerSecond = 100; // USER_HZ, fixed in Linux's interface

    /// <summary>Analyses a repository with this data folder.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<AnalyzedProcess> RunAsync(string repository, string data)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "charter.dll"), "--data", data, "analyze", repository }) start.ArgumentList.Add(argument);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var usage = WatchAsync(process);
        var output = process.StandardOutput.ReadToEndAsync();
        var first = await process.StandardError.ReadLineAsync();
        var line = clock.Elapsed.TotalSeconds;
        var errors = first + "\n" + await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        var (processor, peak) = await usage;
        return process.ExitCode == 0 ? new AnalyzedProcess(line, seconds, processor, peak) : throw new InvalidOperationException($"charter analyze ended with {process.ExitCode}: {errors}");
    }

    /// <summary>Both figures only grow, so the last ones seen are those of the end, less what a few milliseconds hide.</summary>
    private static async Task<(double ProcessorSeconds, long PeakMegabytes)> WatchAsync(Process process)
    {
        var (processor, peak) = (0d, 0L);
        try
        {
            while (!process.HasExited && OperatingSystem.IsLinux())
            {
                var stat = await File.ReadAllTextAsync($"/proc/{process.Id}/stat");
                // behind the name: state is the first field, utime to cstime the 12th to 15th
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                processor = fields[11..15].Sum(field => double.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond;
                var status = await File.ReadAllLinesAsync($"/proc/{process.Id}/status");
                if (Array.Find(status, line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } high)
                    peak = long.Parse(high.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
                await Task.Delay(LookEvery);
            }
        }
        catch (IOException)
        {
            // it has ended
        }
        return (processor, peak);
    }
}

using System.Diagnostics;
using System.Text.Json;

namespace Charterhouse.Bench.Analysis;

/// <summary>The whole <c>charter analyze</c> of a repository beside what bare git needs to copy it and to list its history.</summary>
internal static class AnalysisBench
{
    private const int Rounds = 5;

    /// <summary>Prints one JSON line with medians.</summary>
    public static async Task RunAsync(string repository)
    {
        List<double> cold = [], firstLine = [], second = [], clone = [], log = [];
        for (var round = 0; round < Rounds; round++)
        {
            var folder = Directory.CreateTempSubdirectory("charter-bench-").FullName;
            try
            {
                async Task OursAsync()
                {
                    var data = Path.Combine(folder, "data");
                    var (line, all) = await AnalyzeAsync(repository, data);
                    firstLine.Add(line);
                    cold.Add(all);
                    second.Add((await AnalyzeAsync(repository, data)).Seconds);
                }

                async Task TheirsAsync()
                {
                    clone.Add(await SecondsAsync(() => Git.RunAsync(folder, null, "clone", "--quiet", "--mirror", "--no-local", repository, "mirror.git")));
                    log.Add(await SecondsAsync(() => Git.RunAsync(repository, null, "log", "--raw", "--no-abbrev", "HEAD")));
                }

                // A B B A: what drifts meanwhile meets both alike
                if (round % 2 == 0) await OursAsync();
                await TheirsAsync();
                if (round % 2 != 0) await OursAsync();
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            kind = "analysis",
            repository,
            rounds = Rounds,
            cold_s = Median(cold),
            first_line_s = Median(firstLine),
            second_s = Median(second),
            git_clone_mirror_s = Median(clone),
            git_log_raw_s = Median(log),
            cold_over_git = Math.Round(Median(cold) / (Median(clone) + Median(log)), 2),
        }));
    }

    private static async Task<(double FirstLine, double Seconds)> AnalyzeAsync(string repository, string data)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "charter.dll"), "--data", data, "analyze", repository }) start.ArgumentList.Add(argument);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var first = await process.StandardError.ReadLineAsync();
        var line = clock.Elapsed.TotalSeconds;
        var errors = first + "\n" + await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (line, clock.Elapsed.TotalSeconds) : throw new InvalidOperationException($"charter analyze ended with {process.ExitCode}: {errors}");
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => Math.Round(values.Order().ElementAt(values.Count / 2), 3);
}

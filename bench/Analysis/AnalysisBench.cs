using System.Diagnostics;
using System.Text.Json;

namespace Charterhouse.Bench.Analysis;

/// <summary>
/// The whole <c>charter analyze</c> of a repository, as processes, beside what bare git needs to copy it and to list its history. It works on
/// a copy: for the third run of a round, one file is changed and committed.
/// </summary>
internal static class AnalysisBench
{
    private const int Rounds = 5;

    /// <summary>Prints one JSON line with medians; memory is the worst of the rounds.</summary>
    public static async Task RunAsync(string repository)
    {
        List<AnalyzedProcess> cold = [], second = [], changed = [];
        List<double> clone = [], log = [];
        var home = Directory.CreateTempSubdirectory("charter-bench-").FullName;
        try
        {
            var copy = Path.Combine(home, "copy.git");
            await Git.RunAsync(home, null, "clone", "--quiet", "--bare", repository, copy);
            for (var round = 0; round < Rounds; round++)
            {
                var folder = Directory.CreateDirectory(Path.Combine(home, $"round{round}")).FullName;
                async Task OursAsync()
                {
                    var data = Path.Combine(folder, "data");
                    cold.Add(await AnalyzedProcess.RunAsync(copy, data));
                    second.Add(await AnalyzedProcess.RunAsync(copy, data));
                    await SyntheticRepository.ChangeOneFileAsync(copy, round);
                    changed.Add(await AnalyzedProcess.RunAsync(copy, data));
                }

                async Task TheirsAsync()
                {
                    clone.Add(await SecondsAsync(() => Git.RunAsync(folder, null, "clone", "--quiet", "--mirror", "--no-local", copy, "mirror.git")));
                    log.Add(await SecondsAsync(() => Git.RunAsync(copy, null, "log", "--raw", "--no-abbrev", "HEAD")));
                }

                // A B B A: what drifts meanwhile meets both alike
                if (round % 2 == 0) await OursAsync();
                await TheirsAsync();
                if (round % 2 != 0) await OursAsync();
                Directory.Delete(folder, recursive: true);
            }
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            kind = "analysis",
            repository,
            rounds = Rounds,
            load = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0] : null,
            first_line_s = Median(cold.Select(run => run.FirstLine)),
            cold = Summary(cold),
            second = Summary(second),
            one_file_changed = Summary(changed),
            git_clone_mirror_s = Median(clone),
            git_log_raw_s = Median(log),
            cold_over_git = Math.Round(Median(cold.Select(run => run.Seconds)) / (Median(clone) + Median(log)), 2),
        }));
    }

    private static object Summary(List<AnalyzedProcess> runs) => new
    {
        wall_s = Median(runs.Select(run => run.Seconds)),
        processor_s = Median(runs.Select(run => run.ProcessorSeconds)),
        peak_mb = runs.Max(run => run.PeakMegabytes),
    };

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? Math.Round(sorted[sorted.Length / 2], 3) : 0;
}

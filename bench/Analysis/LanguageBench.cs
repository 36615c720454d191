using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Charterhouse.Agents.Scan;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Bench.Analysis;

/// <summary>
/// The language statistics alone: what tells a file's language and counts its lines in a scan, over the files of a checkout, beside scc on the
/// same folder. The scan itself reads out of git's packs and looks for much more; <see cref="AnalysisBench"/> has it whole.
/// </summary>
internal static class LanguageBench
{
    private const int Rounds = 9;
    private const int WarmUp = 5;

    /// <summary>Prints one JSON line with medians.</summary>
    /// <param name="checkout">A folder with its files checked out.</param>
    /// <param name="scc">The program; its complexity estimate, which we have not, is off.</param>
    public static async Task RunAsync(string checkout, string scc)
    {
        for (var i = 0; i < WarmUp; i++) Count(checkout);
        List<double> inProcess = [], process = [], theirs = [];
        var (ours, other) = (LanguageTotals.None, "");
        for (var round = 0; round < Rounds; round++)
        {
            async Task OursAsync()
            {
                var clock = Stopwatch.StartNew();
                ours = Count(checkout);
                inProcess.Add(clock.Elapsed.TotalSeconds);
                process.Add((await RunProcessAsync("dotnet", Path.Combine(AppContext.BaseDirectory, "Charterhouse.Bench.dll"), "count", checkout)).Seconds);
            }

            async Task TheirsAsync()
            {
                (var seconds, other) = await RunProcessAsync(scc, "--no-complexity", "--no-cocomo", "--format", "json", checkout);
                theirs.Add(seconds);
            }

            // A B B A: what drifts meanwhile meets both alike
            if (round % 2 == 0) await OursAsync();
            await TheirsAsync();
            if (round % 2 != 0) await OursAsync();
        }
        using var languages = JsonDocument.Parse(other);
        int Sum(string name) => languages.RootElement.EnumerateArray().Sum(language => language.GetProperty(name).GetInt32());
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            kind = "languages",
            checkout,
            rounds = Rounds,
            load = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0] : null,
            ours,
            scc = new { Files = Sum("Count"), Code = Sum("Code"), Comment = Sum("Comment"), Blank = Sum("Blank") },
            ours_s = Median(inProcess),
            ours_as_process_s = Median(process),
            scc_s = Median(theirs),
            ours_over_scc = Math.Round(Median(inProcess) / Median(theirs), 2),
            process_over_scc = Math.Round(Median(process) / Median(theirs), 2),
        }));
    }

    /// <summary>Counts once; links, and what no language is known of, are left out, as scc leaves them.</summary>
    public static LanguageTotals Count(string checkout)
    {
        var files = new DirectoryInfo(checkout)
            .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => file.Length <= RepositoryScanner.LargeBytes)
            .Select(file => file.FullName)
            .Where(path => !path.Contains("/.git/", StringComparison.Ordinal));
        var total = LanguageTotals.None;
        var gate = new Lock();
        Parallel.ForEach(files, () => LanguageTotals.None, (path, _, sum) => sum + CountFile(path), sum =>
        {
            lock (gate) total += sum;
        });
        return total;
    }

    private static LanguageTotals CountFile(string path)
    {
        var hint = LanguageTable.OfPath(path)?.Name ?? (LanguageTable.NeedsContent(path) ? BlobInspector.AskContent : null);
        if (hint is null) return LanguageTotals.None;
        using var file = File.OpenHandle(path);
        var buffer = ArrayPool<byte>.Shared.Rent((int)RandomAccess.GetLength(file) + 1);
        var length = RandomAccess.Read(file, buffer, 0);
        var facts = BlobInspector.Inspect(new BlobKey("", hint, ExcerptBytes: 0), buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        return facts.Language is null ? LanguageTotals.None : new LanguageTotals(1, length, facts.Lines.Code, facts.Lines.Comment, facts.Lines.Blank);
    }

    private static async Task<(double Seconds, string Output)> RunProcessAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (clock.Elapsed.TotalSeconds, output)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}"));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? Math.Round(sorted[sorted.Length / 2], 3) : 0;
}

/// <summary>What was counted.</summary>
internal sealed record LanguageTotals(int Files, long Bytes, int Code, int Comment, int Blank)
{
    public static readonly LanguageTotals None = new(0, 0, 0, 0, 0);

    public static LanguageTotals operator +(LanguageTotals one, LanguageTotals other) =>
        new(one.Files + other.Files, one.Bytes + other.Bytes, one.Code + other.Code, one.Comment + other.Comment, one.Blank + other.Blank);
}

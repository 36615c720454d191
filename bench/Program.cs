using System.Globalization;
using Charterhouse.Bench.Analysis;
using Charterhouse.Bench.Runs;

switch (args)
{
    case ["runs", var shape, var runs, var concurrency]
        when Shapes.Find(shape) is not null && Number(runs) is { } count and > 0 && Number(concurrency) is { } places and > 0:
        await RunBench.RunAsync(shape, count, places);
        return 0;
    case ["analysis", var repository]:
        await AnalysisBench.RunAsync(Path.GetFullPath(repository));
        return 0;
    case ["repository", var files, var commits, var folder] when Number(files) is { } count and > 0 && Number(commits) is { } length and > 0:
        await SyntheticRepository.CreateAsync(Path.GetFullPath(folder), count, length);
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            """
            usage: runs fan5|chain20 RUNS CONCURRENCY     the standard workloads, one JSON line
                   analysis REPOSITORY                    a whole analysis beside bare git
                   repository FILES COMMITS FOLDER        makes a repository of that size
            """);
        return 2;
}

static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

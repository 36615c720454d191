using System.Globalization;
using Charterhouse.Bench.Analysis;
using Charterhouse.Bench.Comparing;
using Charterhouse.Bench.Distributed;
using Charterhouse.Bench.Events;
using Charterhouse.Bench.Runs;
using Charterhouse.Orchestrator;
using Charterhouse.Platform.Hosting;

switch (args)
{
    case ["runs", var shape, var runs, var concurrency] when Workload(shape, runs, concurrency) is var (count, places):
        await RunBench.RunAsync(shape, count, places);
        return 0;
    case ["distributed", var shape, var runs, var concurrency, .. var more] when Workload(shape, runs, concurrency) is var (count, places) && more is [] or ["--traced"]:
        await DistributedBench.RunAsync(shape, count, places, traced: more.Length > 0);
        return 0;
    case ["growth", var runs] when Number(runs) is { } many and >= 10_000:
        await GrowthBench.RunAsync(many);
        return 0;
    case ["compare", var peers, .. var rows] when Comparison.Read(rows) is { } wanted:
        await Comparison.RunAsync(Path.GetFullPath(peers), wanted);
        return 0;
    case ["ingest", var events, var connections] when Number(events) is { } all and > 0 && Number(connections) is { } lines and > 0:
        await IngestBench.RunAsync(all, lines);
        return 0;
    case ["analysis", var repository]:
        await AnalysisBench.RunAsync(Path.GetFullPath(repository));
        return 0;
    case ["languages", var checkout, var scc]:
        await LanguageBench.RunAsync(Path.GetFullPath(checkout), scc);
        return 0;
    case ["repository", var files, var commits, var folder] when Number(files) is { } count and > 0 && Number(commits) is { } length and > 0:
        await SyntheticRepository.CreateAsync(Path.GetFullPath(folder), count, length);
        return 0;
    // what the benchmarks start
    case ["count", var checkout]:
        Console.WriteLine(LanguageBench.Count(checkout));
        return 0;
    case ["bare-webhook", var url, var database, var secret]:
        await BareWebhook.RunAsync(url, database, secret);
        return 0;
    case ["orchestrator", .. var arguments]:
        return await ServiceProcess.RunAsync(arguments, options => new LoadModule(OrchestratorModule.Of(options)));
    case ["agents", .. var arguments]:
        return await ServiceProcess.RunAsync(arguments, options => new BenchModule(options.WorkerConcurrency));
    default:
        await Console.Error.WriteLineAsync(
            """
            usage: runs fan5|chain20 RUNS CONCURRENCY                     a standard workload, embedded, one JSON line
                   distributed fan5|chain20 RUNS CONCURRENCY [--traced]   the same on RabbitMQ and PostgreSQL
                   compare PEERS [PROFILE/SHAPE/RUNS/CONCURRENCY/ROUNDS …]   ours and the peers in turns, ratios
                   growth RUNS                                            what a run costs when there are so many, and a list's page
                   ingest EVENTS CONNECTIONS                              events accepted beside a bare web server with an HMAC and one insert
                   analysis REPOSITORY                                    a whole analysis beside bare git
                   languages CHECKOUT SCC                                 language statistics alone beside scc
                   repository FILES COMMITS FOLDER                        makes a repository of that size
            """);
        return 2;
}

static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

static (int Count, int Places)? Workload(string shape, string runs, string concurrency) =>
    Shapes.Find(shape) is not null && Number(runs) is { } count and > 0 && Number(concurrency) is { } places and > 0 ? (count, places) : null;

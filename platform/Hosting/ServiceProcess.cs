using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Telemetry;

namespace Charterhouse.Platform.Hosting;

/// <summary>The whole of a service's <c>Program.cs</c>: configuration, signals, exit code.</summary>
public static class ServiceProcess
{
    private const string Usage = "usage: [--health] [--urls URL] [--data DIR] [--config FILE]";

    /// <summary>
    /// Runs one service of the distributed profile until SIGTERM or Ctrl-C. With <c>--health</c> as the first argument it only asks the one that runs
    /// with the same settings whether it lives.
    /// </summary>
    /// <returns>0 after an orderly end (or when it lives), 1 when it failed, 2 when it was started wrongly.</returns>
    public static async Task<int> RunAsync(string[] arguments, Func<CharterOptions, ServiceModule> module)
    {
        StandardError.Tolerate();
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        var probe = arguments is ["--health", ..];
        for (var i = probe ? 1 : 0; i < arguments.Length; i += 2)
        {
            if (arguments[i] is not ("--urls" or "--data" or "--config") || i + 1 == arguments.Length) return Fail($"'{arguments[i]}' is not understood; {Usage}", 2);
            flags[arguments[i]] = arguments[i + 1];
        }
        try
        {
            var input = ConfigurationInput.OfProcess(flags);
            var loaded = ConfigurationLoader.Load(input);
            if (probe) return await HealthProbe.RunAsync(loaded.Options.Urls);
            foreach (var warning in loaded.Warnings) await Console.Error.WriteLineAsync("warning: " + warning);
            if (loaded.Options.Distributed is not { } distributed)
                return Fail("a service alone needs the database and the broker that it shares with the others; set POSTGRES_CONNECTION_STRING and RABBITMQ_URL, or run everything in one process with: charter serve", 2);
            DataFolder.At(loaded.Options.DataFolder).Prepare(database: false);
            var service = module(loaded.Options);
            using var exporters = Exporters.Start("charterhouse-" + service.Name);
            await using var house = ServedHouse.Compose(DatabaseOf(distributed), BusSettings.ForRabbitMq(distributed.RabbitMqUrl), [service], loaded.Options.Urls);
            using var signals = new Interruption(exitCode: 1);
            await house.RunAsync(static running => Console.Error.WriteLine("ready on " + string.Join(", ", running.Urls)), signals.Token);
            return 0;
        }
        catch (ConfigurationException problem)
        {
            foreach (var one in problem.Problems) await Console.Error.WriteLineAsync("error: " + one);
            return 2;
        }
        catch (DataFolderException problem)
        {
            return Fail($"{problem.Message}. {problem.Remedy}", 1);
        }
        catch (IOException problem)
        {
            return Fail(problem.Message, 1);
        }
    }

    /// <summary>The database of the distributed profile. Starting waits for it.</summary>
    public static DatabaseSettings DatabaseOf(DistributedOptions distributed) => DatabaseSettings.ForPostgreSql(distributed.PostgresConnectionString) with
    {
        LeastPoolSize = distributed.PoolSize,
        PoolSize = distributed.PoolSize + distributed.MaxOverflow,
        Patient = true,
    };

    private static int Fail(string message, int code)
    {
        Console.Error.WriteLine("error: " + message);
        return code;
    }
}
